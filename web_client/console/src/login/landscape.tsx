import { mountains } from "../brand/mountains";

const COLUMNS = 68;
const ROWS = 84;
const DOTS = mountains(COLUMNS, ROWS);

function pathOf(isGold: boolean): string {
  return DOTS.filter((dot) => dot.isGold === isGold)
    .map(({ x, y, r }) => {
      const side = r.toFixed(2);
      const width = (2 * r).toFixed(2);
      return `M${(x - r).toFixed(2)} ${y}a${side} ${side} 0 1 0 ${width} 0a${side} ${side} 0 1 0 -${width} 0`;
    })
    .join("");
}

const INK_PATH = pathOf(false);
const GOLD_PATH = pathOf(true);

/** Two paths for some thousand dots: the page stays light. */
export function Landscape() {
  return (
    <svg
      className="landscape"
      viewBox={`0 0 ${COLUMNS} ${ROWS}`}
      preserveAspectRatio="xMidYMax slice"
      aria-hidden="true"
    >
      <path className="landscape-ink" d={INK_PATH} />
      <path className="landscape-gold" d={GOLD_PATH} />
    </svg>
  );
}
