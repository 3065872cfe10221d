import { useText } from "../../i18n";
import type { PictureBox } from "../model/geometry";

interface MarginLinesProps {
  readonly box: PictureBox;
  readonly quiet_modules: number;
}

/** The trimmed edge, the quiet zone that must stay free, and the symbol inside it. */
export function MarginLines({ box, quiet_modules: quiet }: MarginLinesProps) {
  const t = useText();
  const { left, top, width, height, side } = box;
  return (
    <svg
      className="st-margins"
      viewBox={`${left} ${top} ${width} ${height}`}
      role="img"
      aria-label={t("studio.margins.alt")}
    >
      <path
        className="st-margin-quiet"
        fillRule="evenodd"
        d={
          `M${-quiet} ${-quiet}h${side + 2 * quiet}v${side + 2 * quiet}h${-side - 2 * quiet}z` +
          `M0 0h${side}v${side}h${-side}z`
        }
      />
      <rect className="st-margin-symbol" x={0} y={0} width={side} height={side} />
      <rect className="st-margin-trim" x={left} y={top} width={width} height={height} />
    </svg>
  );
}
