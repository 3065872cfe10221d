import { useCallback, useEffect, useReducer, useState } from "react";

import {
  applyEdit,
  NEW_DOCUMENT,
  topicOf,
  type Edit,
  type StudioDocument,
  type TemplateLink,
} from "./model/document";
import { record, redo, settle, startHistory, undo, type History } from "./model/history";
import { keepDraft, readDraft } from "./model/keep";

type Act =
  | { readonly kind: "edit"; readonly edit: Edit; readonly atMs: number }
  | { readonly kind: "undo" | "redo" | "settle"; readonly atMs: number };

interface State {
  readonly history: History<StudioDocument>;
  /** Grows with every change of the document, undo and redo too. */
  readonly revision: number;
  readonly editedAtMs: number;
}

export function reduce(state: State, act: Act): State {
  const { history } = state;
  const next = step(history, act);
  if (next === history) return state;
  if (next.present === history.present) return { ...state, history: next };
  return { history: next, revision: state.revision + 1, editedAtMs: act.atMs };
}

function step(history: History<StudioDocument>, act: Act): History<StudioDocument> {
  switch (act.kind) {
    case "edit":
      return record(history, applyEdit(history.present, act.edit), topicOf(act.edit));
    case "undo":
      return undo(history);
    case "redo":
      return redo(history);
    case "settle":
      return settle(history);
  }
}

let lastInputMs = 0;
/** Inputs that lie further back did not cause the change. */
const SAME_INPUT_MS = 60;
const INPUTS = [
  "keydown",
  "pointerdown",
  "pointermove",
  "input",
  "click",
  "paste",
  "drop",
] as const;

/** When the hand moved: an event's own time, before any of our code ran. */
function inputMs(): number {
  const now = performance.now();
  return now - lastInputMs < SAME_INPUT_MS ? lastInputMs : now;
}

export interface DocumentState {
  readonly document: StudioDocument;
  readonly template: TemplateLink | null;
  readonly revision: number;
  readonly editedAtMs: number;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly edit: (edit: Edit) => void;
  readonly settle: () => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly link: (template: TemplateLink | null) => void;
}

/** The document with undo and redo, kept over a reload of the tab. */
export function useDocument(): DocumentState {
  const [draft] = useState(() => readDraft(sessionStorage));
  const [template, link] = useState<TemplateLink | null>(draft?.template ?? null);
  const [state, dispatch] = useReducer(reduce, null, () => ({
    history: startHistory(draft?.document ?? NEW_DOCUMENT),
    revision: 0,
    editedAtMs: performance.now(),
  }));
  const document = state.history.present;

  useEffect(() => {
    const note = (event: Event): void => {
      lastInputMs = event.timeStamp;
    };
    for (const name of INPUTS)
      window.addEventListener(name, note, { capture: true, passive: true });
    return () => {
      for (const name of INPUTS) window.removeEventListener(name, note, { capture: true });
    };
  }, []);

  useEffect(() => {
    const timer = setTimeout(() => {
      keepDraft(sessionStorage, { document, template });
    }, 300);
    return () => {
      clearTimeout(timer);
    };
  }, [document, template]);

  const edit = useCallback((change: Edit) => {
    dispatch({ kind: "edit", edit: change, atMs: inputMs() });
  }, []);
  const act = useCallback((kind: "undo" | "redo" | "settle") => {
    dispatch({ kind, atMs: inputMs() });
  }, []);
  return {
    document,
    template,
    revision: state.revision,
    editedAtMs: state.editedAtMs,
    canUndo: state.history.past.length > 0,
    canRedo: state.history.future.length > 0,
    edit,
    settle: useCallback(() => {
      act("settle");
    }, [act]),
    undo: useCallback(() => {
      act("undo");
    }, [act]),
    redo: useCallback(() => {
      act("redo");
    }, [act]),
    link,
  };
}
