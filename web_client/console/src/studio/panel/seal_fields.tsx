import { useText } from "../../i18n";
import { PLAIN_LOGO, type Logo, type LogoShape } from "../model/brief";
import { useShown, useStudio } from "../studio_context";
import { ColourField } from "./colour_field";
import { PictureChoice, SliderField, SwitchField } from "./field";
import { AreaPicture } from "./shapes";
import { TextField } from "./text_field";

const SHAPES: readonly LogoShape[] = ["square", "rounded", "circle"];

/** Characters in the cleared middle, and what the clearing costs. */
export function SealFields() {
  const t = useText();
  const { document, edit } = useStudio();
  const { logo, light } = document.brief.design;
  const set = (patch: Partial<Logo>): void => {
    edit({ kind: "design", patch: { logo: { ...(logo ?? PLAIN_LOGO), ...patch } } });
  };
  const cost = useShown()?.out.logo_cost;
  return (
    <>
      <SwitchField
        label="studio.seal.label"
        hint="studio.seal.hint"
        path="design.logo"
        isOn={logo !== null}
        onChange={(isOn) => {
          edit({ kind: "seal", logo: isOn ? PLAIN_LOGO : null });
        }}
      />
      {logo !== null && (
        <>
          {cost !== null && cost !== undefined && (
            <p className="st-note">
              {t("studio.seal.cost", {
                lost: cost.lost_codewords,
                total: cost.total_codewords,
                left: Math.round(100 * cost.unused_error_correction),
              })}
            </p>
          )}
          <TextField
            label="studio.seal.text"
            path="design.logo.text"
            value={logo.text}
            onChange={(text) => {
              set({ text });
            }}
          />
          <SliderField
            label="studio.seal.width"
            path="design.logo.width_share"
            value={logo.width_share}
            step={0.01}
            factor={100}
            unit="%"
            onChange={(width_share) => {
              set({ width_share });
            }}
          />
          <SliderField
            label="studio.seal.margin"
            path="design.logo.margin_modules"
            value={logo.margin_modules}
            step={0.1}
            onChange={(margin_modules) => {
              set({ margin_modules });
            }}
          />
          <PictureChoice<LogoShape>
            label="studio.seal.shape"
            path="design.logo.shape"
            value={logo.shape}
            options={SHAPES.map((value) => ({
              value,
              name: t(`studio.shape.${value}`),
              picture: <AreaPicture shape={value} />,
            }))}
            onChange={(shape) => {
              set({ shape });
            }}
          />
          <div className="st-pair">
            <ColourField
              label="studio.seal.ground"
              path="design.logo.ground"
              value={logo.ground}
              inherited={light}
              onChange={(ground) => {
                set({ ground });
              }}
            />
            <ColourField
              label="studio.seal.text_colour"
              path="design.logo.text_colour"
              value={logo.text_colour}
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
