import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import { isAbort } from "../api/client";
import { codeIn, studioApi } from "./api";
import { stableText } from "./model/brief_json";
import type { StudioDocument } from "./model/document";
import { studioProblem, type StudioProblem } from "./model/problem";
import { SCENES, type Scene } from "./wire_types";

export interface Shot {
  readonly scene: Scene;
  readonly url: string;
  readonly wasRead: boolean;
}

export interface TryOutState {
  readonly shots: Readonly<Partial<Record<Scene, Shot>>>;
  readonly running: Scene | null;
  readonly problem: StudioProblem | null;
  readonly isStale: boolean;
}

const NOTHING = { shots: {}, running: null, problem: null } as const;

/** Simulated photos of the label, one scene after the other; a new seed at every take. */
export function useTryOut(document: StudioDocument): {
  readonly state: TryOutState;
  readonly shoot: () => void;
} {
  const [state, setState] = useState<Omit<TryOutState, "isStale">>(NOTHING);
  const [taken, setTaken] = useState("");
  const control = useRef<AbortController | null>(null);
  const urls = useRef<string[]>([]);
  const seed = useRef(0);
  const code = codeIn(document);
  const text = stableText(code);

  const forget = useCallback(() => {
    control.current?.abort();
    for (const url of urls.current) URL.revokeObjectURL(url);
    urls.current = [];
  }, []);
  useEffect(() => forget, [forget]);

  const shoot = useCallback(() => {
    if (code === null) return;
    forget();
    const mine = new AbortController();
    control.current = mine;
    seed.current += 1;
    setTaken(text);
    setState(NOTHING);
    const takeAll = async (): Promise<void> => {
      for (const scene of SCENES) {
        setState((before) => ({ ...before, running: scene }));
        const { picture, wasRead } = await studioApi.tryOut(code, scene, seed.current, mine.signal);
        const url = URL.createObjectURL(picture);
        urls.current.push(url);
        setState((before) => ({
          ...before,
          shots: { ...before.shots, [scene]: { scene, url, wasRead } },
        }));
      }
      setState((before) => ({ ...before, running: null }));
    };
    takeAll().catch((error: unknown) => {
      if (isAbort(error)) return;
      setState((before) => ({ ...before, running: null, problem: studioProblem(error) }));
    });
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [text, forget]);

  const isStale = taken !== "" && taken !== text;
  return { state: useMemo(() => ({ ...state, isStale }), [state, isStale]), shoot };
}
