import { useRef, useState, type KeyboardEvent, type PointerEvent } from "react";

import { useText } from "../../i18n";
import type { Placement } from "../model/brief";
import { artworkSize, inShares, moved, resized, type PictureBox } from "../model/geometry";
import { useStudio } from "../studio_context";

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const SCALE_STEP = 0.02;

interface Grab {
  readonly x: number;
  readonly y: number;
  readonly px_per_module: number;
  readonly from: Placement;
  /** Middle of the artwork on the screen, for pulling its corner. */
  readonly middle: readonly [number, number];
}

/** The artwork on the picture: drag it, pull its corner, or use the arrow keys. */
export function ArtworkHandle({ box }: { readonly box: PictureBox }) {
  const t = useText();
  const { document, placement, edit, settle } = useStudio();
  const grab = useRef<Grab | null>(null);
  const [isMoving, setMoving] = useState(false);
  const { artwork } = document;
  if (artwork === null) return null;
  const { side } = box;
  const size = artworkSize(artwork, placement, side);
  const left = side / 2 + placement.right_modules - size.width / 2;
  const top = side / 2 + placement.down_modules - size.height / 2;
  const rect = inShares(box, left, top, size.width, size.height);
  const set = (next: Placement): void => {
    edit({ kind: "placement", placement: next });
  };

  const begin = (event: PointerEvent<HTMLElement>): void => {
    const label = event.currentTarget.closest(".st-label")?.getBoundingClientRect();
    if (label === undefined || event.button !== 0) return;
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    const px = label.width / box.width;
    const middle = [
      label.left + (side / 2 + placement.right_modules - box.left) * px,
      label.top + (side / 2 + placement.down_modules - box.top) * px,
    ] as const;
    grab.current = {
      x: event.clientX,
      y: event.clientY,
      px_per_module: px,
      from: placement,
      middle,
    };
    settle();
    setMoving(true);
  };
  const drag = (event: PointerEvent): void => {
    if (grab.current === null) return;
    const { x, y, px_per_module: px, from } = grab.current;
    const right = from.right_modules + (event.clientX - x) / px;
    const down = from.down_modules + (event.clientY - y) / px;
    set(moved(from, right, down, side, !event.altKey));
  };
  const pull = (event: PointerEvent): void => {
    if (grab.current === null) return;
    event.stopPropagation();
    const { px_per_module: px, from, middle } = grab.current;
    const across = Math.abs(event.clientX - middle[0]);
    const down = Math.abs(event.clientY - middle[1]);
    // Half of the box's side lies between its middle and its edge.
    set(resized(from, Math.max(across, down) / px, side));
  };
  const end = (): void => {
    grab.current = null;
    setMoving(false);
    settle();
  };
  const onKey = (event: KeyboardEvent): void => {
    const arrow = ARROWS[event.key];
    if (arrow !== undefined) {
      const step = event.shiftKey ? 4 : 1;
      const { right_modules, down_modules } = placement;
      const right = right_modules + step * arrow[0];
      set(moved(placement, right, down_modules + step * arrow[1], side, false));
    } else if (event.key === "+" || event.key === "=" || event.key === "-") {
      const step = event.key === "-" ? -SCALE_STEP : SCALE_STEP;
      set(resized(placement, ((placement.scale + step) * side) / 2, side));
    } else return;
    event.preventDefault();
  };
  const percent = (share: number): string => `${100 * share}%`;
  const isCentred = placement.right_modules === 0 && placement.down_modules === 0;
  return (
    <>
      {isMoving && isCentred && (
        <span className="st-centred" aria-hidden="true" style={centreLines(box)} />
      )}
      <button
        type="button"
        className={isMoving ? "st-handle st-handle-moving" : "st-handle"}
        aria-label={t("studio.handle")}
        data-testid="artwork-handle"
        style={{
          left: percent(rect.left),
          top: percent(rect.top),
          width: percent(rect.width),
          height: percent(rect.height),
          rotate: `${placement.rotation_deg}deg`,
        }}
        onPointerDown={begin}
        onPointerMove={drag}
        onPointerUp={end}
        onPointerCancel={end}
        onKeyDown={onKey}
        onBlur={settle}
      >
        <span
          className="st-handle-corner"
          onPointerDown={begin}
          onPointerMove={pull}
          onPointerUp={(event) => {
            event.stopPropagation();
            end();
          }}
        />
      </button>
    </>
  );
}

function centreLines(box: PictureBox) {
  const symbol = inShares(box, 0, 0, box.side, box.side);
  return {
    left: `${100 * symbol.left}%`,
    top: `${100 * symbol.top}%`,
    width: `${100 * symbol.width}%`,
    height: `${100 * symbol.height}%`,
  };
}
