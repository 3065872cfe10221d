import { tickStep } from "../model/geometry";

interface RulerProps {
  readonly length_mm: number;
  readonly length_px: number;
  readonly isUpright: boolean;
}

const DEPTH_PX = 22;

/** Millimetres along an edge of the label. */
export function Ruler({ length_mm, length_px, isUpright }: RulerProps) {
  const px_per_mm = length_px / length_mm;
  const step = tickStep(px_per_mm);
  const fine = px_per_mm >= 4 ? 1 : step / 2;
  const count = Math.floor(length_mm / fine + 1e-6);
  const ticks = Array.from({ length: count + 1 }, (_, at) => at * fine);
  const [width, height] = isUpright ? [DEPTH_PX, length_px] : [length_px, DEPTH_PX];
  return (
    <svg
      className={isUpright ? "st-ruler st-ruler-left" : "st-ruler st-ruler-top"}
      {...{ width, height }}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
    >
      {ticks.map((mm) => {
        const at = mm * px_per_mm;
        const isMain = Math.abs(mm / step - Math.round(mm / step)) < 1e-6;
        const reach = isMain ? 8 : 4;
        return (
          <g key={mm}>
            {isUpright ? (
              <line x1={DEPTH_PX - reach} x2={DEPTH_PX} y1={at} y2={at} />
            ) : (
              <line x1={at} x2={at} y1={DEPTH_PX - reach} y2={DEPTH_PX} />
            )}
            {isMain &&
              (isUpright ? (
                <text x={DEPTH_PX - 11} y={at + 3.5} textAnchor="end">
                  {mm}
                </text>
              ) : (
                <text x={at} y={10} textAnchor="middle">
                  {mm}
                </text>
              ))}
          </g>
        );
      })}
    </svg>
  );
}
