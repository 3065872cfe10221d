import { Segmented } from "antd";

import { useText } from "../../i18n";
import type { Colour, Fill, Gradient } from "../model/brief";
import { coloursOf, contrastVerdict, isGradient } from "../model/colour";
import { useStudio } from "../studio_context";
import { ColourButton } from "./colour_field";
import { Field, SliderField } from "./field";

type Kind = "plain" | "linear" | "radial";
const KINDS: readonly Kind[] = ["plain", "linear", "radial"];

function kindOf(fill: Fill): Kind {
  return isGradient(fill) ? fill.kind : "plain";
}

/** The same colours run another way; a plain ink becomes a run into a deeper one. */
function withKind(fill: Fill, kind: Kind): Fill {
  const [first = "#000000", last = first] = [coloursOf(fill)[0], coloursOf(fill).at(-1)];
  if (kind === "plain") return first;
  const stops = isGradient(fill)
    ? fill.stops
    : [
        { at: 0, colour: first },
        { at: 1, colour: last === "#16264f" ? "#0a4630" : "#16264f" },
      ];
  return { kind, stops, angle_deg: isGradient(fill) ? (fill.angle_deg ?? 0) : 45 };
}

function withStop(fill: Gradient, at: number, colour: Colour): Gradient {
  return {
    ...fill,
    stops: fill.stops.map((stop, index) => (index === at ? { ...stop, colour } : stop)),
  };
}

/** Colour or gradient of the dark modules, with what a reader makes of it. */
export function FillField() {
  const t = useText();
  const { document, edit } = useStudio();
  const { dark } = document.brief.design;
  const set = (next: Fill): void => {
    edit({ kind: "design", patch: { dark: next } });
  };
  return (
    <>
      <Field label="studio.look.dark" path="design.dark">
        <Segmented<Kind>
          block
          aria-label={t("studio.look.dark")}
          value={kindOf(dark)}
          options={KINDS.map((kind) => ({ value: kind, label: t(`studio.fill.${kind}`) }))}
          onChange={(kind) => {
            set(withKind(dark, kind));
          }}
        />
        <div className="st-row st-stops">
          {isGradient(dark) ? (
            dark.stops.map((stop, at) => (
              <ColourButton
                key={stop.at}
                name={t("studio.fill.stop", { at: Math.round(100 * stop.at) })}
                value={stop.colour}
                onChange={(colour) => {
                  set(withStop(dark, at, colour));
                }}
              />
            ))
          ) : (
            <ColourButton name={t("studio.look.dark")} value={dark} onChange={set} />
          )}
        </div>
      </Field>
      {isGradient(dark) && dark.kind === "linear" && (
        <SliderField
          label="studio.fill.angle"
          path="design.dark.angle_deg"
          value={dark.angle_deg ?? 0}
          step={5}
          unit="°"
          onChange={(angle_deg) => {
            set({ ...dark, angle_deg });
          }}
        />
      )}
    </>
  );
}

/** What readers make of the chosen colours, told while they are being chosen. */
export function ContrastNote({ dark, light }: { readonly dark: Fill; readonly light: Colour }) {
  const t = useText();
  const verdict = contrastVerdict(dark, light);
  return (
    <p
      className={`st-contrast st-contrast-${verdict.kind}`}
      role="status"
      data-contrast={verdict.kind}
    >
      <span className="st-contrast-bar" aria-hidden="true">
        <span style={{ width: `${Math.max(0, verdict.percent)}%` }} />
      </span>
      {t(`studio.contrast.${verdict.kind}`, { percent: Math.abs(verdict.percent) })}
    </p>
  );
}
