import { DownloadOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useEffect, useState } from "react";

import { api, isAbort } from "../api/client";
import { saveFile } from "../api/save_file";
import type { Page, Run, RunFile } from "../api/words";
import { bytesText, numberText } from "../format";
import { useText } from "../i18n";
import { useTell } from "../layout/tell";

/** The files of a run; those of finished parts are there while it goes on. */
export function RunFiles({ run }: { readonly run: Run }) {
  const t = useText();
  const tell = useTell();
  const [files, setFiles] = useState<readonly RunFile[] | null>(null);
  const [busy, setBusy] = useState<string | null>(null);

  useEffect(() => {
    const stop = new AbortController();
    api
      .get<Page<RunFile>>(`/v1/studio/runs/${run.id}/files`, {
        query: { limit: 200 },
        signal: stop.signal,
      })
      .then((page) => {
        setFiles(page.items);
      })
      .catch((error: unknown) => {
        if (!isAbort(error)) tell(error);
      });
    return () => {
      stop.abort();
    };
    // Finished labels and the end of the run are what makes new files appear.
  }, [run.id, run.done_count, run.ended_at, tell]);

  const save = async (file: RunFile) => {
    setBusy(file.name);
    try {
      const path = `/v1/studio/runs/${run.id}/files/${encodeURIComponent(file.name)}`;
      await saveFile(path, file.name);
    } catch (error) {
      tell(error);
    } finally {
      setBusy(null);
    }
  };

  return (
    <section className="run-section">
      <h2>{t("runs.files")}</h2>
      {files?.length === 0 && <p className="quiet">{t("runs.noFiles")}</p>}
      <ul className="run-files">
        {(files ?? []).map((file) => (
          <li key={file.name}>
            <div>
              <strong>{file.name}</strong>
              <span className="quiet">
                {t("runs.fileLabels", {
                  first: numberText(file.labels_first),
                  last: numberText(file.labels_last),
                })}
              </span>
            </div>
            <span className="quiet number">{bytesText(file.byte_count)}</span>
            <Button
              icon={<DownloadOutlined />}
              loading={busy === file.name}
              aria-label={t("runs.download", { name: file.name })}
              onClick={() => void save(file)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
