/** Undo and redo over values that are never changed in place. */
export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
  /** What the last change was about; the next one about the same thing joins it. */
  readonly topic: string | null;
}

/** Steps that can be undone; older ones are forgotten. */
export const MAX_PAST = 100;

export function startHistory<T>(present: T): History<T> {
  return { past: [], present, future: [], topic: null };
}

/** Record a change. One drag of a slider has one topic and becomes one step. */
export function record<T>(history: History<T>, next: T, topic: string | null): History<T> {
  if (next === history.present) return history;
  if (topic !== null && topic === history.topic) return { ...history, present: next, future: [] };
  const past = [...history.past, history.present].slice(-MAX_PAST);
  return { past, present: next, future: [], topic };
}

/** End of a drag: the next change is a step of its own. */
export function settle<T>(history: History<T>): History<T> {
  return history.topic === null ? history : { ...history, topic: null };
}

export function undo<T>(history: History<T>): History<T> {
  const present = history.past.at(-1);
  if (present === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    present,
    future: [history.present, ...history.future],
    topic: null,
  };
}

export function redo<T>(history: History<T>): History<T> {
  const [present, ...future] = history.future;
  if (present === undefined) return history;
  return { past: [...history.past, history.present], present, future, topic: null };
}
