import type { Key } from "../i18n";

/** A page of the navigation: a job that people come for. */
export interface Place {
  readonly path: string;
  readonly words: Key;
  readonly lead: Key;
  readonly icon: "studio" | "templates" | "runs" | "codes";
  /** The permission without which the page has nothing to show. */
  readonly needs: string;
  readonly group: "studio" | "codes";
}

export const PLACES: readonly Place[] = [
  {
    path: "/studio",
    words: "nav.studio",
    lead: "nav.studioLead",
    icon: "studio",
    needs: "studio.read",
    group: "studio",
  },
  {
    path: "/templates",
    words: "nav.templates",
    lead: "nav.templatesLead",
    icon: "templates",
    needs: "studio.read",
    group: "studio",
  },
  {
    path: "/runs",
    words: "nav.runs",
    lead: "nav.runsLead",
    icon: "runs",
    needs: "studio.read",
    group: "studio",
  },
  {
    path: "/codes",
    words: "nav.codes",
    lead: "nav.codesLead",
    icon: "codes",
    needs: "codes.read",
    group: "codes",
  },
];

export function placeOf(path: string): Place | null {
  return PLACES.find((place) => path === place.path || path.startsWith(`${place.path}/`)) ?? null;
}
