import { ClearOutlined, UndoOutlined } from "@ant-design/icons";
import { Button, Segmented, Slider } from "antd";
import {
  useEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
} from "react";

import { useLanguage, useText } from "../../i18n";
import type { Artwork } from "../model/document";
import { BRUSHES, drawTints, extended, type Brush, type Stroke } from "../model/painting";
import { problemText } from "../problem_text";
import { useStudio } from "../studio_context";
import { usePainting } from "../use_painting";
import { Field } from "./field";

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-0.02, 0],
  ArrowRight: [0.02, 0],
  ArrowUp: [0, -0.02],
  ArrowDown: [0, 0.02],
};
const CANVAS_SIDE_PX = 640;
const SIZES = { least: 2, most: 20, first: 8 } as const;

interface PaintFieldProps {
  readonly artwork: Artwork;
  readonly url: string;
}

/** Where the code must look like the artwork, and where it need not: a brush over it. */
export function PaintField({ artwork, url }: PaintFieldProps) {
  const t = useText();
  const { document } = useStudio();
  const [isOpen, setOpen] = useState(document.painting !== null);
  return (
    <Field
      label="studio.paint.label"
      {...(isOpen ? {} : { hint: "studio.paint.hint" as const })}
      aside={
        <Button
          size="small"
          aria-expanded={isOpen}
          onClick={() => {
            setOpen(!isOpen);
          }}
        >
          {t(isOpen ? "studio.paint.close" : "studio.paint.open")}
        </Button>
      }
    >
      {isOpen && <Painter artwork={artwork} url={url} />}
    </Field>
  );
}

function Painter({ artwork, url }: PaintFieldProps) {
  const t = useText();
  const language = useLanguage();
  const { strokes, isInherited, problem, set } = usePainting(artwork);
  const [brush, setBrush] = useState<Brush>("matters");
  const [size, setSize] = useState<number>(SIZES.first);
  return (
    <>
      <div className="st-row st-paint-tools">
        <Segmented<Brush>
          size="small"
          aria-label={t("studio.paint.brush")}
          value={brush}
          options={BRUSHES.map((value) => ({ value, label: t(`studio.paint.${value}`) }))}
          onChange={setBrush}
        />
        <span className="st-paint-gap" />
        <Button
          size="small"
          type="text"
          icon={<UndoOutlined />}
          aria-label={t("studio.paint.undo")}
          title={t("studio.paint.undo")}
          disabled={strokes.length === 0}
          onClick={() => {
            set(strokes.slice(0, -1));
          }}
        />
        <Button
          size="small"
          type="text"
          icon={<ClearOutlined />}
          aria-label={t("studio.paint.clear")}
          title={t("studio.paint.clear")}
          disabled={strokes.length === 0 && !isInherited}
          onClick={() => {
            set([]);
          }}
        />
      </div>
      <Canvas
        {...{ artwork, url, brush, strokes }}
        radius={size / 200}
        onStroke={(stroke) => {
          set([...strokes, stroke]);
        }}
      />
      <div className="st-line st-paint-size">
        <span className="st-note">{t("studio.paint.size")}</span>
        <Slider
          className="st-grow"
          min={SIZES.least}
          max={SIZES.most}
          value={size}
          tooltip={{ open: false }}
          ariaLabelForHandle={t("studio.paint.size")}
          onChange={setSize}
        />
      </div>
      <p className="st-hint">{t(isInherited ? "studio.paint.inherited" : "studio.paint.how")}</p>
      {problem !== null && (
        <p className="st-error" role="alert">
          {problemText(t, language, problem)}
        </p>
      )}
    </>
  );
}

interface CanvasProps extends PaintFieldProps {
  readonly brush: Brush;
  readonly radius: number;
  readonly strokes: readonly Stroke[];
  readonly onStroke: (stroke: Stroke) => void;
}

function Canvas({ artwork, url, brush, radius, strokes, onStroke }: CanvasProps) {
  const t = useText();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawn, setDrawn] = useState<Stroke | null>(null);
  const [spot, setSpot] = useState<readonly [number, number] | null>(null);
  const seen = useMemo(() => (drawn === null ? strokes : [...strokes, drawn]), [strokes, drawn]);
  const scale = CANVAS_SIDE_PX / Math.max(artwork.width_px, artwork.height_px);
  const width = Math.max(1, Math.round(artwork.width_px * scale));
  const height = Math.max(1, Math.round(artwork.height_px * scale));

  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context) drawTints(context, seen);
  }, [seen, width, height]);

  const begin = (event: PointerEvent<HTMLElement>): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const [x, y] = shareOf(event, canvas);
    setDrawn(extended({ brush, radius, points: [] }, x, y));
  };
  const move = (event: PointerEvent<HTMLElement>): void => {
    const [x, y] = shareOf(event, canvas);
    setSpot([x, y]);
    if (drawn !== null) setDrawn(extended(drawn, x, y));
  };
  const end = (): void => {
    if (drawn !== null) onStroke(drawn);
    setDrawn(null);
  };
  const onKey = (event: KeyboardEvent): void => {
    const [x, y] = spot ?? [0.5, 0.5];
    const arrow = ARROWS[event.key];
    if (arrow !== undefined) setSpot([within(x + arrow[0]), within(y + arrow[1])]);
    else if (event.key === " ") onStroke({ brush, radius, points: [x, y] });
    else return;
    event.preventDefault();
  };
  const across = (200 * radius * Math.max(width, height)) / width;
  return (
    <div
      className="st-paint"
      style={{ aspectRatio: `${width} / ${height}` }}
      role="application"
      tabIndex={0}
      aria-label={t("studio.paint.canvas")}
      data-testid="painter"
      onPointerDown={begin}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={end}
      onPointerLeave={() => {
        setSpot(null);
      }}
      onKeyDown={onKey}
    >
      <img src={url} alt="" draggable={false} />
      <canvas ref={canvas} width={width} height={height} />
      {spot !== null && (
        <span
          className={`st-paint-spot st-paint-${brush}`}
          style={{ left: `${100 * spot[0]}%`, top: `${100 * spot[1]}%`, width: `${across}%` }}
        />
      )}
    </div>
  );
}

function within(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function shareOf(
  event: PointerEvent,
  canvas: RefObject<HTMLCanvasElement | null>,
): readonly [number, number] {
  const box = canvas.current?.getBoundingClientRect();
  if (box === undefined) return [0.5, 0.5];
  return [
    within((event.clientX - box.left) / box.width),
    within((event.clientY - box.top) / box.height),
  ];
}
