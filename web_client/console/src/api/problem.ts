/** What the server says when it refuses (RFC 9457), and what the line says when it is cut. */

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** A refusal of the server: `slug` names it, `detail` is written for people. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";

  constructor(
    readonly slug: string,
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: readonly FieldError[],
    readonly retryAfterS: number | null,
    /** The whole document, for the members that only one endpoint adds. */
    readonly document: Readonly<Record<string, unknown>>,
  ) {
    super(detail === "" ? title : detail);
  }
}

/** No answer came: no network, or a server that is down. */
export class Offline extends Error {
  override readonly name = "Offline";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Reads a refusal; a body that is no problem document (a proxy's page) still gives one. */
export function problemOf(
  status: number,
  body: unknown,
  retryAfter: string | null = null,
): ApiProblem {
  const document = isRecord(body) ? body : {};
  const slug = text(document["type"]).split(/[/:]/).at(-1) ?? "";
  const listed: readonly unknown[] = Array.isArray(document["errors"]) ? document["errors"] : [];
  const errors = listed
    .filter(isRecord)
    .map((item) => ({ field: text(item["field"]), message: text(item["message"]) }));
  const seconds = Number(document["retry_after_s"] ?? retryAfter ?? Number.NaN);
  return new ApiProblem(
    slug === "" ? `status-${status}` : slug,
    status,
    text(document["title"]) === "" ? `HTTP ${status}` : text(document["title"]),
    text(document["detail"]),
    errors,
    Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : null,
    document,
  );
}

/** True for an answer that was given up on purpose: nothing to tell anyone. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
