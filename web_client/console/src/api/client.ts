/**
 * The one way to the server: adds the bearer token and the language, reads problem documents.
 *
 *     const page = await api.get<CodePage>("/v1/codes", { query: { limit: 50 }, signal });
 *     const preview = await api.post<Preview>("/v1/studio/preview", body, { signal });
 *     const artwork = await api.upload<Artwork>("/v1/studio/artworks", form, { onProgress });
 *     const { blob, headers } = await api.file("/v1/studio/tryout", { body });
 *
 * Every call rejects with ApiProblem (the server refused), Offline (no answer) or an AbortError.
 */
import { Offline, problemOf } from "./problem";

export { ApiProblem, Offline, isAbort } from "./problem";
export type { FieldError } from "./problem";

export type QueryValue = string | number | boolean | null | undefined;

export interface CallOptions {
  /** Query string; null, undefined and "" are left out. */
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly signal?: AbortSignal | undefined;
  /** A 401 to this call says nothing about the session: it asks for a password again. */
  readonly asksPassword?: boolean;
}

export interface UploadOptions extends CallOptions {
  /** Called with the share that was sent, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

export interface FileOptions extends CallOptions {
  /** With a body the file is asked for by POST. */
  readonly body?: unknown;
}

export interface FileAnswer {
  readonly blob: Blob;
  readonly headers: Headers;
  /** From Content-Disposition; null when the server named none. */
  readonly name: string | null;
}

interface Door {
  token: string | null;
  language: string;
  onSignedOut: (() => void) | null;
}

const door: Door = { token: null, language: "zh-CN", onSignedOut: null };

/** Set by the session: the token of the calls from now on. */
export function setToken(token: string | null): void {
  door.token = token;
}

/** Set by i18n: the language that the server answers in. */
export function setApiLanguage(language: string): void {
  door.language = language;
}

/** Called when the server no longer knows the token that was sent. */
export function onSignedOut(listener: (() => void) | null): void {
  door.onSignedOut = listener;
}

export function addressOf(path: string, query: CallOptions["query"] = {}): string {
  const wanted = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") wanted.set(name, String(value));
  }
  const tail = wanted.toString();
  return tail === "" ? path : `${path}?${tail}`;
}

function headersOf(hasJson: boolean): Record<string, string> {
  const headers: Record<string, string> = { "Accept-Language": door.language };
  if (door.token !== null) headers["Authorization"] = `Bearer ${door.token}`;
  if (hasJson) headers["Content-Type"] = "application/json";
  return headers;
}

async function refused(
  response: Response,
  sentToken: string | null,
  options: CallOptions,
): Promise<never> {
  const body: unknown = await response.json().catch(() => null);
  if (options.asksPassword !== true) tellSignedOut(response.status, sentToken);
  throw problemOf(response.status, body, response.headers.get("Retry-After"));
}

function tellSignedOut(status: number, sentToken: string | null): void {
  // An answer to an older token must not end a session that has begun since.
  if (status === 401 && sentToken !== null && sentToken === door.token) door.onSignedOut?.();
}

async function call(
  method: string,
  path: string,
  body: unknown,
  options: CallOptions,
): Promise<Response> {
  const sentToken = door.token;
  const hasBody = body !== undefined;
  let response: Response;
  try {
    response = await fetch(addressOf(path, options.query), {
      method,
      headers: headersOf(hasBody),
      cache: "no-store",
      credentials: "omit",
      ...(hasBody ? { body: JSON.stringify(body) } : {}),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } catch (error) {
    if (error instanceof TypeError) throw new Offline(error.message);
    throw error;
  }
  if (!response.ok) await refused(response, sentToken, options);
  return response;
}

async function json(
  method: string,
  path: string,
  body: unknown,
  options: CallOptions,
): Promise<unknown> {
  const response = await call(method, path, body, options);
  if (response.status === 204) return null;
  return response.json();
}

function fileName(headers: Headers): string | null {
  const line = headers.get("Content-Disposition") ?? "";
  const wide = /filename\*=UTF-8''([^;]+)/i.exec(line)?.[1];
  if (wide !== undefined) return decodeURIComponent(wide);
  return /filename="?([^";]+)"?/i.exec(line)?.[1] ?? null;
}

/** XMLHttpRequest, because fetch does not tell how much of a body was sent. */
function send(path: string, form: FormData, options: UploadOptions): Promise<unknown> {
  const sentToken = door.token;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", addressOf(path, options.query));
    for (const [name, value] of Object.entries(headersOf(false))) {
      request.setRequestHeader(name, value);
    }
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) options.onProgress?.(event.loaded / event.total);
    };
    request.onerror = () => {
      reject(new Offline("the upload was cut off"));
    };
    request.onabort = () => {
      reject(new DOMException("the upload was given up", "AbortError"));
    };
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300) {
        resolve(body);
        return;
      }
      tellSignedOut(request.status, sentToken);
      reject(problemOf(request.status, body, request.getResponseHeader("Retry-After")));
    };
    if (options.signal?.aborted === true) {
      reject(new DOMException("the upload was given up", "AbortError"));
      return;
    }
    options.signal?.addEventListener("abort", () => {
      request.abort();
    });
    request.send(form);
  });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return null;
  }
}

/**
 * The answer's type is chosen by the caller from wire.ts, which is made from the server's own
 * OpenAPI document; a test fails when the two differ.
 */
export const api = {
  get: <T>(path: string, options: CallOptions = {}): Promise<T> =>
    json("GET", path, undefined, options) as Promise<T>,
  post: <T>(path: string, body?: unknown, options: CallOptions = {}): Promise<T> =>
    json("POST", path, body, options) as Promise<T>,
  put: <T>(path: string, body: unknown, options: CallOptions = {}): Promise<T> =>
    json("PUT", path, body, options) as Promise<T>,
  patch: <T>(path: string, body: unknown, options: CallOptions = {}): Promise<T> =>
    json("PATCH", path, body, options) as Promise<T>,
  delete: <T>(path: string, options: CallOptions = {}): Promise<T> =>
    json("DELETE", path, undefined, options) as Promise<T>,
  upload: <T>(path: string, form: FormData, options: UploadOptions = {}): Promise<T> =>
    send(path, form, options) as Promise<T>,
  /** A file that only a signed-in user may fetch: by GET, or by POST when there is a body. */
  file: async (path: string, options: FileOptions = {}): Promise<FileAnswer> => {
    const method = options.body === undefined ? "GET" : "POST";
    const response = await call(method, path, options.body, options);
    const blob = await response.blob();
    return { blob, headers: response.headers, name: fileName(response.headers) };
  },
};
