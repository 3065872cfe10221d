import {
  CORNERS,
  ownPlacement,
  PLAIN_BASE,
  PLAIN_BRIEF,
  PLAIN_DESIGN,
  type ArtStyle,
  type BaseStyle,
  type Brief,
  type Corner,
  type Design,
  type Finder,
  type Modules,
  type Placement,
} from "./brief";
import type { Painting } from "./painting";

/** An uploaded artwork. */
export interface Artwork {
  readonly id: string;
  readonly name: string;
  readonly width_px: number;
  readonly height_px: number;
}

/** The brand template that is being worked on, once it has been saved. */
export interface TemplateLink {
  readonly id: string;
  readonly name: string;
  readonly revision: number;
}

/** Everything that undo brings back. */
export interface StudioDocument {
  readonly artwork: Artwork | null;
  /** What matters of the artwork; null: its own contrasts decide. */
  readonly painting: Painting | null;
  /** A zone that a template protects; kept, not edited here. */
  readonly protected_artwork_id: string | null;
  readonly payload: string;
  readonly brief: Brief;
  /** Each style keeps its own place of the artwork; null is the style's own choice. */
  readonly placements: Readonly<Record<ArtStyle, Placement | null>>;
  readonly module_mm: number;
}

export const SAMPLE_PAYLOAD = "https://dianjin.example/01/06901234567892/21/7K3P9QX2M4ND8RVT6WHC";

export const NEW_DOCUMENT: StudioDocument = {
  artwork: null,
  painting: null,
  protected_artwork_id: null,
  payload: SAMPLE_PAYLOAD,
  brief: PLAIN_BRIEF,
  placements: { dots: null, base: null },
  module_mm: 0.5,
};

export type Section = "artwork" | "content" | "look" | "lettering" | "advanced";

export type Edit =
  | { readonly kind: "artwork"; readonly artwork: Artwork | null }
  | {
      readonly kind: "sample";
      readonly artwork: Artwork;
      readonly style: ArtStyle;
      readonly design: Design;
    }
  | { readonly kind: "painting"; readonly painting: Painting | null }
  | { readonly kind: "payload"; readonly payload: string }
  | { readonly kind: "style"; readonly style: ArtStyle }
  | { readonly kind: "brief"; readonly patch: Partial<Omit<Brief, "style" | "design" | "base">> }
  | {
      readonly kind: "placement";
      readonly placement: Placement | null;
      /** The version that is shown: artwork that is placed by hand stays on it. */
      readonly version?: number;
    }
  | { readonly kind: "design"; readonly patch: Partial<Design> }
  | { readonly kind: "seal"; readonly logo: Design["logo"] }
  | { readonly kind: "modules"; readonly patch: Partial<Modules> }
  | { readonly kind: "finder"; readonly corner: Corner | "all"; readonly patch: Partial<Finder> }
  | { readonly kind: "base"; readonly patch: Partial<BaseStyle> }
  | { readonly kind: "preset"; readonly design: Design }
  | { readonly kind: "module_mm"; readonly module_mm: number }
  | { readonly kind: "reset"; readonly section: Section }
  | { readonly kind: "open"; readonly document: StudioDocument };

export function placementOf(document: StudioDocument): Placement | null {
  return document.placements[document.brief.style];
}

/** Another picture has other proportions: places, crops and paintings of the old one go. */
function withArtwork(document: StudioDocument, artwork: Artwork | null): StudioDocument {
  const placements = { dots: null, base: null };
  return { ...document, artwork, placements, painting: null, protected_artwork_id: null };
}

function withBrief(document: StudioDocument, patch: Partial<Brief>): StudioDocument {
  return { ...document, brief: { ...document.brief, ...patch } };
}

function withDesign(document: StudioDocument, patch: Partial<Design>): StudioDocument {
  return withBrief(document, { design: { ...document.brief.design, ...patch } });
}

