import {
  CORNERS,
  ownPlacement,
  PLAIN_BASE,
  PLAIN_BRIEF,
  PLAIN_CAPTION,
  PLAIN_DESIGN,
  PLAIN_FINDER,
  PLAIN_FRAME,
  PLAIN_LOGO,
  type ArtStyle,
  type Brief,
  type Design,
  type Finder,
  type Finders,
  type Placement,
} from "./brief";

/** Any JSON object: a brief or a part of one, as it is stored and sent. */
export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function part(value: Json, name: string): Json {
  const found = value[name];
  return isJson(found) ? found : {};
}

/** The stored fields over the plain ones. The service has validated what is stored. */
function filled<T extends object>(plain: T, stored: Json): T {
  return { ...plain, ...stored };
}

/** A design in which every field stands, from JSON that leaves plain ones out. */
export function designFromJson(json: unknown): Design {
  const stored = isJson(json) ? json : {};
  const finders = part(stored, "finders");
  const finder = (corner: string): Finder => filled(PLAIN_FINDER, part(finders, corner));
  const both = { top_left: finder("top_left"), top_right: finder("top_right") };
  const all: Finders = { ...both, bottom_left: finder("bottom_left") };
  return {
    ...filled(PLAIN_DESIGN, stored),
    modules: filled(PLAIN_DESIGN.modules, part(stored, "modules")),
    finders: all,
    logo: isJson(stored["logo"])
      ? filled({ ...PLAIN_LOGO, ground: null, text: "" }, stored["logo"])
      : null,
    caption: isJson(stored["caption"]) ? filled(PLAIN_CAPTION, stored["caption"]) : null,
    frame: isJson(stored["frame"]) ? filled(PLAIN_FRAME, stored["frame"]) : null,
  };
}

export function placementFromJson(json: unknown, style: ArtStyle): Placement | null {
  if (!isJson(json)) return null;
  const plain: Placement = { ...ownPlacement("dots"), ...(style === "base" && { scale: 0.5 }) };
  return { ...filled(plain, json), crop: filled(plain.crop, part(json, "crop")) };
}

export interface ReadBrief {
  readonly brief: Brief;
  readonly placement: Placement | null;
}

export function briefFromJson(json: unknown): ReadBrief {
  const stored = isJson(json) ? json : {};
  const { placement: own, ...rest } = stored;
  const { placement: ofBase, ...base } = part(stored, "base");
  const brief: Brief = {
    ...filled(PLAIN_BRIEF, rest),
    design: designFromJson(stored["design"]),
    base: filled(PLAIN_BASE, base),
  };
  const used = own ?? (brief.style === "base" ? ofBase : null);
  return { brief, placement: placementFromJson(used, brief.style) };
}

/** What is sent: fields without a meaning for the style stay, so that a template keeps both. */
export function briefToJson(brief: Brief, placement: Placement | null): Json {
  return { ...brief, placement };
}

/** The same brief always gives the same text: names a certificate's design. */
export function stableText(value: unknown): string {
  return JSON.stringify(value, (_, entry: unknown) =>
    isJson(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)))
      : entry,
  );
}

export function sameFinders(finders: Finders): boolean {
  const [first, ...rest] = CORNERS.map((corner) => stableText(finders[corner]));
  return rest.every((text) => text === first);
}
