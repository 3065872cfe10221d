import { useCallback, useState } from "react";

import { isAbort } from "../api/client";
import { studioApi } from "./api";
import { designFromJson } from "./model/brief_json";
import type { Artwork } from "./model/document";
import { studioProblem, type StudioProblem } from "./model/problem";
import { checkUpload, type UploadRefusal } from "./model/upload_check";
import { SAMPLE_LOOKS, samplePng, type SampleName } from "./panel/samples";
import { useStudio } from "./studio_context";

export type UploadState =
  | { readonly kind: "idle" }
  | { readonly kind: "sending"; readonly share: number }
  | { readonly kind: "refused"; readonly refusal: UploadRefusal; readonly name: string }
  | { readonly kind: "failed"; readonly problem: StudioProblem; readonly name: string };

export interface Upload {
  readonly state: UploadState;
  readonly send: (file: Blob, name: string) => void;
  readonly sendSample: (name: SampleName, title: string) => void;
}

/** Takes a file, says at once what is wrong with it, and makes it the artwork. */
export function useUpload(): Upload {
  const { catalogue, edit } = useStudio();
  const [state, setState] = useState<UploadState>({ kind: "idle" });
  const { limits, presets } = catalogue;

  const upload = useCallback((file: Blob, name: string, onDone: (artwork: Artwork) => void) => {
    setState({ kind: "sending", share: 0 });
    studioApi
      .uploadArtwork(file, name, (share) => {
        setState({ kind: "sending", share });
      })
      .then((artwork) => {
        setState({ kind: "idle" });
        onDone(artwork);
      })
      .catch((error: unknown) => {
        if (isAbort(error)) setState({ kind: "idle" });
        else setState({ kind: "failed", problem: studioProblem(error), name });
      });
  }, []);
  const send = useCallback(
    (file: Blob, name: string) => {
      const refusal = checkUpload(file, limits);
      if (refusal !== null) {
        setState({ kind: "refused", refusal, name });
        return;
      }
      upload(file, name, (artwork) => {
        edit({ kind: "artwork", artwork });
      });
    },
    [edit, limits, upload],
  );
  const sendSample = useCallback(
    (name: SampleName, title: string) => {
      const [style, key] = SAMPLE_LOOKS[name];
      const design = designFromJson(presets.find((preset) => preset.name === key)?.design);
      samplePng(name)
        .then((file) => {
          upload(file, `${title}.png`, (artwork) => {
            edit({ kind: "sample", artwork, style, design });
          });
        })
        .catch((error: unknown) => {
          setState({ kind: "failed", problem: studioProblem(error), name: title });
        });
    },
    [edit, presets, upload],
  );
  return { state, send, sendSample };
}