export function applyEdit(document: StudioDocument, edit: Edit): StudioDocument {
  const { brief } = document;
  switch (edit.kind) {
    case "artwork":
      return withArtwork(document, edit.artwork);
    case "sample": {
      const { artwork, style, design } = edit;
      return withBrief(withArtwork(document, artwork), { style, design });
    }
    case "painting":
      return { ...document, painting: edit.painting };
    case "payload":
      return { ...document, payload: edit.payload };
    case "style":
      return withBrief(document, { style: edit.style });
    case "brief":
      return withBrief(document, edit.patch);
    case "placement": {
      const placements = { ...document.placements, [brief.style]: edit.placement };
      const placed = { ...document, placements };
      if (brief.style === "base") return placed;
      // Another version for every place would make the picture jump, and refuse many places.
      if (edit.placement === null) return withBrief(placed, { version: null });
      return withBrief(placed, { version: brief.version ?? edit.version ?? null });
    }
    case "design":
      return withDesign(document, edit.patch);
    case "seal": {
      // Level L, which dots take by themselves, can't carry a seal; Q can.
      const level =
        edit.logo !== null && brief.style === "dots" ? (brief.level ?? "Q") : brief.level;
      return withBrief(withDesign(document, { logo: edit.logo }), { level });
    }
    case "modules": {
      const next = { ...brief.design.modules, ...edit.patch };
      const modules = next.shape === "path" ? next : { ...next, path: "" };
      // Connected modules fill their cells; a smaller size would be refused.
      if (modules.shape === "connected")
        return withDesign(document, { modules: { ...modules, size_share: 1 } });
      return withDesign(document, { modules });
    }
    case "finder": {
      const wanted = edit.corner === "all" ? CORNERS : [edit.corner];
      const finders = { ...brief.design.finders };
      for (const corner of wanted) finders[corner] = { ...finders[corner], ...edit.patch };
      return withDesign(document, { finders });
    }
    case "base":
      return withBrief(document, { base: { ...brief.base, ...edit.patch } });
    case "preset":
      return withBrief(document, { design: edit.design });
    case "module_mm":
      return { ...document, module_mm: edit.module_mm };
    case "reset":
      return resetSection(document, edit.section);
    case "open":
      return edit.document;
  }
}

function resetSection(document: StudioDocument, section: Section): StudioDocument {
  const { brief } = document;
  const { design } = brief;
  switch (section) {
    case "artwork":
      return {
        ...document,
        placements: { ...document.placements, [brief.style]: null },
        painting: null,
        brief: { ...brief, tone: PLAIN_BRIEF.tone },
      };
    case "content":
      return withBrief({ ...document, payload: SAMPLE_PAYLOAD }, { version: null, level: null });
    case "look":
      return withBrief(document, {
        design: {
          ...PLAIN_DESIGN,
          caption: design.caption,
          frame: design.frame,
          logo: design.logo,
          quiet_zone_modules: design.quiet_zone_modules,
          is_transparent: design.is_transparent,
        },
        base: {
          ...PLAIN_BASE,
          dark_max: brief.base.dark_max,
          light_min: brief.base.light_min,
          spread: brief.base.spread,
          max_radius_modules: brief.base.max_radius_modules,
        },
      });
    case "lettering":
      return withBrief(document, {
        design: {
          ...design,
          caption: null,
          frame: null,
          logo: null,
          quiet_zone_modules: PLAIN_DESIGN.quiet_zone_modules,
          is_transparent: false,
        },
      });
    case "advanced":
      return {
        ...withBrief(document, {
          fidelity: PLAIN_BRIEF.fidelity,
          budget: PLAIN_BRIEF.budget,
          steers_padding: PLAIN_BRIEF.steers_padding,
          base: {
            ...brief.base,
            dark_max: PLAIN_BASE.dark_max,
            light_min: PLAIN_BASE.light_min,
            spread: PLAIN_BASE.spread,
            max_radius_modules: PLAIN_BASE.max_radius_modules,
          },
        }),
        module_mm: NEW_DOCUMENT.module_mm,
      };
  }
}

/** The placement that controls show and move: the chosen one, the used one, or the style's own. */
export function shownPlacement(document: StudioDocument, used: Placement | null): Placement {
  return placementOf(document) ?? used ?? ownPlacement(document.brief.style);
}

/** Topic of an edit: changes of the same topic within one drag are one undo step. */
export function topicOf(edit: Edit): string | null {
  switch (edit.kind) {
    case "payload":
    case "placement":
    case "module_mm":
      return edit.kind;
    case "brief":
    case "design":
    case "modules":
    case "base":
      return `${edit.kind}.${Object.keys(edit.patch).join()}`;
    case "finder":
      return `finder.${edit.corner}.${Object.keys(edit.patch).join()}`;
    case "artwork":
    case "sample":
    case "painting":
    case "seal":
    case "style":
    case "preset":
    case "reset":
    case "open":
      return null;
  }
}
