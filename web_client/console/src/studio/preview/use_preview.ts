import { useCallback, useEffect, useRef, useState } from "react";

import { codeIn, studioApi, type CodeIn } from "../api";
import type { StudioDocument } from "../model/document";
import type { Design } from "../model/brief";
import { boxOfDesign, boxOfSvg, type PictureBox } from "../model/geometry";
import { studioProblem, type StudioProblem } from "../model/problem";
import type { PreviewOut, PreviewQuality } from "../wire_types";
import { makeLatest, type Latest } from "./latest";

/** A picture that is ready to be painted. */
export interface ShownPicture {
  readonly url: string;
  readonly box: PictureBox;
  readonly out: PreviewOut;
  readonly quality: PreviewQuality;
  readonly revision: number;
  /** When the change was made that this picture shows, on the clock of `performance.now()`. */
  readonly editedAtMs: number;
}

export interface PreviewState {
  /** The last good picture; it stays while a new one is made and where one is refused. */
  readonly shown: ShownPicture | null;
  readonly busy: boolean;
  readonly problem: StudioProblem | null;
}

interface Wish {
  readonly code: CodeIn;
  readonly design: Design;
  readonly moduleMm: number;
  readonly quality: PreviewQuality;
  readonly revision: number;
  readonly editedAtMs: number;
}

/** Events of one movement within this time are one wish. */
const GATHER_MS = 12;
/** A hand that has not moved for so long rests: now the picture may take its time. */
const REST_MS = 350;
const NOTHING: PreviewState = { shown: null, busy: false, problem: null };

async function makePicture(wish: Wish, signal: AbortSignal): Promise<ShownPicture> {
  const out = await studioApi.preview(wish.code, wish.moduleMm, wish.quality, signal);
  const made = pictureOf(out, wish.design);
  // Decoded before it is shown: the page never paints an empty label.
  const image = new Image();
  image.src = made.url;
  await image.decode();
  const { quality, revision, editedAtMs } = wish;
  return { ...made, out, quality, revision, editedAtMs };
}

interface Made {
  readonly url: string;
  readonly box: PictureBox;
}

function pictureOf(out: PreviewOut, design: Design): Made {
  const { size_modules: side, print } = out;
  const byDesign = (): PictureBox =>
    boxOfDesign(design, side, print.width_mm / print.module_mm, print.height_mm / print.module_mm);
  if (out.svg === null) return { url: out.picture ?? "", box: byDesign() };
  const url = URL.createObjectURL(new Blob([out.svg], { type: "image/svg+xml" }));
  return { url, box: boxOfSvg(out.svg, side) ?? byDesign() };
}

export function dropPicture(picture: ShownPicture | null): void {
  if (picture?.url.startsWith("blob:") === true) URL.revokeObjectURL(picture.url);
}

interface Pushed {
  readonly artwork: string;
  readonly style: string;
  readonly quality: PreviewQuality;
}

/** The picture of a document, made anew whenever what it shows changes. */
export function usePreview(
  document: StudioDocument,
  revision: number,
  editedAtMs: number,
): PreviewState & { readonly retry: () => void } {
  const [state, setState] = useState<PreviewState>(NOTHING);
  const latest = useRef<Latest<Wish> | null>(null);
  const last = useRef<Pushed | null>(null);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    const queue = makeLatest<Wish, ShownPicture>({
      gather_ms: GATHER_MS,
      run: makePicture,
      onDone(_, shown) {
        setState((before) => {
          dropPicture(before.shown);
          return { ...before, shown, problem: null };
        });
      },
      onFail(_, error) {
        setState((before) => ({ ...before, problem: studioProblem(error) }));
      },
      onBusy(busy) {
        setState((before) => (before.busy === busy ? before : { ...before, busy }));
      },
    });
    latest.current = queue;
    return () => {
      queue.stop();
    };
  }, []);

  const { artwork, brief, module_mm: moduleMm } = document;
  useEffect(() => {
    const code = codeIn(document);
    if (code === null) return undefined;
    const push = (quality: PreviewQuality): void => {
      const before = last.current;
      const pushed = { artwork: code.artwork_id, style: brief.style, quality };
      // Another subject, or a hand that moves again, does not wait for a careful picture.
      const urgent =
        before?.artwork !== pushed.artwork ||
        before.style !== pushed.style ||
        (before.quality === "full" && quality === "draft");
      last.current = pushed;
      const { design } = brief;
      latest.current?.push({ code, design, moduleMm, quality, revision, editedAtMs }, urgent);
    };
    // Codes that the modules draw have one quality only.
    if (brief.style === "dots") {
      push("full");
      return undefined;
    }
    push("draft");
    const timer = setTimeout(push, REST_MS, "full");
    return () => {
      clearTimeout(timer);
    };
    // The revision names the change; the other fields change only with it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [revision, attempt]);

  const retry = useCallback(() => {
    setAttempt((count) => count + 1);
  }, []);
  return { ...(artwork === null ? NOTHING : state), retry };
}
