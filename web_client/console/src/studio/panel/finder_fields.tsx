import { Segmented } from "antd";
import { useState } from "react";

import { useText } from "../../i18n";
import { CORNERS, type Corner, type CornerShape, type Finder } from "../model/brief";
import { sameFinders } from "../model/brief_json";
import { coloursOf } from "../model/colour";
import { useStudio } from "../studio_context";
import { ColourField } from "./colour_field";
import { Field, PictureChoice } from "./field";
import { PupilPicture, RingPicture } from "./shapes";

const SHAPES: readonly CornerShape[] = ["square", "rounded", "circle", "leaf"];

/** The three corner patterns, together or each by itself. */
export function FinderFields() {
  const t = useText();
  const { document, edit } = useStudio();
  const { finders, dark } = document.brief.design;
  const [corner, setCorner] = useState<Corner | "all">(() =>
    sameFinders(finders) ? "all" : "top_left",
  );
  const shown = corner === "all" ? "top_left" : corner;
  const finder = finders[shown];
  const path = `design.finders.${shown}`;
  const hasRoundRing = CORNERS.some((one) => finders[one].ring !== "square");
  const ink = coloursOf(dark)[0] ?? "#000000";
  const set = (patch: Partial<Finder>): void => {
    edit({ kind: "finder", corner, patch });
  };
  return (
    <>
      <Field label="studio.look.finders">
        <Segmented<Corner | "all">
          block
          aria-label={t("studio.look.finders")}
          value={corner}
          options={(["all", ...CORNERS] as const).map((value) => ({
            value,
            label: t(`studio.corner.${value}`),
          }))}
          onChange={setCorner}
        />
      </Field>
      <PictureChoice<CornerShape>
        label="studio.finder.ring"
        path={`${path}.ring`}
        value={finder.ring}
        options={SHAPES.map((value) => ({
          value,
          name: t(`studio.shape.${value}`),
          picture: <RingPicture shape={value} />,
        }))}
        onChange={(ring) => {
          set({ ring });
        }}
      />
      <p className={hasRoundRing ? "st-caution" : "st-hint"} data-testid="ring-note">
        {t(hasRoundRing ? "studio.finder.round_cost" : "studio.finder.square_hint")}
      </p>
      <PictureChoice<CornerShape>
        label="studio.finder.pupil"
        path={`${path}.pupil`}
        value={finder.pupil}
        options={SHAPES.map((value) => ({
          value,
          name: t(`studio.shape.${value}`),
          picture: <PupilPicture shape={value} />,
        }))}
        onChange={(pupil) => {
          set({ pupil });
        }}
      />
      <div className="st-pair">
        <ColourField
          label="studio.finder.ring_colour"
          path={`${path}.ring_colour`}
          value={finder.ring_colour}
          inherited={ink}
          onChange={(ring_colour) => {
            set({ ring_colour });
          }}
        />
        <ColourField
          label="studio.finder.pupil_colour"
          path={`${path}.pupil_colour`}
          value={finder.pupil_colour}
          inherited={ink}
          onChange={(pupil_colour) => {
            set({ pupil_colour });
          }}
        />
      </div>
    </>
  );
}
