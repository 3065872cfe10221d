import { useText } from "../../i18n";
import { PLAIN_CAPTION, type Caption } from "../model/brief";
import { coloursOf } from "../model/colour";
import { useStudio } from "../studio_context";
import { ColourField } from "./colour_field";
import { SliderField, SwitchField } from "./field";
import { TextField } from "./text_field";

/** A line of text below the symbol. */
export function CaptionFields() {
  const t = useText();
  const { document, edit } = useStudio();
  const { caption, dark } = document.brief.design;
  const set = (patch: Partial<Caption>): void => {
    edit({ kind: "design", patch: { caption: { ...(caption ?? PLAIN_CAPTION), ...patch } } });
  };
  const toggle = (isOn: boolean): void => {
    const first = { ...PLAIN_CAPTION, text: t("studio.caption.example") };
    edit({ kind: "design", patch: { caption: isOn ? first : null } });
  };
  return (
    <>
      <SwitchField label="studio.caption.label" isOn={caption !== null} onChange={toggle} />
      {caption !== null && (
        <>
          <TextField
            label="studio.caption.text"
            path="design.caption.text"
            value={caption.text}
            placeholder={t("studio.caption.example")}
            onChange={(text) => {
              set({ text });
            }}
          />
          <SliderField
            label="studio.caption.size"
            path="design.caption.size_modules"
            value={caption.size_modules}
            step={0.1}
            onChange={(size_modules) => {
              set({ size_modules });
            }}
          />
          <ColourField
            label="studio.caption.colour"
            path="design.caption.colour"
            value={caption.colour}
            inherited={coloursOf(dark)[0] ?? "#000000"}
            onChange={(colour) => {
              set({ colour });
            }}
          />
        </>
      )}
    </>
  );
}
