import { useText } from "../../i18n";
import { useShown, useStudio } from "../studio_context";
import { Field, SliderField, SwitchField } from "./field";
import { ModuleSizeField } from "./module_size_field";

export function AdvancedSection() {
  const { document, edit } = useStudio();
  const { brief } = document;
  const { base } = brief;
  return (
    <>
      <ModuleSizeField />
      {brief.style === "dots" ? (
        <>
          <SliderField
            label="studio.advanced.fidelity"
            hint="studio.advanced.fidelity_hint"
            path="fidelity"
            value={brief.fidelity}
            step={0.01}
            factor={100}
            unit="%"
            onChange={(fidelity) => {
              edit({ kind: "brief", patch: { fidelity } });
            }}
          />
          <SliderField
            label="studio.advanced.budget"
            hint="studio.advanced.budget_hint"
            path="budget"
            value={brief.budget}
            step={1}
            onChange={(budget) => {
              edit({ kind: "brief", patch: { budget } });
            }}
          />
        </>
      ) : (
        <>
          <SwitchField
            label="studio.advanced.padding"
            hint="studio.advanced.padding_hint"
            path="steers_padding"
            isOn={brief.steers_padding ?? brief.level !== "L"}
            onChange={(steers_padding) => {
              edit({ kind: "brief", patch: { steers_padding } });
            }}
          />
          <SliderField
            label="studio.advanced.dark_max"
            hint="studio.advanced.bounds_hint"
            path="base.dark_max"
            value={base.dark_max}
            most={0.6}
            step={0.01}
            factor={100}
            unit="%"
            onChange={(dark_max) => {
              edit({ kind: "base", patch: { dark_max } });
            }}
          />
          <SliderField
            label="studio.advanced.light_min"
            path="base.light_min"
            value={base.light_min}
            least={0.4}
            step={0.01}
            factor={100}
            unit="%"
            onChange={(light_min) => {
              edit({ kind: "base", patch: { light_min } });
            }}
          />
          <SliderField
            label="studio.advanced.spread"
            hint="studio.advanced.spread_hint"
            path="base.spread"
            value={base.spread}
            step={0.05}
            factor={100}
            unit="%"
            onChange={(spread) => {
              edit({ kind: "base", patch: { spread } });
            }}
          />
          <SliderField
            label="studio.advanced.max_radius"
            hint="studio.advanced.max_radius_hint"
            path="base.max_radius_modules"
            value={base.max_radius_modules}
            least={base.radius_modules}
            step={0.01}
            factor={200}
            unit="%"
            onChange={(max_radius_modules) => {
              edit({ kind: "base", patch: { max_radius_modules } });
            }}
          />
        </>
      )}
      <MadeFacts />
    </>
  );
}

/** What came out: for people who know what a mask is. */
function MadeFacts() {
  const t = useText();
  const out = useShown()?.out;
  if (out === undefined) return null;
  return (
    <Field label="studio.made.label">
      <p className="st-mono">
        {`${out.version}-${out.level} · ${out.size_modules} × ${out.size_modules} · `}
        {t("studio.made.mask", { mask: out.mask })}
        {out.spent_codewords > 0 && ` · ${t("studio.made.spent", { count: out.spent_codewords })}`}
      </p>
    </Field>
  );
}
