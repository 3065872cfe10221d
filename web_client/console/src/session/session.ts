/**
 * Who is signed in. The token lives in this page's memory and in sessionStorage: a reload keeps it,
 * closing the tab ends it, and no other tab and no later visit of a shared machine finds it.
 */
import { useSyncExternalStore } from "react";

import { api, onSignedOut, setToken } from "../api/client";
import type { SessionOut, Subject } from "../api/words";

export interface Session {
  readonly token: string;
  readonly login: string;
  readonly expiresAtMs: number;
  readonly subject: Subject;
}

/** Why nobody is signed in. */
export type Ending = "never" | "signed-out" | "expired" | "password-changed";

export interface SessionState {
  readonly session: Session | null;
  readonly ending: Ending;
}

const STORED = "dianjin.session";
const MAX_TIMER_MS = 2 ** 31 - 1;
const listeners = new Set<() => void>();
let state: SessionState = { session: null, ending: "never" };
let timer: ReturnType<typeof setTimeout> | undefined;

function isSession(value: unknown): value is Session {
  return (
    typeof value === "object" &&
    value !== null &&
    "token" in value &&
    typeof value.token === "string" &&
    "login" in value &&
    typeof value.login === "string" &&
    "expiresAtMs" in value &&
    typeof value.expiresAtMs === "number" &&
    "subject" in value &&
    typeof value.subject === "object" &&
    value.subject !== null &&
    "permissions" in value.subject &&
    Array.isArray(value.subject.permissions)
  );
}

/** Reads what was stored: null for nothing, for something else and for a session that is over. */
export function restored(stored: string | null, nowMs: number): Session | null {
  if (stored === null) return null;
  try {
    const value: unknown = JSON.parse(stored);
    return isSession(value) && value.expiresAtMs > nowMs ? value : null;
  } catch {
    return null;
  }
}

function keep(session: Session | null): void {
  try {
    if (session === null) sessionStorage.removeItem(STORED);
    else sessionStorage.setItem(STORED, JSON.stringify(session));
  } catch {
    // A browser that keeps nothing holds the session in memory.
  }
}

function set(next: SessionState): void {
  state = next;
  clearTimeout(timer);
  setToken(next.session?.token ?? null);
  if (next.session !== null) {
    const leftMs = Math.min(next.session.expiresAtMs - Date.now(), MAX_TIMER_MS);
    timer = setTimeout(() => {
      endSession("expired");
    }, leftMs);
  }
  for (const listener of listeners) listener();
}

/** Called once at the start. */
export function startSession(): void {
  let stored: string | null = null;
  try {
    stored = sessionStorage.getItem(STORED);
  } catch {
    // Nothing kept, nobody signed in.
  }
  const session = restored(stored, Date.now());
  if (session === null) keep(null);
  set({ session, ending: stored === null ? "never" : "expired" });
  onSignedOut(() => {
    endSession("expired");
  });
}

/** Asks for a session. Rejects with ApiProblem (401 wrong, 429 locked) or Offline. */
export async function signIn(login: string, password: string): Promise<void> {
  const begun = await api.post<SessionOut>("/v1/session", { login, password });
  const session: Session = {
    token: begun.token,
    login: login.trim().toLowerCase(),
    expiresAtMs: Date.parse(begun.expires_at),
    subject: begun.subject,
  };
  keep(session);
  set({ session, ending: "never" });
}

/** Ends the session here and, if the server can be reached, there. */
export async function signOut(): Promise<void> {
  const told = api.delete("/v1/session").catch(() => null);
  endSession("signed-out");
  await told;
}

export function endSession(ending: Ending): void {
  if (state.session === null) return;
  keep(null);
  set({ session: null, ending });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useSessionState(): SessionState {
  return useSyncExternalStore(subscribe, () => state);
}

export function permits(permissions: readonly string[], wanted: string): boolean {
  return permissions.includes(wanted) || permissions.includes("*");
}

/** True when the one who is signed in may do this. */
export function useMay(wanted: string): boolean {
  const { session } = useSessionState();
  return session !== null && permits(session.subject.permissions, wanted);
}
