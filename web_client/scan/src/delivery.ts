import type { Caller, Outcome } from "./api";
import type { OfflineQueue, QueuedQuery } from "./queue";

/** Sending queries: at once, or later when there was no network; each counts once. */
export interface Delivery {
  /** Sends a query; without network it waits in the queue and goes with the next flush. */
  readonly send: (query: QueuedQuery) => Promise<Delivered>;
  /** Sends what waits, oldest first; stops at the first that cannot be sent yet. */
  readonly flush: () => Promise<readonly Outcome[]>;
  readonly waiting: () => number;
}

export type Delivered =
  | { readonly kind: "outcome"; readonly outcome: Exclude<Outcome, { kind: "unreachable" }> }
  | { readonly kind: "queued"; readonly waiting: number }
  | { readonly kind: "queue_full"; readonly waiting: number };

/** Answers that do not settle a query: it is asked again later with the same key. */
function isPassing(outcome: Outcome): boolean {
  if (outcome.kind === "unreachable") return true;
  return (
    outcome.kind === "problem" && (outcome.problem.status === 429 || outcome.problem.status >= 500)
  );
}

export function openDelivery(caller: Caller, queue: OfflineQueue): Delivery {
  let flushing = false;
  const flush = async (): Promise<readonly Outcome[]> => {
    if (flushing) return [];
    flushing = true;
    const settled: Outcome[] = [];
    try {
      for (const query of queue.waiting()) {
        const outcome = await caller.verify(query.request, query.key);
        if (isPassing(outcome)) break;
        queue.remove(query.key);
        settled.push(outcome);
      }
    } finally {
      flushing = false;
    }
    return settled;
  };
  return {
    async send(query) {
      const outcome = await caller.verify(query.request, query.key);
      if (outcome.kind !== "unreachable") return { kind: "outcome", outcome };
      const saved = queue.add(query);
      return { kind: saved ? "queued" : "queue_full", waiting: queue.waiting().length };
    },
    flush,
    waiting: () => queue.waiting().length,
  };
}
