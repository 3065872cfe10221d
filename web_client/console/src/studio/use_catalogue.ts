import { useCallback, useEffect, useState } from "react";

import { isAbort } from "../api/client";
import { studioApi } from "./api";
import { studioProblem, type StudioProblem } from "./model/problem";
import type { Catalogue } from "./studio_context";

export type CatalogueState =
  | { readonly kind: "loading" }
  | { readonly kind: "ready"; readonly catalogue: Catalogue }
  | { readonly kind: "failed"; readonly problem: StudioProblem; readonly retry: () => void };

/** Schema, gallery and limits, asked once. */
export function useCatalogue(): CatalogueState {
  const [state, setState] = useState<CatalogueState>({ kind: "loading" });
  const [attempt, setAttempt] = useState(0);
  const retry = useCallback(() => {
    setState({ kind: "loading" });
    setAttempt((count) => count + 1);
  }, []);
  useEffect(() => {
    const control = new AbortController();
    const { signal } = control;
    Promise.all([studioApi.schema(signal), studioApi.presets(signal), studioApi.limits(signal)])
      .then(([schema, presets, limits]) => {
        setState({ kind: "ready", catalogue: { schema, presets, limits } });
      })
      .catch((error: unknown) => {
        if (!isAbort(error)) setState({ kind: "failed", problem: studioProblem(error), retry });
      });
    return () => {
      control.abort();
    };
  }, [attempt, retry]);
  return state;
}
