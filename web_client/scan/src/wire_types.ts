import type { components } from "../../wire/wire";

/** The server's words under the page's names; the only file that knows the generated names. */
type Schemas = components["schemas"];

export type Answer = Schemas["VerifyOut"];
export type PhotoAnswer = Schemas["PhotoVerifyOut"];
export type Verdict = Answer["verdict"];
export type Seal = Answer["seal"];
export type LayerFinding = Answer["layers"][number];
export type Layer = LayerFinding["layer"];
export type LayerOutcome = LayerFinding["outcome"];
export type Product = NonNullable<Answer["product"]>;
export type History = NonNullable<Answer["history"]>;
export type Reading = PhotoAnswer["reading"];
export type ReadCodes = Schemas["ReadOut"];
export type VerifyRequest = Schemas["VerifyIn"];
export type Place = Schemas["PlaceIn"];

const VERDICTS: Readonly<Record<Verdict, true>> = {
  GENUINE_FIRST: true,
  GENUINE_REPEAT: true,
  OVER_LIMIT: true,
  NOT_GENUINE_UNKNOWN: true,
  NOT_GENUINE_UNACTIVATED: true,
  NOT_GENUINE_VOID: true,
  RECALLED: true,
  EXPIRED: true,
  SUSPECTED_COPY: true,
};

export function isVerdict(value: unknown): value is Verdict {
  return typeof value === "string" && Object.hasOwn(VERDICTS, value);
}

/** True when a body has what the verdict screen stands on; a proxy's page has not. */
export function isAnswer(body: unknown): body is Answer {
  if (typeof body !== "object" || body === null) return false;
  const reply: unknown = "reply" in body ? body.reply : null;
  return (
    "verdict" in body &&
    isVerdict(body.verdict) &&
    "layers" in body &&
    Array.isArray(body.layers) &&
    typeof reply === "object" &&
    reply !== null &&
    "text" in reply &&
    typeof reply.text === "string"
  );
}

/** True when a body has the codes that a picture was read for. */
export function isReadCodes(body: unknown): body is ReadCodes {
  return (
    typeof body === "object" &&
    body !== null &&
    "codes" in body &&
    Array.isArray(body.codes) &&
    body.codes.every(
      (code: unknown) =>
        typeof code === "object" &&
        code !== null &&
        "text" in code &&
        typeof code.text === "string" &&
        "corners_px" in code &&
        Array.isArray(code.corners_px),
    )
  );
}
