import { ApiProblem, Offline } from "../../api/problem";
import { isJson } from "./brief_json";
import type { Bilingual, ReasonOut } from "../wire_types";

/** A refusal of one field, without the field's name; `zh` is English where no Chinese is known. */
export interface FieldRefusal extends Bilingual {
  readonly field: string;
}

/** Why there is no new picture, certificate or file. */
export type StudioProblem =
  | { readonly kind: "offline" }
  | { readonly kind: "signed_out" }
  | { readonly kind: "busy"; readonly retryAfterS: number }
  | {
      readonly kind: "refused";
      readonly slug: string;
      readonly text: Bilingual;
      readonly fields: readonly FieldRefusal[];
      readonly reasons: readonly ReasonOut[];
    }
  | { readonly kind: "broken"; readonly detail: string };

const FIRST_RETRY_S = 2;

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function reasonsOf(list: unknown): readonly ReasonOut[] {
  if (!Array.isArray(list)) return [];
  return list.filter(isJson).map((entry) => ({
    code: textOf(entry["code"]),
    zh: textOf(entry["zh"]),
    en: textOf(entry["en"]),
    is_blocking: entry["is_blocking"] === true,
  }));
}

export function studioProblem(error: unknown): StudioProblem {
  if (error instanceof Offline) return { kind: "offline" };
  if (!(error instanceof ApiProblem)) {
    return { kind: "broken", detail: error instanceof Error ? error.message : String(error) };
  }
  if (error.status === 401) return { kind: "signed_out" };
  if (error.status === 429 || error.status === 503) {
    return { kind: "busy", retryAfterS: error.retryAfterS ?? FIRST_RETRY_S };
  }
  if (error.status >= 500) return { kind: "broken", detail: error.message };
  const told = error.document["detail_zh"];
  // Texts about a field begin with its dotted path, which means nothing to a designer.
  const zh = typeof told === "string" ? told.replace(/^[a-z_.\d]+[：:]\s*/, "") : null;
  const isOne = error.errors.length === 1;
  return {
    kind: "refused",
    slug: error.slug,
    text: { zh: zh ?? error.message, en: error.message },
    fields: error.errors.map(({ field, message }) => ({
      field,
      en: message,
      zh: isOne ? (zh ?? message) : message,
    })),
    reasons: reasonsOf(error.document["reasons"]),
  };
}

/** What the service said about a field of the brief, or about one below it. */
export function saidOf(problem: StudioProblem | null, path: string): FieldRefusal | null {
  if (problem?.kind !== "refused") return null;
  const whole = path.startsWith("brief") || path === "payload" ? path : `brief.${path}`;
  return (
    problem.fields.find(({ field }) => field === whole || field.startsWith(`${whole}.`)) ?? null
  );
}
