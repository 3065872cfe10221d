import type { TrafficLight } from "../wire_types";

const LIGHTS: readonly TrafficLight[] = ["green", "amber", "red"];
/** Shape says the same as the colour: a tick, a bar, a cross. */
const SIGNS: Readonly<Record<TrafficLight, string>> = {
  green: "M6 10.500l2.800 2.800L14.200 7.200",
  amber: "M10 6v5M10 13.800v.2",
  red: "M6.800 6.800l6.400 6.400M13.200 6.800l-6.400 6.400",
};

interface TrafficLightsProps {
  readonly light: TrafficLight | null;
  readonly isBusy?: boolean;
}

export function TrafficLights({ light, isBusy = false }: TrafficLightsProps) {
  return (
    <svg
      className={isBusy ? "st-lights st-lights-busy" : "st-lights"}
      viewBox="0 0 28 72"
      aria-hidden="true"
    >
      <rect x=".5" y=".5" width="27" height="71" rx="13.500" className="st-lights-case" />
      {LIGHTS.map((name, at) => (
        <g
          key={name}
          transform={`translate(4 ${4 + 22 * at})`}
          className={name === light ? `st-lamp st-lamp-${name}` : "st-lamp"}
        >
          <circle cx="10" cy="10" r="9" />
          {name === light && <path d={SIGNS[name]} />}
        </g>
      ))}
    </svg>
  );
}
