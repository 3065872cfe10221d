import type { Problem } from "./api";
import type { CameraProblem } from "./camera";
import type { Key } from "./i18n";
import type { Payload } from "./payload";

/** A state that is not a verdict: what happened, in words, and what the person can do now. */
export type Notice =
  | { readonly kind: "camera"; readonly problem: CameraProblem }
  | { readonly kind: "offline"; readonly waiting: number }
  | { readonly kind: "offline_photo" }
  | { readonly kind: "queue_full"; readonly waiting: number }
  | { readonly kind: "foreign_link"; readonly host: string; readonly url: string | null }
  | { readonly kind: "foreign_text"; readonly text: string }
  | { readonly kind: "malformed" }
  | { readonly kind: "too_many_codes" }
  | { readonly kind: "several_codes" }
  | { readonly kind: "no_code"; readonly hint: Key | null }
  | { readonly kind: "photo_refused"; readonly why: Key }
  | { readonly kind: "rate_limited"; readonly until_ms: number }
  | { readonly kind: "server_error" }
  | { readonly kind: "refused" };

/** When a server does not say how long to wait. */
const DEFAULT_WAIT_S = 30;

const HINTS: Readonly<Record<string, Key>> = {
  closer: "hint.closer",
  farther: "hint.farther",
  hold_still: "hint.hold_still",
  more_light: "hint.more_light",
  less_light: "hint.less_light",
  tilt_against_glare: "hint.tilt_against_glare",
  show_code: "hint.aim",
};

/** The words for a retake hint of the server; an unknown one says nothing. */
export function hintKey(hint: string | null): Key | null {
  const name = (hint ?? "").toLowerCase().replaceAll("-", "_");
  return Object.hasOwn(HINTS, name) ? (HINTS[name] ?? null) : null;
}

/** The screen for a problem document; slugs are the server's, unknown ones go by status. */
export function noticeOfProblem(problem: Problem, now_ms: number): Notice {
  switch (problem.slug) {
    case "foreign-code":
      return { kind: "foreign_link", host: problem.host ?? "", url: null };
    case "malformed-code":
      return { kind: "malformed" };
    case "too-many-codes":
      return { kind: "too_many_codes" };
    case "several-codes":
      return { kind: "several_codes" };
    case "no-code-found":
      return { kind: "no_code", hint: hintKey(problem.hint) };
    case "upload-too-large":
    case "too-large":
    case "too-many-pixels":
      return { kind: "photo_refused", why: "photo_refused.size" };
    case "not-an-image":
    case "unsupported-image":
    case "unsupported-media":
    case "animated-image":
    case "cmyk-image":
      return { kind: "photo_refused", why: "photo_refused.type" };
    case "empty-upload":
    case "truncated-image":
    case "bad-metadata":
      return { kind: "photo_refused", why: "photo_refused.broken" };
    default:
      return noticeOfStatus(problem, now_ms);
  }
}

function noticeOfStatus(problem: Problem, now_ms: number): Notice {
  if (problem.status === 429) {
    const wait_s = problem.retry_after_s ?? DEFAULT_WAIT_S;
    return { kind: "rate_limited", until_ms: now_ms + wait_s * 1000 };
  }
  return problem.status >= 500 ? { kind: "server_error" } : { kind: "refused" };
}

export function noticeOfPayload(payload: Exclude<Payload, { kind: "query" }>): Notice {
  switch (payload.kind) {
    case "foreign_link":
      return { kind: "foreign_link", host: payload.host, url: payload.url };
    case "foreign_text":
      return { kind: "foreign_text", text: payload.text };
    case "malformed":
      return { kind: "malformed" };
    default:
      return payload satisfies never;
  }
}
