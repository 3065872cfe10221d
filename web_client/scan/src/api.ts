import type { Quad } from "./geometry";
import type { Language } from "./i18n";
import {
  isAnswer,
  isReadCodes,
  type Answer,
  type Place,
  type PhotoAnswer,
  type Reading,
  type VerifyRequest,
} from "./wire_types";

/** What came back for a query. */
export type Outcome =
  | { readonly kind: "answer"; readonly answer: Answer; readonly reading: Reading | null }
  | { readonly kind: "problem"; readonly problem: Problem }
  | { readonly kind: "unreachable" };

/** What the server read in a picture, without verifying anything. */
export type ReadOutcome =
  | {
      readonly kind: "codes";
      readonly codes: readonly { readonly text: string; readonly corners_px: Quad }[];
    }
  /** Not now: too many ask, or the picture was no good. */
  | { readonly kind: "not_now" }
  /** This service reads no photos without verifying them. */
  | { readonly kind: "refused" }
  | { readonly kind: "unreachable" };

export interface Problem {
  readonly slug: string;
  readonly status: number;
  readonly host: string | null;
  readonly hint: string | null;
  readonly retry_after_s: number | null;
}

/** Longer than a slow phone network needs; then the query is kept and sent again later. */
const TIMEOUT_MS = 20_000;
const PHOTO_TIMEOUT_MS = 60_000;
/** A picture of the running camera is old by then. */
const READ_TIMEOUT_MS = 8_000;

export interface PhotoRequest {
  readonly photo: Blob;
  readonly language: Language;
  /** Only when the person has agreed. */
  readonly place: Place | null;
}

export interface Caller {
  readonly verify: (request: VerifyRequest, key: string) => Promise<Outcome>;
  readonly verifyPhoto: (photo: PhotoRequest, key: string) => Promise<Outcome>;
  /** Only reads: nothing is looked up, counted or kept. */
  readonly read: (photo: Blob) => Promise<ReadOutcome>;
}

export function openCaller(install: string, fetcher: typeof fetch): Caller {
  const post = async (path: string, init: RequestInit, timeout_ms: number): Promise<Outcome> => {
    try {
      const signal = AbortSignal.timeout(timeout_ms);
      return await readOutcome(await fetcher(path, { ...init, method: "POST", signal }));
    } catch {
      return { kind: "unreachable" };
    }
  };
  const headers = (key: string, language: string): Record<string, string> => ({
    "Accept-Language": language,
    "Idempotency-Key": key,
    "Dianjin-Install-Id": install,
  });
  return {
    verify(request, key) {
      const head = {
        ...headers(key, request.language ?? "zh-CN"),
        "Content-Type": "application/json",
      };
      return post("/v1/verify", { headers: head, body: JSON.stringify(request) }, TIMEOUT_MS);
    },
    verifyPhoto({ photo, language, place }, key) {
      const form = new FormData();
      form.append("photo", photo, "photo");
      form.append("language", language);
      for (const [name, value] of Object.entries(place ?? {})) {
        if (value !== null) form.append(name, String(value));
      }
      const init = { headers: headers(key, language), body: form };
      return post("/v1/verify/photo", init, PHOTO_TIMEOUT_MS);
    },
    async read(photo) {
      const form = new FormData();
      form.append("photo", photo, "frame.jpg");
      try {
        const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
        return await readCodes(await fetcher("/v1/read", { body: form, method: "POST", signal }));
      } catch {
        return { kind: "unreachable" };
      }
    },
  };
}

async function readOutcome(response: Response): Promise<Outcome> {
  const body = await readJson(response);
  if (response.ok && isAnswer(body)) {
    return { kind: "answer", answer: body, reading: hasReading(body) ? body.reading : null };
  }
  return { kind: "problem", problem: readProblem(response, body) };
}

async function readCodes(response: Response): Promise<ReadOutcome> {
  const body = await readJson(response);
  if (!response.ok || !isReadCodes(body)) {
    return { kind: response.status === 404 || response.status === 405 ? "refused" : "not_now" };
  }
  const point = ([x, y]: readonly [number, number]): { x: number; y: number } => ({ x, y });
  const codes = body.codes.flatMap(({ text, corners_px: [first, second, third, fourth] }) =>
    first && second && third && fourth
      ? [{ text, corners_px: [point(first), point(second), point(third), point(fourth)] as const }]
      : [],
  );
  return { kind: "codes", codes };
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

function hasReading(answer: Answer): answer is PhotoAnswer {
  return "reading" in answer && typeof answer.reading === "object" && answer.reading !== null;
}

function textOf(body: unknown, name: string): string | null {
  if (typeof body !== "object" || body === null) return null;
  const value: unknown = Object.entries(body).find(([key]) => key === name)?.[1];
  return typeof value === "string" ? value : null;
}

function readProblem(response: Response, body: unknown): Problem {
  const retry = Number(response.headers.get("Retry-After") ?? "");
  return {
    slug: (textOf(body, "type") ?? "").replace(/^.*\//, ""),
    status: response.ok ? 502 : response.status,
    host: textOf(body, "host"),
    hint: textOf(body, "hint"),
    retry_after_s: Number.isFinite(retry) && retry > 0 ? Math.ceil(retry) : null,
  };
}
