/** Asks again and again: fast while something happens, slower and slower while nothing does. */
import { useEffect } from "react";

export const FASTEST_MS = 1_500;
export const SLOWEST_BUSY_MS = 12_000;
export const IDLE_MS = 45_000;
const SLOWER = 1.5;
const NUDGE = "dianjin:nudge";

export interface Round {
  /** Something is different from the round before. */
  readonly isChanged: boolean;
  /** Something is under way, so that a change is to be expected. */
  readonly isBusy: boolean;
}

/** How long to wait before the next round; a round that failed counts as one without a change. */
export function nextPauseMs(pauseMs: number, round: Round): number {
  if (round.isChanged && round.isBusy) return FASTEST_MS;
  const longest = round.isBusy ? SLOWEST_BUSY_MS : IDLE_MS;
  return Math.min(longest, Math.max(FASTEST_MS, pauseMs * SLOWER));
}

/** Makes everything that polls ask at once: something was begun or stopped here. */
export function nudge(): void {
  window.dispatchEvent(new Event(NUDGE));
}

/** Runs `ask` in rounds while the page is in sight. `ask` must keep its identity. */
export function usePolling(ask: (signal: AbortSignal) => Promise<Round>): void {
  useEffect(() => {
    const stop = new AbortController();
    let pauseMs = FASTEST_MS;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isAsking = false;

    const goOn = () => {
      clearTimeout(timer);
      if (!stop.signal.aborted && !document.hidden) timer = setTimeout(() => void round(), pauseMs);
    };
    const round = async () => {
      if (isAsking) return;
      isAsking = true;
      try {
        pauseMs = nextPauseMs(pauseMs, await ask(stop.signal));
      } catch {
        pauseMs = nextPauseMs(pauseMs, { isChanged: false, isBusy: false });
      } finally {
        isAsking = false;
        goOn();
      }
    };
    const atOnce = () => {
      pauseMs = FASTEST_MS;
      clearTimeout(timer);
      if (!document.hidden) void round();
    };
    goOn();
    document.addEventListener("visibilitychange", atOnce);
    window.addEventListener(NUDGE, atOnce);
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", atOnce);
      window.removeEventListener(NUDGE, atOnce);
    };
  }, [ask]);
}
