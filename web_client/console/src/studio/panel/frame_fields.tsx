import { useText } from "../../i18n";
import { PLAIN_FRAME, type Frame } from "../model/brief";
import { useStudio } from "../studio_context";
import { ColourField } from "./colour_field";
import { ChoiceField, SliderField, SwitchField } from "./field";
import { TextField } from "./text_field";

/** A border round everything, with a call to action. */
export function FrameFields() {
  const t = useText();
  const { document, edit } = useStudio();
  const { frame } = document.brief.design;
  const set = (patch: Partial<Frame>): void => {
    edit({ kind: "design", patch: { frame: { ...(frame ?? PLAIN_FRAME), ...patch } } });
  };
  const toggle = (isOn: boolean): void => {
    const first = { ...PLAIN_FRAME, text: t("studio.frame.example") };
    edit({ kind: "design", patch: { frame: isOn ? first : null } });
  };
  return (
    <>
      <SwitchField label="studio.frame.label" isOn={frame !== null} onChange={toggle} />
      {frame !== null && (
        <>
          <TextField
            label="studio.frame.text"
            path="design.frame.text"
            value={frame.text}
            placeholder={t("studio.frame.example")}
            onChange={(text) => {
              set({ text });
            }}
          />
          <ChoiceField
            label="studio.frame.side"
            path="design.frame.side"
            value={frame.side}
            options={[
              { value: "bottom", label: t("studio.side.bottom") },
              { value: "top", label: t("studio.side.top") },
            ]}
            onChange={(side) => {
              set({ side });
            }}
          />
          <div className="st-pair">
            <SliderField
              label="studio.frame.thickness"
              path="design.frame.thickness_modules"
              value={frame.thickness_modules}
              step={1}
              onChange={(thickness_modules) => {
                set({ thickness_modules });
              }}
            />
            <SliderField
              label="studio.frame.bar"
              path="design.frame.bar_modules"
              value={frame.bar_modules}
              step={1}
              isDisabled={frame.text === ""}
              onChange={(bar_modules) => {
                set({ bar_modules });
              }}
            />
          </div>
          <SliderField
            label="studio.frame.radius"
            path="design.frame.radius_modules"
            value={frame.radius_modules}
            step={0.5}
            onChange={(radius_modules) => {
              set({ radius_modules });
            }}
          />
          <div className="st-pair">
            <ColourField
              label="studio.frame.colour"
              path="design.frame.colour"
              value={frame.colour}
              onChange={(colour) => {
                if (colour !== null) set({ colour });
              }}
            />
            <ColourField
              label="studio.frame.text_colour"
              path="design.frame.text_colour"
              value={frame.text_colour}
              isGround
              onChange={(text_colour) => {
                if (text_colour !== null) set({ text_colour });
              }}
            />
          </div>
        </>
      )}
    </>
  );
}
