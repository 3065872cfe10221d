import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import { isAbort } from "../api/client";
import { codeIn, studioApi } from "./api";
import { stableText } from "./model/brief_json";
import type { StudioDocument } from "./model/document";
import { studioProblem, type StudioProblem } from "./model/problem";
import type { CertificateOut } from "./wire_types";

export type CertificateState =
  | { readonly kind: "none" }
  | { readonly kind: "running"; readonly before: CertificateOut | null }
  | { readonly kind: "done"; readonly certificate: CertificateOut; readonly isStale: boolean }
  | { readonly kind: "failed"; readonly problem: StudioProblem };

/** The certificate of the document, and whether it still speaks about it. */
export function useCertificate(document: StudioDocument): {
  readonly state: CertificateState;
  readonly certify: () => void;
} {
  const [made, setMade] = useState<CertificateState>({ kind: "none" });
  const [certified, setCertified] = useState("");
  const control = useRef<AbortController | null>(null);
  const code = codeIn(document);
  const text = stableText(code);

  useEffect(() => () => control.current?.abort(), []);

  const certify = useCallback(() => {
    if (code === null) return;
    control.current?.abort();
    const mine = new AbortController();
    control.current = mine;
    setMade((before) => ({
      kind: "running",
      before: before.kind === "done" ? before.certificate : null,
    }));
    studioApi
      .certify(code, mine.signal)
      .then((certificate) => {
        setCertified(text);
        setMade({ kind: "done", certificate, isStale: false });
      })
      .catch((error: unknown) => {
        if (!isAbort(error)) setMade({ kind: "failed", problem: studioProblem(error) });
      });
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [text]);

  const isStale = certified !== text;
  const hasCode = code !== null;
  const state = useMemo<CertificateState>(() => {
    if (!hasCode) return { kind: "none" };
    return made.kind === "done" ? { ...made, isStale } : made;
  }, [hasCode, made, isStale]);
  return { state, certify };
}
