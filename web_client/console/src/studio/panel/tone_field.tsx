import { useText } from "../../i18n";
import type { ToneMode } from "../model/brief";
import { useStudio } from "../studio_context";
import { ChoiceField } from "./field";

const TONES: readonly ToneMode[] = ["auto", "line", "photo"];

/** Whether shades are parted by one threshold or become half-tones. */
export function ToneField() {
  const t = useText();
  const { document, edit, settle } = useStudio();
  const { tone } = document.brief;
  return (
    <ChoiceField<ToneMode>
      label="studio.tone.label"
      hint={`studio.tone.${tone}_hint`}
      path="tone"
      value={tone}
      options={TONES.map((value) => ({ value, label: t(`studio.tone.${value}`) }))}
      onChange={(next) => {
        edit({ kind: "brief", patch: { tone: next } });
        settle();
      }}
    />
  );
}
