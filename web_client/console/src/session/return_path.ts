/** Where to go after signing in: only a place inside the console, never another site. */
export const HOME = "/studio";

/** Reads `next`, a path below /console/ as the router knows it ("/runs?state=DONE"). */
export function returnPath(next: string | null): string {
  if (next === null || !/^\/[a-z]/.test(next) || next.startsWith("/login")) return HOME;
  return next;
}

export function loginPath(from: string): string {
  const back = returnPath(from);
  return back === HOME ? "/login" : `/login?next=${encodeURIComponent(back)}`;
}
