import { briefFromJson, briefToJson, isJson, placementFromJson, type Json } from "./brief_json";
import type { Artwork, StudioDocument, TemplateLink } from "./document";
import { paintingFromJson } from "./painting";

/** The draft survives a reload of the tab, and nothing else: other tabs have their own. */
const DRAFT_KEY = "dianjin.studio.draft";

export interface Draft {
  readonly document: StudioDocument;
  readonly template: TemplateLink | null;
}

export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export function artworkFromJson(json: unknown): Artwork | null {
  if (!isJson(json)) return null;
  const { id, name, width_px, height_px } = json;
  if (typeof id !== "string" || typeof name !== "string") return null;
  if (typeof width_px !== "number" || typeof height_px !== "number") return null;
  return { id, name, width_px, height_px };
}

function templateFromJson(json: unknown): TemplateLink | null {
  if (!isJson(json)) return null;
  const { id, name, revision } = json;
  if (typeof id !== "string" || typeof name !== "string" || typeof revision !== "number")
    return null;
  return { id, name, revision };
}

export function draftToText({ document, template }: Draft): string {
  const { brief, placements, ...rest } = document;
  return JSON.stringify({ ...rest, brief: briefToJson(brief, null), placements, template });
}

export function draftFromText(text: string | null): Draft | null {
  if (text === null) return null;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isJson(json) || typeof json["payload"] !== "string") return null;
  const { brief } = briefFromJson(json["brief"]);
  const placements: Json = isJson(json["placements"]) ? json["placements"] : {};
  const zone = json["protected_artwork_id"];
  return {
    document: {
      artwork: artworkFromJson(json["artwork"]),
      painting: paintingFromJson(json["painting"]),
      protected_artwork_id: typeof zone === "string" ? zone : null,
      payload: json["payload"],
      brief,
      placements: {
        dots: placementFromJson(placements["dots"], "dots"),
        base: placementFromJson(placements["base"], "base"),
      },
      module_mm: typeof json["module_mm"] === "number" ? json["module_mm"] : 0.5,
    },
    template: templateFromJson(json["template"]),
  };
}

export function readDraft(shelf: Shelf): Draft | null {
  return draftFromText(shelf.getItem(DRAFT_KEY));
}

export function keepDraft(shelf: Shelf, draft: Draft): void {
  try {
    shelf.setItem(DRAFT_KEY, draftToText(draft));
  } catch {
    // A full or forbidden storage costs the draft on reload, nothing now.
  }
}
