import { App } from "antd";
import { useEffect } from "react";
import { useSearchParams } from "react-router";

import { isAbort } from "../api/client";
import { useLanguage, useText } from "../i18n";
import { studioApi } from "./api";
import { briefFromJson } from "./model/brief_json";
import { NEW_DOCUMENT } from "./model/document";
import { studioProblem } from "./model/problem";
import { problemText } from "./problem_text";
import { useStudio } from "./studio_context";

/** Opens the template that the address names (`/studio?template=…`), once. */
export function useTemplateLink(): void {
  const t = useText();
  const language = useLanguage();
  const { message } = App.useApp();
  const { edit, link } = useStudio();
  const [params, setParams] = useSearchParams();
  const id = params.get("template");
  useEffect(() => {
    if (id === null) return undefined;
    const control = new AbortController();
    const { signal } = control;
    studioApi
      .openTemplate(id, signal)
      .then(({ template, artwork }) => {
        const { brief, placement } = briefFromJson(template.brief);
        const placements = { dots: null, base: null, [brief.style]: placement };
        const payload = template.payload_example;
        const { painted_artwork_id: painted, protected_artwork_id } = template;
        const painting = painted === null ? null : { id: painted, strokes: [] };
        edit({
          kind: "open",
          document: {
            ...NEW_DOCUMENT,
            ...{ artwork, painting, protected_artwork_id, payload, brief, placements },
          },
        });
        link({ id: template.id, name: template.name, revision: template.revision });
        setParams({}, { replace: true });
      })
      .catch((error: unknown) => {
        if (!isAbort(error)) void message.error(problemText(t, language, studioProblem(error)));
      });
    return () => {
      control.abort();
    };
    // The address alone decides; words and callbacks may change meanwhile.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [id]);
}
