import { useText } from "../../i18n";
import { InputNumber, Slider } from "antd";
import { useShown, useStudio } from "../studio_context";
import { Field } from "./field";

/** Printed labels rarely have larger modules; the number field takes all that the service takes. */
const MOST_BY_HAND_MM = 2;

/** Size in print: of one module, and so of the whole label. */
export function ModuleSizeField() {
  const t = useText();
  const { catalogue, document, edit, settle } = useStudio();
  const { least, most } = catalogue.limits.module_mm;
  const print = useShown()?.out.print;
  const set = (module_mm: number): void => {
    edit({ kind: "module_mm", module_mm });
  };
  const common = { min: least, step: 0.01, value: document.module_mm };
  return (
    <Field
      label="studio.print.module"
      path="module_mm"
      aside={
        <InputNumber
          className="st-number"
          size="small"
          variant="borderless"
          controls={false}
          aria-label={t("studio.print.module")}
          {...common}
          max={most}
          suffix="mm"
          onChange={(next) => {
            if (typeof next === "number") set(next);
          }}
          onBlur={settle}
        />
      }
    >
      <Slider
        className="st-slider"
        {...common}
        max={Math.min(MOST_BY_HAND_MM, most)}
        tooltip={{ open: false }}
        ariaLabelForHandle={t("studio.print.module")}
        onChange={set}
        onChangeComplete={settle}
      />
      {print !== undefined && (
        <p className="st-hint">
          {t("studio.print.whole", {
            width: print.width_mm.toFixed(1),
            height: print.height_mm.toFixed(1),
          })}
        </p>
      )}
    </Field>
  );
}
