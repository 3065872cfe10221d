import { useText } from "../../i18n";
import type { BaseStyle, DotShape } from "../model/brief";
import { useStudio } from "../studio_context";
import { ChoiceField, PictureChoice, SliderField } from "./field";
import { DotPicture } from "./shapes";

const DOTS: readonly DotShape[] = ["round", "square", "diamond"];

/** How the dots lie on the picture. */
export function BaseFields() {
  const t = useText();
  const { document, edit } = useStudio();
  const { base } = document.brief;
  const set = (patch: Partial<BaseStyle>): void => {
    edit({ kind: "base", patch });
  };
  return (
    <>
      <PictureChoice<DotShape>
        label="studio.base.dot_shape"
        path="base.dot_shape"
        value={base.dot_shape}
        options={DOTS.map((value) => ({
          value,
          name: t(`studio.dot.${value}`),
          picture: <DotPicture shape={value} />,
        }))}
        onChange={(dot_shape) => {
          set({ dot_shape });
        }}
      />
      <SliderField
        label="studio.base.radius"
        hint="studio.base.radius_hint"
        path="base.radius_modules"
        value={base.radius_modules}
        step={0.01}
        factor={200}
        unit="%"
        onChange={(radius_modules) => {
          const max_radius_modules = Math.max(base.max_radius_modules, radius_modules);
          set({ radius_modules, max_radius_modules });
        }}
      />
      <SliderField
        label="studio.base.margin"
        hint="studio.base.margin_hint"
        path="base.margin"
        value={base.margin}
        step={0.01}
        factor={100}
        unit="%"
        onChange={(margin) => {
          set({ margin });
        }}
      />
      <div className="st-pair">
        <SliderField
          label="studio.base.saturation"
          path="base.saturation"
          value={base.saturation}
          step={0.05}
          factor={100}
          unit="%"
          onChange={(saturation) => {
            set({ saturation });
          }}
        />
        <SliderField
          label="studio.base.dot_saturation"
          path="base.dot_saturation"
          value={base.dot_saturation}
          step={0.05}
          factor={100}
          unit="%"
          onChange={(dot_saturation) => {
            set({ dot_saturation });
          }}
        />
      </div>
      <ChoiceField
        label="studio.base.timing"
        path="base.timing"
        value={base.timing}
        options={[
          { value: "dots", label: t("studio.timing.dots") },
          { value: "solid", label: t("studio.timing.solid") },
        ]}
        onChange={(timing) => {
          set({ timing });
        }}
      />
    </>
  );
}
