import { useText } from "../../i18n";
import type { AlignmentShape, ModuleShape } from "../model/brief";
import { useStudio } from "../studio_context";
import { BaseFields } from "./base_fields";
import { ColourField } from "./colour_field";
import { PictureChoice, SliderField } from "./field";
import { ContrastNote, FillField } from "./fill_field";
import { FinderFields } from "./finder_fields";
import { PresetGallery } from "./preset_gallery";
import { AlignmentPicture, ModulePicture } from "./shapes";

type NamedShape = Exclude<ModuleShape, "path">;

const SHAPES: readonly NamedShape[] = ["square", "rounded", "dot", "connected", "diamond", "star"];
const ALIGNMENTS: readonly AlignmentShape[] = ["square", "rounded", "circle", "modules"];
/** Below these, readers lose too much ink (the service refuses them and says so). */
const LEAST_SIZE: Readonly<Partial<Record<ModuleShape, number>>> = {
  square: 0.67,
  rounded: 0.7,
  dot: 0.76,
  connected: 1,
  diamond: 0.81,
  star: 0.92,
};

const LEAST = 0.6;

function leastSize(shape: ModuleShape): number {
  return LEAST_SIZE[shape] ?? LEAST;
}

export function LookSection() {
  const t = useText();
  const { document, edit } = useStudio();
  const { style, design } = document.brief;
  const { modules } = design;
  return (
    <>
      {style === "base" && <BaseFields />}
      <PresetGallery />
      {style === "dots" && (
        <>
          <PictureChoice<ModuleShape>
            label="studio.look.modules"
            path="design.modules.shape"
            value={modules.shape}
            options={SHAPES.map((value) => ({
              value,
              name: t(`studio.module.${value}`),
              picture: <ModulePicture shape={value} />,
            }))}
            onChange={(shape) => {
              const size_share = Math.max(modules.size_share, leastSize(shape));
              edit({ kind: "modules", patch: { shape, size_share } });
            }}
          />
          <SliderField
            label="studio.look.size"
            path="design.modules.size_share"
            value={modules.size_share}
            least={modules.shape === "connected" ? LEAST : leastSize(modules.shape)}
            step={0.01}
            factor={100}
            unit="%"
            isDisabled={modules.shape === "connected"}
            onChange={(size_share) => {
              edit({ kind: "modules", patch: { size_share } });
            }}
          />
        </>
      )}
      <FillField />
      <ColourField
        label="studio.look.light"
        path="design.light"
        value={design.light}
        isGround
        onChange={(light) => {
          if (light !== null) edit({ kind: "design", patch: { light } });
        }}
      />
      <ContrastNote dark={design.dark} light={design.light} />
      <FinderFields />
      <PictureChoice<AlignmentShape>
        label="studio.look.alignment"
        path="design.alignment"
        value={design.alignment}
        options={ALIGNMENTS.map((value) => ({
          value,
          name: t(`studio.alignment.${value}`),
          picture: <AlignmentPicture shape={value} />,
        }))}
        onChange={(alignment) => {
          edit({ kind: "design", patch: { alignment } });
        }}
      />
    </>
  );
}
