/** A list of the server, read page by page along its cursor. */
import { useCallback, useEffect, useRef, useState } from "react";

import { addressOf, api, isAbort, type QueryValue } from "./client";
import type { Page } from "./words";

export interface List<Row> {
  readonly rows: readonly Row[];
  /** True until the first page is there. */
  readonly isLoading: boolean;
  readonly isLoadingMore: boolean;
  readonly hasMore: boolean;
  readonly error: unknown;
  readonly loadMore: () => void;
  /** Reads the first page again; rows that are already shown stay and are renewed in place. */
  readonly refresh: (signal?: AbortSignal) => Promise<boolean>;
  /** Puts a row that an action returned in the place of the one that is shown. */
  readonly replace: (row: Row) => void;
  readonly remove: (key: string) => void;
}

interface Held<Row> {
  readonly address: string;
  readonly rows: readonly Row[];
  readonly cursor: string | null;
  readonly error: unknown;
}

/** Puts the newest first page over the rows that were read before it. */
export function merged<Row>(
  fresh: readonly Row[],
  held: readonly Row[],
  keyOf: (row: Row) => string,
): readonly Row[] {
  const known = new Set(fresh.map(keyOf));
  return [...fresh, ...held.filter((row) => !known.has(keyOf(row)))];
}

/** The key of most rows. */
export function idOf(row: { readonly id: string }): string {
  return row.id;
}

/** The key of codes and of their labels. */
export function serialOf(row: { readonly serial: string }): string {
  return row.serial;
}

/** `path` null asks nothing: the list waits for what it depends on. `keyOf` must keep its identity. */
export function useList<Row>(
  path: string | null,
  query: Readonly<Record<string, QueryValue>>,
  keyOf: (row: Row) => string,
): List<Row> {
  const address = path === null ? "" : addressOf(path, query);
  const [held, setHeld] = useState<Held<Row> | null>(null);
  const [isLoadingMore, setIsLoadingMore] = useState(false);
  const latest = useRef<Held<Row> | null>(null);
  const now = held?.address === address ? held : null;

  useEffect(() => {
    latest.current = now;
  }, [now]);

  useEffect(() => {
    if (address === "") return undefined;
    const stop = new AbortController();
    api
      .get<Page<Row>>(address, { signal: stop.signal })
      .then((page) => {
        setHeld({ address, rows: page.items, cursor: page.next_cursor, error: null });
      })
      .catch((error: unknown) => {
        if (!isAbort(error)) setHeld({ address, rows: [], cursor: null, error });
      });
    return () => {
      stop.abort();
    };
  }, [address]);

  const loadMore = useCallback(() => {
    const before = latest.current;
    if (before?.cursor == null) return;
    setIsLoadingMore(true);
    const separator = address.includes("?") ? "&" : "?";
    api
      .get<Page<Row>>(`${address}${separator}cursor=${encodeURIComponent(before.cursor)}`)
      .then((page) => {
        setHeld((held) =>
          held?.address === address
            ? { ...held, rows: merged(held.rows, page.items, keyOf), cursor: page.next_cursor }
            : held,
        );
      })
      .catch((error: unknown) => {
        setHeld((held) => (held?.address === address ? { ...held, error } : held));
      })
      .finally(() => {
        setIsLoadingMore(false);
      });
  }, [address, keyOf]);

  const refresh = useCallback(
    async (signal?: AbortSignal) => {
      if (address === "") return false;
      const page = await api.get<Page<Row>>(address, { signal });
      const before = latest.current;
      const rows = merged(page.items, before?.rows ?? [], keyOf);
      const isChanged = JSON.stringify(rows) !== JSON.stringify(before?.rows);
      if (isChanged || before?.error != null) {
        setHeld({ address, rows, cursor: before?.cursor ?? page.next_cursor, error: null });
      }
      return isChanged;
    },
    [address, keyOf],
  );

  const change = useCallback((turn: (rows: readonly Row[]) => readonly Row[]) => {
    setHeld((held) => (held === null ? held : { ...held, rows: turn(held.rows) }));
  }, []);
  const replace = useCallback(
    (row: Row) => {
      change((rows) => rows.map((shown) => (keyOf(shown) === keyOf(row) ? row : shown)));
    },
    [change, keyOf],
  );
  const remove = useCallback(
    (key: string) => {
      change((rows) => rows.filter((row) => keyOf(row) !== key));
    },
    [change, keyOf],
  );

  return {
    rows: now?.rows ?? [],
    isLoading: address !== "" && now === null,
    isLoadingMore,
    hasMore: now?.cursor != null,
    error: now?.error ?? null,
    loadMore,
    refresh,
    replace,
    remove,
  };
}
