import { Spin } from "antd";
import { useEffect, useRef, useState, type CSSProperties } from "react";

import { useText } from "../../i18n";
import { coloursOf, rgbOf } from "../model/colour";
import { pxOfMm } from "../model/geometry";
import type { ShownPicture } from "../preview/use_preview";
import { useBusy, useProblem, useShown, useStudio } from "../studio_context";
import { ArtworkHandle } from "./artwork_handle";
import { FirstArtwork } from "./first_artwork";
import { MarginLines } from "./margin_lines";
import { ProblemNote } from "./problem_note";
import { Ruler } from "./ruler";
import { StageFacts } from "./stage_facts";
import { StageTools } from "./stage_tools";
import { FIRST_VIEW, type StageView } from "./stage_view";
import { useSize, type Size } from "./use_size";

/** Room that the tools, the facts and the rulers take, both sides together. */
const TAKEN_PX = { across: 96, down: 108 } as const;
/** On a phone the tools take two rows, and a margin beside the label is dear. */
const TAKEN_ON_A_PHONE_PX = { across: 40, down: 168 } as const;
const PHONE_STAGE_PX = 480;

function labelSize(shown: ShownPicture, view: StageView, room: Size): Size {
  const { width_mm, height_mm } = shown.out.print;
  if (view.isRealSize) return { width: pxOfMm(width_mm), height: pxOfMm(height_mm) };
  const taken = room.width < PHONE_STAGE_PX ? TAKEN_ON_A_PHONE_PX : TAKEN_PX;
  const fit = Math.min(
    (room.width - taken.across) / width_mm,
    (room.height - taken.down) / height_mm,
  );
  const scale = Math.max(fit, 0.1) * view.zoom;
  return { width: width_mm * scale, height: height_mm * scale };
}

/** Says when the picture of a change is painted, and how long that took. */
function usePainted(shown: ShownPicture | null): {
  readonly revision: number;
  readonly ms: number;
} | null {
  const [painted, setPainted] = useState<{ revision: number; ms: number } | null>(null);
  useEffect(() => {
    if (shown === null) return undefined;
    const { revision, editedAtMs } = shown;
    // The frame after next begins when this one's pixels have been handed over.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame((now) => {
        setPainted((before) => {
          // The careful picture of a change that is seen already is no new answer.
          if (before?.revision === revision) return before;
          performance.measure("studio-preview", { start: editedAtMs, end: now });
          return { revision, ms: Math.round(10 * (now - editedAtMs)) / 10 };
        });
      });
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [shown]);
  return painted;
}

/** The code as it will lie on the product. */
export function Stage({ marginMap }: { readonly marginMap: string | null }) {
  const t = useText();
  const { document } = useStudio();
  const shown = useShown();
  const busy = useBusy();
  const problem = useProblem();
  const [view, setView] = useState(FIRST_VIEW);
  const area = useRef<HTMLDivElement>(null);
  const room = useSize(area);
  const painted = usePainted(shown);
  const { design } = document.brief;
  const ink = rgbOf(coloursOf(design.dark)[0] ?? "#15171c");
  const showsMap = view.showsMap && marginMap !== null;
  return (
    <section
      className={`st-stage st-desk-${view.desk}`}
      style={{ "--brand": ink } as CSSProperties}
      aria-label={t("studio.stage")}
      aria-busy={busy}
      data-testid="stage"
      data-preview-revision={painted?.revision}
      data-preview-ms={painted?.ms}
      data-preview-style={shown?.out.style}
      data-preview-quality={shown?.quality}
    >
      <StageTools view={view} onChange={setView} hasMap={marginMap !== null} />
      <div className="st-area" ref={area}>
        {document.artwork === null && <FirstArtwork />}
        {document.artwork !== null && shown === null && problem === null && (
          <div className="st-label st-label-waiting" />
        )}
        {shown !== null && room.width > 0 && (
          <Label
            shown={shown}
            size={labelSize(shown, view, room)}
            view={view}
            map={showsMap ? marginMap : null}
          />
        )}
      </div>
      {busy && shown !== null && <Spin size="small" className="st-busy" />}
      {problem !== null && <ProblemNote problem={problem} />}
      {shown !== null && <StageFacts out={shown.out} />}
    </section>
  );
}

interface LabelProps {
  readonly shown: ShownPicture;
  readonly size: Size;
  readonly view: StageView;
  readonly map: string | null;
}

function Label({ shown, size, view, map }: LabelProps) {
  const t = useText();
  const { document } = useStudio();
  const { design } = document.brief;
  const { box, out } = shown;
  const isPaper = !design.is_transparent;
  const percent = (share: number): string => `${100 * share}%`;
  return (
    <div
      className={isPaper ? "st-label" : "st-label st-label-clear"}
      style={{
        ...size,
        borderRadius:
          design.frame === null
            ? undefined
            : `${(design.frame.radius_modules * size.width) / box.width}px`,
      }}
      data-testid="label"
    >
      {(view.isRealSize || view.showsMargins) && (
        <>
          <Ruler length_mm={out.print.width_mm} length_px={size.width} isUpright={false} />
          <Ruler length_mm={out.print.height_mm} length_px={size.height} isUpright />
        </>
      )}
      <img
        className="st-picture-made"
        src={shown.url}
        alt={t("studio.picture", { payload: document.payload })}
        data-testid="preview"
        draggable={false}
      />
      {map !== null && (
        <img
          className="st-map"
          src={map}
          alt={t("studio.map.alt")}
          style={{
            left: percent((-design.quiet_zone_modules - box.left) / box.width),
            top: percent((-design.quiet_zone_modules - box.top) / box.height),
            width: percent((box.side + 2 * design.quiet_zone_modules) / box.width),
          }}
        />
      )}
      {view.showsMargins && <MarginLines box={box} quiet_modules={design.quiet_zone_modules} />}
      {map === null && <ArtworkHandle box={box} />}
    </div>
  );
}
