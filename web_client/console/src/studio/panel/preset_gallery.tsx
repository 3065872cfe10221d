import { useMemo } from "react";

import { useLanguage, useText } from "../../i18n";
import { designFromJson, stableText } from "../model/brief_json";
import type { Design } from "../model/brief";
import { useStudio } from "../studio_context";

/** The look alone: what a design says in words and its margin stay as they are. */
function lookOf(preset: Design, before: Design): Design {
  const { quiet_zone_modules, is_transparent } = before;
  return {
    ...preset,
    quiet_zone_modules,
    is_transparent,
    caption: preset.caption ?? before.caption,
    frame: preset.frame ?? before.frame,
  };
}

export function PresetGallery() {
  const t = useText();
  const language = useLanguage();
  const { catalogue, document, edit } = useStudio();
  const { design } = document.brief;
  const presets = useMemo(
    () =>
      catalogue.presets.map((preset) => ({
        ...preset,
        look: designFromJson(preset.design),
        url: `data:image/svg+xml,${encodeURIComponent(preset.svg)}`,
      })),
    [catalogue.presets],
  );
  const current = stableText(design);
  return (
    <div className="st-field">
      <span className="st-field-label">{t("studio.look.presets")}</span>
      <div className="st-presets">
        {presets.map((preset) => {
          const next = lookOf(preset.look, design);
          const isOn = stableText(next) === current;
          return (
            <button
              key={preset.name}
              type="button"
              className={isOn ? "st-preset st-preset-on" : "st-preset"}
              aria-pressed={isOn}
              data-preset={preset.name}
              onClick={() => {
                edit({ kind: "preset", design: next });
              }}
            >
              <img src={preset.url} alt="" />
              <span>{language === "en" ? preset.en : preset.zh}</span>
            </button>
          );
        })}
      </div>
    </div>
  );
}
