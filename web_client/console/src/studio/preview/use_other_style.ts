import { useEffect, useState } from "react";

import { codeIn, studioApi } from "../api";
import type { ArtStyle } from "../model/brief";
import { stableText } from "../model/brief_json";
import type { StudioDocument } from "../model/document";
import type { PreviewOut } from "../wire_types";
import { patiently } from "./patient";

/** The strip waits until the hand rests: the large picture comes first. */
const REST_MS = 700;

export function urlOfPreview(out: PreviewOut): string {
  if (out.svg === null) return out.picture ?? "";
  return URL.createObjectURL(new Blob([out.svg], { type: "image/svg+xml" }));
}

/** The same artwork and payload in another style; null until there is one. */
export function useOtherStyle(
  document: StudioDocument,
  style: ArtStyle,
  isWanted: boolean,
): string | null {
  const [url, setUrl] = useState<string | null>(null);
  const code = codeIn({ ...document, brief: { ...document.brief, style } });
  const text = stableText(code);
  useEffect(() => {
    if (code === null || !isWanted) return;
    const control = new AbortController();
    const timer = setTimeout(() => {
      const { signal } = control;
      patiently(() => studioApi.preview(code, document.module_mm, "draft", signal), signal)
        .then((out) => {
          setUrl(urlOfPreview(out));
        })
        .catch(() => {
          // The strip keeps its last thumbnail: the large picture says what is wrong.
        });
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [text, isWanted]);
  useEffect(
    () => () => {
      if (url?.startsWith("blob:") === true) URL.revokeObjectURL(url);
    },
    [url],
  );
  return code === null ? null : url;
}
