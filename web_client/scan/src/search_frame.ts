import {
  between,
  grown,
  rectQuad,
  searchFrame,
  type Point,
  type Quad,
  type Size,
} from "./geometry";
import { svg } from "./dom";

/** The gold frame: breathes while it searches, snaps onto the code's own corners when it is read. */
export interface SearchFrame {
  readonly search: (view: Size) => void;
  readonly snap: (quad: Quad) => void;
  readonly hide: () => void;
}

const SNAP_MS = 200;
/** Arms of the corner brackets as a share of the edge they lie on. */
const SEARCH_ARM = 0.16;
const SNAP_ARM = 0.3;
const CORNER_RADIUS_PX = 14;
/** Keeps the stroke off the modules of the code. */
const STAND_OFF = 1.12;

function towards(from: Point, to: Point, distance_px: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const share = Math.min(0.5, distance_px / length);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

function bracket(corner: Point, before: Point, after: Point, arm: number): string {
  const arm_before = Math.hypot(before.x - corner.x, before.y - corner.y) * arm;
  const arm_after = Math.hypot(after.x - corner.x, after.y - corner.y) * arm;
  const bend_px = Math.min(CORNER_RADIUS_PX, arm_before / 2, arm_after / 2);
  const at = (point: Point): string => `${point.x.toFixed(1)} ${point.y.toFixed(1)}`;
  const [start, end] = [towards(corner, before, arm_before), towards(corner, after, arm_after)];
  const [bend_in, bend_out] = [towards(corner, before, bend_px), towards(corner, after, bend_px)];
  return `M${at(start)}L${at(bend_in)}Q${at(corner)} ${at(bend_out)}L${at(end)}`;
}

/** Path of the four brackets around a quad. */
export function bracketPath(quad: Quad, arm: number): string {
  const [a, b, c, d] = quad;
  return [
    bracket(a, d, b, arm),
    bracket(b, a, c, arm),
    bracket(c, b, d, arm),
    bracket(d, c, a, arm),
  ].join("");
}

export function drawSearchFrame(root: SVGElement, reduced_motion: () => boolean): SearchFrame {
  const glow = svg("path", { class: "frame-glow" });
  const line = svg("path", { class: "frame-line" });
  const group = svg("g", { class: "frame-group" }, glow, line);
  root.replaceChildren(group);
  let resting: Quad = rectQuad(searchFrame({ width: 390, height: 844 }));
  let run = 0;

  const draw = (quad: Quad, arm: number): void => {
    const path = bracketPath(quad, arm);
    line.setAttribute("d", path);
    glow.setAttribute("d", path);
  };
  return {
    search(view) {
      run += 1;
      resting = rectQuad(searchFrame(view));
      root.setAttribute("viewBox", `0 0 ${view.width} ${view.height}`);
      group.setAttribute("class", "frame-group breathing");
      draw(resting, SEARCH_ARM);
    },
    snap(quad) {
      run += 1;
      const [mine, start_ms, target] = [run, performance.now(), grown(quad, STAND_OFF)];
      group.setAttribute("class", "frame-group snapped");
      if (reduced_motion()) {
        draw(target, SNAP_ARM);
        return;
      }
      const step = (now_ms: number): void => {
        if (mine !== run) return;
        const share = Math.min(1, Math.max(0, (now_ms - start_ms) / SNAP_MS));
        const eased = 1 - (1 - share) ** 3;
        draw(between(resting, target, eased), SEARCH_ARM + (SNAP_ARM - SEARCH_ARM) * eased);
        if (share < 1) requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
    },
    hide() {
      run += 1;
      group.setAttribute("class", "frame-group hidden");
    },
  };
}
