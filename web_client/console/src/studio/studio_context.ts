import { createContext, use } from "react";

import type { Placement } from "./model/brief";
import type { Json } from "./model/brief_json";
import type { Edit, StudioDocument, TemplateLink } from "./model/document";
import type { StudioProblem } from "./model/problem";
import type { PreviewState, ShownPicture } from "./preview/use_preview";
import type { LimitsOut, PresetOut } from "./wire_types";

/** What the service told once: the schema of a brief, the gallery, what it takes. */
export interface Catalogue {
  readonly schema: Json;
  readonly presets: readonly PresetOut[];
  readonly limits: LimitsOut;
}

export interface Studio {
  readonly document: StudioDocument;
  readonly template: TemplateLink | null;
  readonly catalogue: Catalogue;
  /** Where the artwork lies on the picture that is shown. */
  readonly placement: Placement;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly edit: (edit: Edit) => void;
  /** End of a movement: the next change is an undo step of its own. */
  readonly settle: () => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly link: (template: TemplateLink | null) => void;
}

export const StudioContext = createContext<Studio | null>(null);

export function useStudio(): Studio {
  const studio = use(StudioContext);
  if (studio === null) throw new Error("Controls of the studio live inside the studio page.");
  return studio;
}

/** The preview, and how to ask for it again. */
export interface Preview extends PreviewState {
  readonly retry: () => void;
}

/** What keeps the picture from changing. */
export type Hindrance = Pick<Preview, "problem" | "retry">;

/**
 * Parts of the preview that change at different moments. A control that shows none of them is not
 * drawn again while a picture is asked for, comes and is painted.
 */
export const ShownContext = createContext<ShownPicture | null>(null);
export const BusyContext = createContext(false);
export const HindranceContext = createContext<Hindrance>({ problem: null, retry: () => undefined });

export function useShown(): ShownPicture | null {
  return use(ShownContext);
}

export function useBusy(): boolean {
  return use(BusyContext);
}

export function useHindrance(): Hindrance {
  return use(HindranceContext);
}

export function useProblem(): StudioProblem | null {
  return useHindrance().problem;
}
