import { useText } from "../../i18n";
import { DropZone } from "../panel/drop_zone";
import { SAMPLES, sampleUrl } from "../panel/samples";
import { useUpload } from "../use_upload";

/** Nothing to show yet: bring something, or try with one of ours. */
export function FirstArtwork() {
  const t = useText();
  const upload = useUpload();
  return (
    <div className="st-first" data-testid="first-artwork">
      <h2 className="st-first-title">{t("studio.first.title")}</h2>
      <p className="st-first-text">{t("studio.first.text")}</p>
      <DropZone upload={upload} isLarge />
      <p className="st-note">{t("studio.first.or")}</p>
      <div className="st-samples st-samples-large">
        {SAMPLES.map((name) => (
          <button
            key={name}
            type="button"
            className="st-sample"
            data-sample={name}
            disabled={upload.state.kind === "sending"}
            onClick={() => {
              upload.sendSample(name, t(`studio.sample.${name}`));
            }}
          >
            <img src={sampleUrl(name)} alt="" />
            {t(`studio.sample.${name}`)}
          </button>
        ))}
      </div>
    </div>
  );
}
