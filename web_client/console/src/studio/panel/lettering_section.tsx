import { SliderField, SwitchField } from "./field";
import { CaptionFields } from "./caption_fields";
import { FrameFields } from "./frame_fields";
import { SealFields } from "./seal_fields";
import { useStudio } from "../studio_context";

export function LetteringSection() {
  const { document, edit } = useStudio();
  const { design } = document.brief;
  return (
    <>
      <FrameFields />
      <hr className="st-rule" />
      <CaptionFields />
      <hr className="st-rule" />
      <SealFields />
      <hr className="st-rule" />
      <SliderField
        label="studio.quiet.label"
        hint="studio.quiet.hint"
        path="design.quiet_zone_modules"
        value={design.quiet_zone_modules}
        most={12}
        step={1}
        onChange={(quiet_zone_modules) => {
          edit({ kind: "design", patch: { quiet_zone_modules } });
        }}
      />
      <SwitchField
        label="studio.transparent.label"
        hint="studio.transparent.hint"
        path="design.is_transparent"
        isOn={design.is_transparent}
        onChange={(is_transparent) => {
          edit({ kind: "design", patch: { is_transparent } });
        }}
      />
    </>
  );
}
