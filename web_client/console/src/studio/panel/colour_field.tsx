import { ColorPicker } from "antd";
import { useState } from "react";

import { useText, type Key } from "../../i18n";
import { rgbOf } from "../model/colour";
import type { Colour } from "../model/brief";
import { useStudio } from "../studio_context";
import { Field } from "./field";

/** The house's inks, deep enough for codes, and its papers. */
const INKS = [
  "#000000",
  "#15171c",
  "#6b470c",
  "#0a4630",
  "#12704a",
  "#b3261e",
  "#16264f",
  "#2b4b8c",
];
const PAPERS = ["#ffffff", "#fbf9f4", "#f3efe6", "#f6ecd6", "#e3f1ea", "#e6ebf5"];

export interface ColourButtonProps {
  readonly name: string;
  readonly value: Colour;
  readonly onChange: (colour: string) => void;
  readonly isGround?: boolean;
}

/** A swatch that opens the palette; the picture follows while the colour is being chosen. */
export function ColourButton({ name, value, onChange, isGround = false }: ColourButtonProps) {
  const t = useText();
  const { settle } = useStudio();
  const [isOpen, setOpen] = useState(false);
  const rgb = rgbOf(value);
  return (
    <ColorPicker
      value={rgb}
      disabledAlpha
      open={isOpen}
      onOpenChange={(open) => {
        setOpen(open);
        if (!open) settle();
      }}
      presets={[
        {
          label: t(isGround ? "studio.colour.papers" : "studio.colour.inks"),
          colors: [...(isGround ? PAPERS : INKS)],
          defaultOpen: true,
        },
      ]}
      onChange={(next) => {
        onChange(next.toHexString().slice(0, 7).toLowerCase());
      }}
    >
      <button type="button" className="st-swatch" aria-label={`${name}: ${rgb}`}>
        <span className="st-swatch-chip" style={{ background: rgb }} />
        <span className="st-swatch-code">{rgb.toUpperCase()}</span>
      </button>
    </ColorPicker>
  );
}

export interface ColourFieldProps {
  readonly label: Key;
  readonly hint?: Key;
  readonly path: string;
  readonly value: Colour | null;
  /** What is used while none is chosen. */
  readonly inherited?: Colour;
  readonly onChange: (colour: string | null) => void;
  readonly isGround?: boolean;
}

export function ColourField(props: ColourFieldProps) {
  const { label, hint, path, value, inherited = "#000000", onChange, isGround = false } = props;
  const t = useText();
  const reset = value !== null && props.inherited !== undefined && (
    <button
      type="button"
      className="st-quiet"
      onClick={() => {
        onChange(null);
      }}
    >
      {t("studio.colour.inherit")}
    </button>
  );
  return (
    <Field label={label} path={path} {...(hint === undefined ? {} : { hint })}>
      <div className="st-row">
        <ColourButton
          name={t(label)}
          value={value ?? inherited}
          onChange={onChange}
          isGround={isGround}
        />
        {reset}
        {value === null && <span className="st-note">{t("studio.colour.inherited")}</span>}
      </div>
    </Field>
  );
}
