/** Runs the newest of many wishes: at most one under way and one waiting. */
export interface Latest<T> {
  /** A wish that replaces what waits; an urgent one also ends what is under way. */
  readonly push: (wish: T, urgent: boolean) => void;
  readonly stop: () => void;
}

export interface LatestParts<T, R> {
  readonly run: (wish: T, signal: AbortSignal) => Promise<R>;
  readonly onDone: (wish: T, result: R) => void;
  readonly onFail: (wish: T, error: unknown) => void;
  readonly onBusy: (busy: boolean) => void;
  /** Wishes within this time of the first are one: several events of one movement. */
  readonly gather_ms: number;
}

export function makeLatest<T, R>(parts: LatestParts<T, R>): Latest<T> {
  let waiting: { readonly wish: T } | null = null;
  let under_way: AbortController | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let stopped = false;

  function schedule(delay_ms: number): void {
    timer ??= setTimeout(() => {
      timer = null;
      void start();
    }, delay_ms);
  }

  async function start(): Promise<void> {
    if (waiting === null || under_way !== null || stopped) return;
    const { wish } = waiting;
    waiting = null;
    const control = new AbortController();
    under_way = control;
    try {
      const result = await parts.run(wish, control.signal);
      if (!control.signal.aborted) parts.onDone(wish, result);
    } catch (error) {
      if (!control.signal.aborted) parts.onFail(wish, error);
    }
    if (under_way === control) under_way = null;
    next();
  }

  function next(): void {
    if (stopped || under_way !== null) return;
    if (waiting === null) parts.onBusy(false);
    else schedule(0);
  }

  return {
    push(wish, urgent) {
      if (stopped) return;
      waiting = { wish };
      parts.onBusy(true);
      if (urgent && under_way !== null) {
        under_way.abort();
        under_way = null;
      }
      if (under_way === null) schedule(parts.gather_ms);
    },
    stop() {
      stopped = true;
      waiting = null;
      if (timer !== null) clearTimeout(timer);
      under_way?.abort();
    },
  };
}
