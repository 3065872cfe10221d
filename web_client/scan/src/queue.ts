import type { Shelf } from "./visitor";
import type { VerifyRequest } from "./wire_types";

/** A query that could not be sent; it keeps its Idempotency-Key, so that it counts once. */
export interface QueuedQuery {
  readonly key: string;
  readonly request: VerifyRequest;
}

/** More waiting queries than a person makes on one way through a shop without network. */
export const MAX_QUEUED = 20;
const QUEUE_KEY = "dianjin.queue";

export interface OfflineQueue {
  readonly waiting: () => readonly QueuedQuery[];
  /** False when the queue is full: the query was not saved and the person must be told. */
  readonly add: (query: QueuedQuery) => boolean;
  readonly remove: (key: string) => void;
}

function isQueued(value: unknown): value is QueuedQuery {
  if (typeof value !== "object" || value === null) return false;
  if (!("key" in value) || typeof value.key !== "string" || value.key === "") return false;
  if (!("request" in value) || typeof value.request !== "object" || value.request === null) {
    return false;
  }
  return "payload" in value.request && typeof value.request.payload === "string";
}

function parseQueue(stored: string | null): readonly QueuedQuery[] {
  if (stored === null) return [];
  try {
    const entries: unknown = JSON.parse(stored);
    return Array.isArray(entries) ? entries.filter(isQueued).slice(0, MAX_QUEUED) : [];
  } catch {
    return [];
  }
}

export function openQueue(shelf: Shelf): OfflineQueue {
  const waiting = (): readonly QueuedQuery[] => parseQueue(shelf.get(QUEUE_KEY));
  const save = (entries: readonly QueuedQuery[]): void => {
    shelf.set(QUEUE_KEY, JSON.stringify(entries));
  };
  return {
    waiting,
    add(query) {
      const entries = waiting();
      if (entries.some((entry) => entry.key === query.key)) return true;
      if (entries.length >= MAX_QUEUED) return false;
      save([...entries, query]);
      return true;
    },
    remove(key) {
      save(waiting().filter((entry) => entry.key !== key));
    },
  };
}
