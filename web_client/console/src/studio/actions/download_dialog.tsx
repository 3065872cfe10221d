import { Button, InputNumber, Modal, Segmented, Switch } from "antd";
import { useId, useState } from "react";

import { useLanguage, useText } from "../../i18n";
import { codeIn, studioApi } from "../api";
import { studioProblem, type StudioProblem } from "../model/problem";
import { problemText } from "../problem_text";
import { useShown, useStudio } from "../studio_context";
import { FORMATS, INKS, type FileFormat, type Inks, type PrintOptions } from "../wire_types";

interface DownloadDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function DownloadDialog({ isOpen, onClose }: DownloadDialogProps) {
  const t = useText();
  return (
    <Modal
      open={isOpen}
      title={t("studio.download.title")}
      footer={null}
      destroyOnHidden
      onCancel={onClose}
    >
      <DownloadForm />
    </Modal>
  );
}

type Making =
  | { readonly kind: "idle" | "running" | "done" }
  | { readonly kind: "failed"; readonly problem: StudioProblem };

function saveAs(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the address by then.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
}

function DownloadForm() {
  const t = useText();
  const { document, template, edit } = useStudio();
  const [format, setFormat] = useState<FileFormat>("svg");
  const [print, setPrint] = useState<Omit<PrintOptions, "module_mm">>({
    bleed_mm: 0,
    has_crop_marks: false,
    inks: "cmyk",
    dpi: 300,
  });
  const [making, setMaking] = useState<Making>({ kind: "idle" });
  const isPress = format === "pdf" || format === "eps";
  const size = useShown()?.out.print;

  const download = (): void => {
    const code = codeIn(document);
    if (code === null) return;
    setMaking({ kind: "running" });
    const { dpi } = print;
    // What a format has no use for is not asked of it.
    const plain: PrintOptions = {
      module_mm: document.module_mm,
      bleed_mm: 0,
      has_crop_marks: false,
      inks: "cmyk",
      dpi,
    };
    const asked = isPress
      ? { ...plain, ...print, has_crop_marks: format === "pdf" && print.has_crop_marks }
      : plain;
    studioApi
      .file(code, format, asked)
      .then((blob) => {
        saveAs(
          blob,
          `${template?.name ?? document.artwork?.name.replace(/\.\w+$/, "") ?? "code"}.${format}`,
        );
        setMaking({ kind: "done" });
      })
      .catch((error: unknown) => {
        setMaking({ kind: "failed", problem: studioProblem(error) });
      });
  };
  return (
    <form
      data-testid="download"
      onSubmit={(event) => {
        event.preventDefault();
        download();
      }}
    >
      <Segmented<FileFormat>
        block
        aria-label={t("studio.download.format")}
        value={format}
        options={FORMATS.map((value) => ({ value, label: value.toUpperCase() }))}
        onChange={(next) => {
          setFormat(next);
          setMaking({ kind: "idle" });
        }}
      />
      <p className="st-hint">{t(`studio.format.${format}`)}</p>
      <NumberRow
        label={t("studio.print.module")}
        unit="mm"
        step={0.01}
        value={document.module_mm}
        onChange={(module_mm) => {
          edit({ kind: "module_mm", module_mm });
        }}
        range="module_mm"
      />
      {size !== undefined && (
        <p className="st-hint">
          {t("studio.print.whole", {
            width: size.width_mm.toFixed(1),
            height: size.height_mm.toFixed(1),
          })}
        </p>
      )}
      {format === "png" && (
        <NumberRow
          label={t("studio.print.dpi")}
          unit="dpi"
          step={1}
          value={print.dpi}
          range="dpi"
          onChange={(dpi) => {
            setPrint({ ...print, dpi });
          }}
        />
      )}
      {isPress && (
        <>
          <NumberRow
            label={t("studio.print.bleed")}
            unit="mm"
            step={0.5}
            value={print.bleed_mm}
            range="bleed_mm"
            onChange={(bleed_mm) => {
              setPrint({ ...print, bleed_mm });
            }}
          />
          {format === "pdf" && (
            <label className="st-line">
              <span>{t("studio.print.marks")}</span>
              <Switch
                size="small"
                aria-label={t("studio.print.marks")}
                checked={print.has_crop_marks}
                onChange={(has_crop_marks) => {
                  setPrint({ ...print, has_crop_marks });
                }}
              />
            </label>
          )}
          <div className="st-line">
            <span>{t("studio.print.inks")}</span>
            <Segmented<Inks>
              size="small"
              aria-label={t("studio.print.inks")}
              value={print.inks}
              options={INKS.map((value) => ({ value, label: t(`studio.inks.${value}`) }))}
              onChange={(inks) => {
                setPrint({ ...print, inks });
              }}
            />
          </div>
        </>
      )}
      <Outcome making={making} />
      <div className="st-dialog-foot">
        <Button type="primary" htmlType="submit" loading={making.kind === "running"}>
          {t("studio.download.begin", { format: format.toUpperCase() })}
        </Button>
      </div>
    </form>
  );
}

function Outcome({ making }: { readonly making: Making }) {
  const t = useText();
  const language = useLanguage();
  switch (making.kind) {
    case "idle":
      return null;
    case "running":
      return (
        <p className="st-note" role="status">
          {t("studio.download.running")}
        </p>
      );
    case "done":
      return (
        <p className="st-done" role="status">
          {t("studio.download.done")}
        </p>
      );
    case "failed": {
      const { problem } = making;
      const reasons = problem.kind === "refused" ? problem.reasons : [];
      return (
        <div className="st-error" role="alert">
          {problemText(t, language, problem)}
          <ul>
            {reasons.map((reason) => (
              <li key={reason.en}>{language === "en" ? reason.en : reason.zh}</li>
            ))}
          </ul>
        </div>
      );
    }
  }
}

interface NumberRowProps {
  readonly label: string;
  readonly unit: string;
  readonly step: number;
  readonly value: number;
  readonly range: "module_mm" | "bleed_mm" | "dpi";
  readonly onChange: (value: number) => void;
}

function NumberRow({ label, unit, step, value, range, onChange }: NumberRowProps) {
  const { catalogue } = useStudio();
  const id = useId();
  const { least, most } = catalogue.limits[range];
  return (
    <div className="st-line">
      <label htmlFor={id}>{label}</label>
      <InputNumber
        id={id}
        min={least}
        max={most}
        step={step}
        value={value}
        suffix={unit}
        onChange={(next) => {
          if (typeof next === "number") onChange(next);
        }}
      />
    </div>
  );
}
