import { CameraOutlined } from "@ant-design/icons";
import { Button, Modal } from "antd";
import { useState } from "react";

import { useLanguage, useText } from "../../i18n";
import { problemText } from "../problem_text";
import type { Shot, TryOutState } from "../use_tryout";
import { SCENES, type Scene } from "../wire_types";

interface TryOutCardProps {
  readonly state: TryOutState;
  readonly canShoot: boolean;
  readonly onShoot: () => void;
}

/** Simulated photos of the label where it will be scanned. */
export function TryOutCard({ state, canShoot, onShoot }: TryOutCardProps) {
  const t = useText();
  const language = useLanguage();
  const [open, setOpen] = useState<Scene | null>(null);
  const { shots, running, problem, isStale } = state;
  const shown = open === null ? undefined : shots[open];
  return (
    <section className="st-card" aria-label={t("studio.tryout.title")} data-testid="tryout">
      <header className="st-card-head">
        <h2>
          {t("studio.tryout.title")}
          <span className="st-simulated">{t("studio.simulated")}</span>
        </h2>
        <Button
          icon={<CameraOutlined aria-hidden="true" />}
          loading={running !== null}
          disabled={!canShoot}
          onClick={onShoot}
        >
          {t("studio.tryout.shoot")}
        </Button>
      </header>
      {isStale && <p className="st-stale-note">{t("studio.tryout.stale")}</p>}
      <div className={isStale ? "st-shots st-stale" : "st-shots"}>
        {SCENES.map((scene) => (
          <ShotTile
            key={scene}
            scene={scene}
            shot={shots[scene]}
            isRunning={running === scene}
            onOpen={() => {
              setOpen(scene);
            }}
          />
        ))}
      </div>
      {problem !== null && (
        <p className="st-error" role="alert">
          {problemText(t, language, problem)}
        </p>
      )}
      <Modal
        open={shown !== undefined}
        title={open === null ? "" : t(`studio.scene.${open}`)}
        footer={null}
        width={760}
        onCancel={() => {
          setOpen(null);
        }}
      >
        {shown !== undefined && (
          <figure className="st-shot-large">
            <img src={shown.url} alt={t(`studio.scene.${shown.scene}`)} />
            <figcaption>
              <ReadMark wasRead={shown.wasRead} />
              <span className="st-note">{t(`studio.scene.${shown.scene}_text`)}</span>
            </figcaption>
          </figure>
        )}
      </Modal>
    </section>
  );
}

interface ShotTileProps {
  readonly scene: Scene;
  readonly shot: Shot | undefined;
  readonly isRunning: boolean;
  readonly onOpen: () => void;
}

function ShotTile({ scene, shot, isRunning, onOpen }: ShotTileProps) {
  const t = useText();
  if (shot === undefined) {
    return (
      <div className="st-shot" data-scene={scene}>
        <span className={isRunning ? "st-shot-empty st-shot-running" : "st-shot-empty"}>
          <CameraOutlined aria-hidden="true" />
        </span>
        <span className="st-shot-name">{t(`studio.scene.${scene}`)}</span>
      </div>
    );
  }
  return (
    <button
      type="button"
      className="st-shot"
      data-scene={scene}
      data-read={shot.wasRead}
      onClick={onOpen}
    >
      <img src={shot.url} alt="" />
      <span className="st-shot-name">
        {t(`studio.scene.${scene}`)}
        <ReadMark wasRead={shot.wasRead} />
      </span>
    </button>
  );
}

function ReadMark({ wasRead }: { readonly wasRead: boolean }) {
  const t = useText();
  return (
    <span className={wasRead ? "st-read st-read-yes" : "st-read st-read-no"}>
      {t(wasRead ? "studio.tryout.read" : "studio.tryout.unread")}
    </span>
  );
}
