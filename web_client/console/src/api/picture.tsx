/** A picture that only a signed-in user may see: an `img` can't carry the token, so we fetch it. */
import { useEffect, useState, type ReactNode } from "react";

import { api, isAbort } from "./client";

export interface PictureProps {
  readonly path: string;
  readonly alt: string;
  readonly className?: string;
  /** Shown while there is none and when it can't be had. */
  readonly fallback?: ReactNode;
}

interface Fetched {
  readonly path: string;
  readonly url: string | null;
}

/** The address of a picture's bytes in this page; null until it is there, or when it can't be had. */
export function usePicture(path: string | null): string | null {
  const [fetched, setFetched] = useState<Fetched | null>(null);
  useEffect(() => {
    if (path === null) return undefined;
    const stop = new AbortController();
    let url: string | null = null;
    api
      .file(path, { signal: stop.signal })
      .then(({ blob }) => {
        if (stop.signal.aborted) return;
        url = URL.createObjectURL(blob);
        setFetched({ path, url });
      })
      .catch((error: unknown) => {
        if (!isAbort(error)) setFetched({ path, url: null });
      });
    return () => {
      stop.abort();
      if (url !== null) URL.revokeObjectURL(url);
    };
  }, [path]);
  return fetched?.path === path ? fetched.url : null;
}

export function Picture({ path, alt, className, fallback = null }: PictureProps) {
  const url = usePicture(path);
  if (url === null) return <>{fallback}</>;
  return <img className={className} src={url} alt={alt} />;
}
