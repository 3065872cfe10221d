import { studioProblem } from "../model/problem";

/** After so many refusals the service is busier than a thumbnail is worth. */
const MOST_TRIES = 4;

/** Asks again while the service says that it is busy, each time after the seconds that it names. */
export async function patiently<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      const problem = studioProblem(error);
      if (problem.kind !== "busy" || tries === MOST_TRIES) throw error;
      await rest(1000 * problem.retryAfterS, signal);
    }
  }
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      clearTimeout(timer);
      reject(new DOMException("nobody waits for it any more", "AbortError"));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", giveUp);
      resolve();
    }, ms);
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp, { once: true });
  });
}
