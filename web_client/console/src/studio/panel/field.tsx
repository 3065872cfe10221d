import { InputNumber, Segmented, Slider, Switch } from "antd";
import { memo, useCallback, useEffect, useId, useRef, type ReactNode } from "react";

import { useLanguage, useText, type Key } from "../../i18n";
import { refusalText } from "../refusal_text";
import { rangeAt } from "../model/ranges";
import { saidOf } from "../model/problem";
import { useProblem, useStudio } from "../studio_context";

export interface FieldProps {
  readonly label: Key;
  /** What it does, in plain words. */
  readonly hint?: Key;
  /** Dotted path of the field in the brief: errors of it are shown here. */
  readonly path?: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A control with its name above it and what is wrong with it below it. */
export function Field({ label, hint, path, aside, children }: FieldProps) {
  const t = useText();
  const language = useLanguage();
  const said = saidOf(useProblem(), path ?? "-");
  return (
    <div className={said === null ? "st-field" : "st-field st-field-wrong"} data-field={path}>
      <div className="st-field-head">
        <span className="st-field-label">{t(label)}</span>
        {aside}
      </div>
      {children}
      {hint !== undefined && said === null && <p className="st-hint">{t(hint)}</p>}
      {said !== null && (
        <p className="st-error" role="alert">
          {refusalText(t, language, said)}
        </p>
      )}
    </div>
  );
}

export interface SliderFieldProps {
  readonly label: Key;
  readonly hint?: Key;
  readonly path: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly step: number;
  /** Sensible bounds inside the schema's own. */
  readonly least?: number;
  readonly most?: number;
  /** Shown as this many of the stored unit: 100 shows shares as percent. */
  readonly factor?: number;
  readonly unit?: string;
  readonly isDisabled?: boolean;
}

/** A number by hand or by key: the slider for feeling, the field for the exact value. */
export function SliderField({ onChange, factor = 1, unit = "", ...rest }: SliderFieldProps) {
  const { catalogue, settle } = useStudio();
  const range = rangeAt(catalogue.schema, rest.path);
  const min = Math.max(range?.min ?? 0, rest.least ?? Number.NEGATIVE_INFINITY) * factor;
  const max = Math.min(range?.max ?? 1, rest.most ?? Number.POSITIVE_INFINITY) * factor;
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });
  const set = useCallback(
    (next: number) => {
      latest.current(Number((next / factor).toFixed(6)));
    },
    [factor],
  );
  return <DrawnSlider {...rest} {...{ factor, unit, min, max, set, settle }} />;
}

interface DrawnSliderProps extends Omit<SliderFieldProps, "onChange"> {
  readonly factor: number;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly set: (next: number) => void;
  readonly settle: () => void;
}

/** Drawn anew only where something of it changed: a panel has a dozen of them. */
const DrawnSlider = memo(function DrawnSlider(props: DrawnSliderProps) {
  const { label, hint, path, value, step, factor, unit, min, max, set, settle } = props;
  const t = useText();
  const digits = Math.max(0, -Math.floor(Math.log10(step * factor) + 1e-9));
  const shown = Number((value * factor).toFixed(digits));
  const number = (
    <InputNumber
      className="st-number"
      size="small"
      aria-label={`${t(label)}${unit === "" ? "" : ` (${unit})`}`}
      controls={false}
      variant="borderless"
      disabled={props.isDisabled ?? false}
      {...{ min, max, step: step * factor, precision: digits, value: shown }}
      suffix={unit}
      onChange={(next) => {
        if (typeof next === "number") set(next);
      }}
      onBlur={settle}
    />
  );
  return (
    <Field {...{ label, path, aside: number, ...(hint === undefined ? {} : { hint }) }}>
      <Slider
        className="st-slider"
        disabled={props.isDisabled ?? false}
        {...{ min, max, step: step * factor, value: shown }}
        tooltip={{ open: false }}
        ariaLabelForHandle={t(label)}
        onChange={set}
        onChangeComplete={settle}
      />
    </Field>
  );
});

export interface SwitchFieldProps {
  readonly label: Key;
  readonly hint?: Key;
  readonly path?: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

export function SwitchField({ label, hint, path, isOn, onChange }: SwitchFieldProps) {
  const t = useText();
  const language = useLanguage();
  const said = saidOf(useProblem(), path ?? "-");
  const id = useId();
  return (
    <div className="st-field" data-field={path}>
      <div className="st-field-head">
        <label className="st-field-label" htmlFor={id}>
          {t(label)}
        </label>
        <Switch id={id} size="small" checked={isOn} onChange={onChange} aria-label={t(label)} />
      </div>
      {hint !== undefined && said === null && <p className="st-hint">{t(hint)}</p>}
      {said !== null && (
        <p className="st-error" role="alert">
          {refusalText(t, language, said)}
        </p>
      )}
    </div>
  );
}

export interface ChoiceFieldProps<V extends string> {
  readonly label: Key;
  readonly hint?: Key;
  readonly path?: string;
  readonly value: V;
  readonly options: readonly {
    readonly value: V;
    readonly label: ReactNode;
    readonly title?: string;
  }[];
  readonly onChange: (value: V) => void;
}

/** One of a few. */
export function ChoiceField<V extends string>(props: ChoiceFieldProps<V>) {
  const { label, hint, path, value, options, onChange } = props;
  const t = useText();
  return (
    <Field
      label={label}
      {...(hint === undefined ? {} : { hint })}
      {...(path === undefined ? {} : { path })}
    >
      <Segmented<V>
        block
        aria-label={t(label)}
        value={value}
        options={options.map((option) => ({ ...option }))}
        onChange={onChange}
      />
    </Field>
  );
}

export interface PictureChoiceProps<V extends string> {
  readonly label: Key;
  readonly path: string;
  readonly value: V;
  readonly options: readonly {
    readonly value: V;
    readonly name: string;
    readonly picture: ReactNode;
  }[];
  readonly onChange: (value: V) => void;
}

/** One of several shapes, each shown as a picture. */
export function PictureChoice<V extends string>(props: PictureChoiceProps<V>) {
  const { label, path, value, options, onChange } = props;
  const t = useText();
  const group = useId();
  return (
    <Field label={label} path={path}>
      <div className="st-pictures" role="radiogroup" aria-label={t(label)}>
        {options.map((option) => (
          <label
            key={option.value}
            className={option.value === value ? "st-picture st-picture-on" : "st-picture"}
            title={option.name}
          >
            <input
              type="radio"
              className="st-unseen"
              name={group}
              value={option.value}
              checked={option.value === value}
              aria-label={option.name}
              onChange={() => {
                onChange(option.value);
              }}
            />
            {option.picture}
            <span className="st-picture-name">{option.name}</span>
          </label>
        ))}
      </div>
    </Field>
  );
}
