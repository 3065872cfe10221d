import { Button, Modal } from "antd";
import { useRef, useState, type KeyboardEvent, type PointerEvent } from "react";

import { useText, type Key } from "../../i18n";
import { WHOLE_CROP, type Crop } from "../model/brief";
import { movedCrop, type CropGrip } from "../model/crop";
import { useStudio } from "../studio_context";

const GRIPS: readonly { readonly grip: CropGrip; readonly label: Key }[] = [
  { grip: "whole", label: "studio.crop.whole" },
  { grip: "top_left", label: "studio.crop.top_left" },
  { grip: "top_right", label: "studio.crop.top_right" },
  { grip: "bottom_left", label: "studio.crop.bottom_left" },
  { grip: "bottom_right", label: "studio.crop.bottom_right" },
];
const KEY_STEP = 0.02;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-KEY_STEP, 0],
  ArrowRight: [KEY_STEP, 0],
  ArrowUp: [0, -KEY_STEP],
  ArrowDown: [0, KEY_STEP],
};

interface CropDialogProps {
  readonly url: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function CropDialog({ url, isOpen, onClose }: CropDialogProps) {
  const t = useText();
  const { placement, edit } = useStudio();
  return (
    <Modal
      title={t("studio.crop.title")}
      open={isOpen}
      onCancel={onClose}
      footer={null}
      destroyOnHidden
      width={560}
    >
      <CropFrame
        url={url}
        first={placement.crop}
        onDone={(crop) => {
          edit({ kind: "placement", placement: { ...placement, crop } });
          onClose();
        }}
      />
    </Modal>
  );
}

interface CropFrameProps {
  readonly url: string;
  readonly first: Crop;
  readonly onDone: (crop: Crop) => void;
}

function CropFrame({ url, first, onDone }: CropFrameProps) {
  const t = useText();
  const [crop, setCrop] = useState(first);
  const area = useRef<HTMLDivElement>(null);
  const drag = useRef<{ readonly x: number; readonly y: number; readonly from: Crop } | null>(null);

  const begin = (event: PointerEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { x: event.clientX, y: event.clientY, from: crop };
  };
  const move = (event: PointerEvent, grip: CropGrip): void => {
    const box = area.current?.getBoundingClientRect();
    if (drag.current === null || box === undefined) return;
    event.stopPropagation();
    const { x, y, from } = drag.current;
    setCrop(
      movedCrop(from, grip, (event.clientX - x) / box.width, (event.clientY - y) / box.height),
    );
  };
  const onKey = (event: KeyboardEvent, grip: CropGrip): void => {
    const arrow = ARROWS[event.key];
    if (arrow === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    setCrop((before) => movedCrop(before, grip, arrow[0], arrow[1]));
  };
  const percent = (share: number): string => `${100 * share}%`;
  return (
    <>
      <div className="st-crop" ref={area}>
        <img src={url} alt="" draggable={false} />
        <div
          className="st-crop-frame"
          style={{
            left: percent(crop.left),
            top: percent(crop.top),
            width: percent(crop.right - crop.left),
            height: percent(crop.bottom - crop.top),
          }}
        >
          {GRIPS.map(({ grip, label }) => (
            <button
              key={grip}
              type="button"
              className={`st-grip st-grip-${grip}`}
              aria-label={t(label)}
              onPointerDown={begin}
              onPointerMove={(event) => {
                move(event, grip);
              }}
              onPointerUp={() => {
                drag.current = null;
              }}
              onKeyDown={(event) => {
                onKey(event, grip);
              }}
            />
          ))}
        </div>
      </div>
      <p className="st-hint">{t("studio.crop.hint")}</p>
      <div className="st-dialog-foot">
        <Button
          onClick={() => {
            setCrop(WHOLE_CROP);
          }}
        >
          {t("studio.crop.reset")}
        </Button>
        <Button
          type="primary"
          onClick={() => {
            onDone(crop);
          }}
        >
          {t("studio.crop.use")}
        </Button>
      </div>
    </>
  );
}
