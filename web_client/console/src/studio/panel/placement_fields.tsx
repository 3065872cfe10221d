import { AimOutlined } from "@ant-design/icons";
import { Button } from "antd";

import { useText } from "../../i18n";
import type { Placement } from "../model/brief";
import { useShown, useStudio } from "../studio_context";
import { ChoiceField, SliderField } from "./field";

/** Where the artwork lies; the same as dragging it on the picture, in numbers. */
export function PlacementFields() {
  const t = useText();
  const { document, placement, edit, settle } = useStudio();
  const side = useShown()?.out.size_modules ?? 41;
  const isBase = document.brief.style === "base";
  const set = (patch: Partial<Placement>): void => {
    edit({ kind: "placement", placement: { ...placement, ...patch } });
  };
  return (
    <>
      <ChoiceField
        label="studio.placement.fit"
        path="placement.fit"
        value={placement.fit}
        options={[
          { value: "contain", label: t("studio.fit.contain") },
          { value: "cover", label: t("studio.fit.cover") },
        ]}
        onChange={(fit) => {
          set({ fit });
        }}
      />
      <SliderField
        label="studio.placement.scale"
        {...(isBase ? {} : { hint: "studio.placement.scale_hint" as const })}
        path="placement.scale"
        value={placement.scale}
        least={0.1}
        step={0.01}
        factor={100}
        unit="%"
        onChange={(scale) => {
          set({ scale });
        }}
      />
      <SliderField
        label="studio.placement.rotation"
        path="placement.rotation_deg"
        value={placement.rotation_deg}
        least={-180}
        most={180}
        step={1}
        unit="°"
        onChange={(rotation_deg) => {
          set({ rotation_deg });
        }}
      />
      <div className="st-pair">
        <SliderField
          label="studio.placement.right"
          path="placement.right_modules"
          value={placement.right_modules}
          least={-Math.floor(side / 2)}
          most={Math.floor(side / 2)}
          step={0.25}
          onChange={(right_modules) => {
            set({ right_modules });
          }}
        />
        <SliderField
          label="studio.placement.down"
          path="placement.down_modules"
          value={placement.down_modules}
          least={-Math.floor(side / 2)}
          most={Math.floor(side / 2)}
          step={0.25}
          onChange={(down_modules) => {
            set({ down_modules });
          }}
        />
      </div>
      <div className="st-row">
        <Button
          size="small"
          icon={<AimOutlined aria-hidden="true" />}
          disabled={placement.right_modules === 0 && placement.down_modules === 0}
          onClick={() => {
            set({ right_modules: 0, down_modules: 0 });
            settle();
          }}
        >
          {t("studio.placement.centre")}
        </Button>
        <Button
          size="small"
          disabled={document.placements[document.brief.style] === null}
          onClick={() => {
            edit({ kind: "placement", placement: null });
            settle();
          }}
        >
          {t("studio.placement.auto")}
        </Button>
      </div>
    </>
  );
}
