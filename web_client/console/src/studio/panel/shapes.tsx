import type { AlignmentShape, CornerShape, DotShape, LogoShape, ModuleShape } from "../model/brief";

/** Dark cells of the small pattern on which module shapes are shown. */
const CELLS: readonly (readonly [number, number])[] = [
  [0, 0],
  [1, 0],
  [3, 0],
  [1, 1],
  [2, 1],
  [0, 2],
  [3, 2],
  [1, 3],
  [2, 3],
  [3, 3],
];

const STAR = starPath();

function starPath(): string {
  const points = Array.from({ length: 10 }, (_, at) => {
    const reach = at % 2 === 0 ? 0.54 : 0.27;
    const turn = (Math.PI * at) / 5;
    return `${(0.5 + reach * Math.sin(turn)).toFixed(3)} ${(0.52 - reach * Math.cos(turn)).toFixed(3)}`;
  });
  return `M${points.join("L")}z`;
}

function has(x: number, y: number): boolean {
  return CELLS.some(([a, b]) => a === x && b === y);
}

/** Corners are round where no neighbour touches them. */
function connectedPath(x: number, y: number): string {
  const [up, right, down, left] = [has(x, y - 1), has(x + 1, y), has(x, y + 1), has(x - 1, y)];
  const corner = (round: boolean): number => (round ? 0.5 : 0);
  const [a, b] = [corner(!up && !left), corner(!up && !right)];
  const [c, d] = [corner(!down && !right), corner(!down && !left)];
  return (
    `M${x + a} ${y}H${x + 1 - b}a${b} ${b} 0 0 1 ${b} ${b}V${y + 1 - c}` +
    `a${c} ${c} 0 0 1 ${-c} ${c}H${x + d}a${d} ${d} 0 0 1 ${-d} ${-d}V${y + a}a${a} ${a} 0 0 1 ${a} ${-a}z`
  );
}

function modulePath(shape: Exclude<ModuleShape, "path">, x: number, y: number) {
  switch (shape) {
    case "square":
      return <rect x={x} y={y} width={1} height={1} />;
    case "dot":
      return <circle cx={x + 0.5} cy={y + 0.5} r={0.47} />;
    case "rounded":
      return <rect x={x + 0.03} y={y + 0.03} width={0.94} height={0.94} rx={0.3} />;
    case "connected":
      return <path d={connectedPath(x, y)} />;
    case "diamond":
      return <path d={`M${x + 0.5} ${y}l.5 .5l-.5 .5l-.5 -.5z`} />;
    case "star":
      return <path d={STAR} transform={`translate(${x} ${y})`} />;
  }
}

export function ModulePicture({ shape }: { readonly shape: Exclude<ModuleShape, "path"> }) {
  return (
    <svg className="st-glyph" viewBox="-.2 -.2 4.4 4.4" aria-hidden="true">
      {CELLS.map(([x, y]) => (
        <g key={`${x}.${y}`}>{modulePath(shape, x, y)}</g>
      ))}
    </svg>
  );
}

/** A box with round corners; a leaf has two of them. */
function boxPath(at: number, side: number, shape: CornerShape | LogoShape): string {
  const [big, small] = [side / 2, side * 0.24];
  const corners = { square: [0, 0], rounded: [small, small], circle: [big, big], leaf: [0, big] };
  const [a = 0, b = 0] = corners[shape];
  const end = at + side;
  return (
    `M${at + a} ${at}H${end - b}a${b} ${b} 0 0 1 ${b} ${b}V${end - a}` +
    `a${a} ${a} 0 0 1 ${-a} ${a}H${at + b}a${b} ${b} 0 0 1 ${-b} ${-b}V${at + a}a${a} ${a} 0 0 1 ${a} ${-a}z`
  );
}

export function RingPicture({ shape }: { readonly shape: CornerShape }) {
  return (
    <svg className="st-glyph" viewBox="-.6 -.6 8.2 8.2" aria-hidden="true">
      <path fillRule="evenodd" d={boxPath(0, 7, shape) + boxPath(1, 5, shape)} />
      <rect x={2.6} y={2.6} width={1.8} height={1.8} opacity={0.25} />
    </svg>
  );
}

export function PupilPicture({ shape }: { readonly shape: CornerShape }) {
  return (
    <svg className="st-glyph" viewBox="-.6 -.6 8.2 8.2" aria-hidden="true">
      <path
        fillRule="evenodd"
        opacity={0.25}
        d={boxPath(0, 7, "square") + boxPath(1, 5, "square")}
      />
      <path d={boxPath(1.75, 3.5, shape)} />
    </svg>
  );
}

export function AlignmentPicture({ shape }: { readonly shape: AlignmentShape }) {
  const outer = shape === "modules" ? "square" : shape;
  return (
    <svg className="st-glyph" viewBox="-.6 -.6 6.2 6.2" aria-hidden="true">
      <path
        fillRule="evenodd"
        d={boxPath(0, 5, outer) + boxPath(1, 3, outer)}
        {...(shape === "modules"
          ? { strokeDasharray: ".8 .2", stroke: "var(--raised)", strokeWidth: 0.3 }
          : {})}
      />
      <path d={boxPath(2, 1, outer)} />
    </svg>
  );
}

export function AreaPicture({ shape }: { readonly shape: LogoShape }) {
  return (
    <svg className="st-glyph" viewBox="-.6 -.6 8.2 8.2" aria-hidden="true">
      <path d={boxPath(1, 5, shape)} />
    </svg>
  );
}

export function DotPicture({ shape }: { readonly shape: DotShape }) {
  const dot = (x: number, y: number) => {
    switch (shape) {
      case "round":
        return <circle cx={x} cy={y} r={0.8} />;
      case "square":
        return <rect x={x - 0.7} y={y - 0.7} width={1.4} height={1.4} />;
      case "diamond":
        return <path d={`M${x} ${y - 1}l1 1l-1 1l-1 -1z`} />;
    }
  };
  return (
    <svg className="st-glyph" viewBox="0 0 8 8" aria-hidden="true">
      {[
        [2, 2],
        [6, 2],
        [4, 4],
        [2, 6],
        [6, 6],
      ].map(([x = 0, y = 0]) => (
        <g key={`${x}.${y}`}>{dot(x, y)}</g>
      ))}
    </svg>
  );
}
