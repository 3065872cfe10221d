import { useEffect, useRef, useState } from "react";

import { studioApi } from "./api";
import type { Artwork } from "./model/document";
import { mapPng, type Painting, type Stroke } from "./model/painting";
import { studioProblem, type StudioProblem } from "./model/problem";
import { makeLatest, type Latest } from "./preview/latest";
import { useStudio } from "./studio_context";

export interface PaintingState {
  readonly strokes: readonly Stroke[];
  /** The painting came with a template: it counts, though its strokes are not known. */
  readonly isInherited: boolean;
  readonly problem: StudioProblem | null;
  readonly set: (strokes: readonly Stroke[]) => void;
}

/** Strokes are seen at once; what they make of the code follows when their picture is uploaded. */
export function usePainting(artwork: Artwork): PaintingState {
  const { document, edit } = useStudio();
  const { painting } = document;
  const [pending, setPending] = useState<readonly Stroke[] | null>(null);
  const [problem, setProblem] = useState<StudioProblem | null>(null);
  const latest = useRef<Latest<readonly Stroke[]> | null>(null);
  const change = useRef(edit);
  useEffect(() => {
    change.current = edit;
  }, [edit]);

  useEffect(() => {
    const queue = makeLatest<readonly Stroke[], Painting | null>({
      gather_ms: 0,
      async run(strokes, signal) {
        if (strokes.length === 0) return null;
        const file = await mapPng(artwork, strokes);
        const name = `${artwork.name.slice(0, 80)} · map.png`;
        const { id } = await studioApi.uploadArtwork(file, name, () => undefined, signal);
        return { id, strokes };
      },
      onDone(wish, made) {
        change.current({ kind: "painting", painting: made });
        setProblem(null);
        setPending((now) => (now === wish ? null : now));
      },
      onFail(wish, error) {
        setProblem(studioProblem(error));
        setPending((now) => (now === wish ? null : now));
      },
      onBusy: () => undefined,
    });
    latest.current = queue;
    return () => {
      queue.stop();
    };
  }, [artwork]);

  const strokes = pending ?? painting?.strokes ?? [];
  return {
    strokes,
    isInherited: painting !== null && painting.strokes.length === 0 && pending === null,
    problem,
    set(next) {
      setPending(next);
      latest.current?.push(next, true);
    },
  };
}
