/** Hills in ink dots under a gold sun: a halftone that is drawn, not photographed. */

export interface Dot {
  readonly x: number;
  readonly y: number;
  /** Radius; x, y and radius are in units of the grid's cell. */
  readonly r: number;
  readonly isGold: boolean;
}

interface Ridge {
  /** Height of the crest, 0 (top) to 1 (bottom) of the picture. */
  readonly level: number;
  readonly swing: number;
  readonly phase: number;
  readonly pitch: number;
  /** Tone at the crest, 0 to 1; mist below it fades to nothing. */
  readonly tone: number;
  readonly mist: number;
}

const RIDGES: readonly Ridge[] = [
  { level: 0.47, swing: 0.075, phase: 0.6, pitch: 5.1, tone: 0.2, mist: 0.2 },
  { level: 0.57, swing: 0.1, phase: 2.9, pitch: 4.3, tone: 0.36, mist: 0.22 },
  { level: 0.7, swing: 0.11, phase: 4.7, pitch: 3.4, tone: 0.62, mist: 0.27 },
  { level: 0.86, swing: 0.09, phase: 1.5, pitch: 2.7, tone: 0.95, mist: 0.5 },
];
const SUN = { x: 0.66, y: 0.27, radius: 0.105 } as const;
const LEAST_RADIUS = 0.055;

/** A crest is three waves of unlike length, sharpened so that it looks like rock, not like sea. */
function crest(ridge: Ridge, x: number): number {
  const a = Math.sin(x * ridge.pitch + ridge.phase);
  const b = Math.sin(x * ridge.pitch * 2.3 + ridge.phase * 1.7);
  const c = Math.sin(x * ridge.pitch * 6.1 + ridge.phase * 0.6);
  const wave = 1 - Math.abs(a) * 1.5 + 0.34 * b + 0.12 * c;
  return ridge.level - ridge.swing * wave;
}

function tone(x: number, y: number): number {
  // The nearest hill hides the others.
  for (const ridge of [...RIDGES].reverse()) {
    const below = y - crest(ridge, x);
    if (below >= 0) return ridge.tone * Math.max(0.05, 1 - below / ridge.mist);
  }
  return 0;
}

/** The dots of a picture of so many columns and rows, in reading order. */
export function mountains(columns: number, rows: number): readonly Dot[] {
  const dots: Dot[] = [];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const shift = row % 2 === 0 ? 0.25 : 0.75;
      const x = (column + shift) / columns;
      const y = (row + 0.5) / rows;
      const fromSun = Math.hypot(x - SUN.x, ((y - SUN.y) * rows) / columns);
      const ink = tone(x, y);
      const inSun = fromSun < SUN.radius && ink === 0;
      const radius = inSun ? 0.43 : 0.52 * Math.sqrt(ink);
      if (radius < LEAST_RADIUS) continue;
      // The light of the sun touches the crests that face it.
      const isTouched = ink > 0.1 && fromSun < SUN.radius * 2.6 && glints(column, row);
      dots.push({ x: column + shift, y: row + 0.5, r: radius, isGold: inSun || isTouched });
    }
  }
  return dots;
}

/** One dot in five, spread without a pattern that the eye finds. */
function glints(column: number, row: number): boolean {
  return (column * 7 + row * 13 + ((column * row) % 11)) % 5 === 0;
}
