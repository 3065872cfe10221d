import { isJson, type Json } from "./brief_json";

/** Limits of a number, as the service's schema states them. */
export interface Range {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

function resolved(schema: Json, node: unknown): readonly Json[] {
  if (!isJson(node)) return [];
  const ref = node["$ref"];
  const definitions = schema["$defs"];
  if (typeof ref === "string" && isJson(definitions)) {
    return resolved(schema, definitions[ref.replace("#/$defs/", "")]);
  }
  const options = node["anyOf"];
  if (Array.isArray(options)) return options.flatMap((option) => resolved(schema, option));
  return [node];
}

/** The nodes of a field, by its dotted path ("design.modules.size_share"). */
function nodesAt(schema: Json, path: string): readonly Json[] {
  return path.split(".").reduce<readonly Json[]>(
    (nodes, name) =>
      nodes.flatMap((node) => {
        const properties = node["properties"];
        return isJson(properties) ? resolved(schema, properties[name]) : [];
      }),
    [schema],
  );
}

/** Null where the schema knows no such number. */
export function rangeAt(schema: Json, path: string): Range | null {
  for (const node of nodesAt(schema, path)) {
    const { minimum, maximum, type } = node;
    if (typeof minimum === "number" && typeof maximum === "number") {
      return { min: minimum, max: maximum, whole: type === "integer" };
    }
  }
  return null;
}

/** Most characters of a text; null for any number. */
export function longestAt(schema: Json, path: string): number | null {
  for (const { maxLength } of nodesAt(schema, path)) {
    if (typeof maxLength === "number") return maxLength;
  }
  return null;
}

/** The values of a choice; empty where the schema knows no such choice. */
export function choicesAt(schema: Json, path: string): readonly string[] {
  for (const { enum: values } of nodesAt(schema, path)) {
    if (Array.isArray(values)) return values.filter((value) => typeof value === "string");
  }
  return [];
}
