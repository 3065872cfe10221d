import { Button } from "antd";
import { useState } from "react";

import { saveFile } from "../api/save_file";
import type { Run } from "../api/words";
import { useText } from "../i18n";
import { StateMark } from "../layout/state_mark";
import { useTell } from "../layout/tell";

/** What the readers said of the design before the run began. */
export function RunCertificate({ run }: { readonly run: Run }) {
  const t = useText();
  const tell = useTell();
  const [isBusy, setIsBusy] = useState(false);
  const verdict = run.certificate_verdict;
  const save = async () => {
    if (run.certificate_id === null) return;
    setIsBusy(true);
    try {
      const path = `/v1/studio/certificates/${run.certificate_id}`;
      await saveFile(path, `certificate-${run.number}.json`);
    } catch (error) {
      tell(error);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <section className="run-section">
      <h2>{t("runs.certificate")}</h2>
      {verdict === null ? (
        <p className="quiet">{t("runs.noCertificate")}</p>
      ) : (
        <div className="run-certificate">
          <StateMark tone={verdict === "pass" ? "good" : "bad"}>
            {t(verdict === "pass" ? "runs.certificatePass" : "runs.certificateFail")}
          </StateMark>
          <Button loading={isBusy} onClick={() => void save()}>
            {t("runs.certificateSave")}
          </Button>
        </div>
      )}
      <p className="quiet run-small">{t("runs.simulated")}</p>
    </section>
  );
}
