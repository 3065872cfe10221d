import { ScissorOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";

import { usePicture } from "../../api/picture";
import { useText } from "../../i18n";
import { useStudio } from "../studio_context";
import { useUpload } from "../use_upload";
import { CropDialog } from "./crop_dialog";
import { DropZone } from "./drop_zone";
import { PaintField } from "./paint_field";
import { PlacementFields } from "./placement_fields";
import { ToneField } from "./tone_field";

export function ArtworkSection() {
  const t = useText();
  const { document } = useStudio();
  const upload = useUpload();
  const { artwork } = document;
  const { style } = document.brief;
  const [isCropping, setCropping] = useState(false);
  const url = usePicture(artwork === null ? null : `/v1/studio/artworks/${artwork.id}/picture`);
  return (
    <>
      {artwork !== null && (
        <div className="st-artwork">
          <span className="st-artwork-thumb">{url !== null && <img src={url} alt="" />}</span>
          <span className="st-artwork-facts">
            <span className="st-artwork-name" title={artwork.name}>
              {artwork.name}
            </span>
            <span className="st-note">
              {artwork.width_px} × {artwork.height_px} px
            </span>
          </span>
          <Button
            size="small"
            icon={<ScissorOutlined aria-hidden="true" />}
            disabled={url === null}
            onClick={() => {
              setCropping(true);
            }}
          >
            {t("studio.crop.open")}
          </Button>
        </div>
      )}
      {artwork === null ? <FirstSteps /> : <DropZone upload={upload} isLarge={false} />}
      {artwork !== null && style === "dots" && <ToneField />}
      {artwork !== null && <PlacementFields />}
      {artwork !== null && url !== null && (
        <PaintField key={artwork.id} artwork={artwork} url={url} />
      )}
      {artwork !== null && url !== null && (
        <CropDialog
          url={url}
          isOpen={isCropping}
          onClose={() => {
            setCropping(false);
          }}
        />
      )}
    </>
  );
}

/** What will happen here, while there is nothing to place. */
function FirstSteps() {
  const t = useText();
  return (
    <ol className="st-steps">
      {(["bring", "shape", "prove", "order"] as const).map((step) => (
        <li key={step}>
          <span className="st-step-name">{t(`studio.step.${step}`)}</span>
          <span className="st-note">{t(`studio.step.${step}_text`)}</span>
        </li>
      ))}
    </ol>
  );
}
