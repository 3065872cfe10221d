import {
  AppstoreOutlined,
  HighlightOutlined,
  PrinterOutlined,
  QrcodeOutlined,
} from "@ant-design/icons";
import { Alert } from "antd";
import { Suspense, useSyncExternalStore, type ReactNode } from "react";
import { NavLink, Outlet, useLocation } from "react-router";

import { Mark } from "../brand/mark";
import "../brand/mark.css";
import { useText } from "../i18n";
import { JobTray } from "../jobs/job_tray";
import { permits, useSessionState } from "../session/session";
import { AccountMenu } from "./account_menu";
import "./frame.css";
import { PageWaiting } from "./page_waiting";
import { PLACES, placeOf, type Place } from "./places";
import { LanguageSwitch, ModeSwitch } from "./switches";

const ICONS: Readonly<Record<Place["icon"], ReactNode>> = {
  studio: <HighlightOutlined />,
  templates: <AppstoreOutlined />,
  runs: <PrinterOutlined />,
  codes: <QrcodeOutlined />,
};
const GROUPS = ["studio", "codes"] as const;
const GROUP_WORDS = { studio: "nav.groupStudio", codes: "nav.groupCodes" } as const;

/** Navigation on the left, the page's title and the tools above, the page. */
export function Frame() {
  const t = useText();
  const place = placeOf(useLocation().pathname);
  return (
    <div className="frame">
      <a className="frame-skip" href="#page">
        {t("frame.skip")}
      </a>
      <Navigation />
      <header className="frame-head">
        <div className="frame-title">
          <h1>{t(place?.words ?? "nowhere.title")}</h1>
          {place !== null && <p>{t(place.lead)}</p>}
        </div>
        <div className="frame-tools">
          <JobTray />
          <LanguageSwitch />
          <ModeSwitch />
          <AccountMenu />
        </div>
      </header>
      <main className="frame-page" id="page" tabIndex={-1}>
        <OfflineNotice />
        <Suspense fallback={<PageWaiting />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}

function Navigation() {
  const t = useText();
  const { session } = useSessionState();
  const permissions = session?.subject.permissions ?? [];
  const open = PLACES.filter((place) => permits(permissions, place.needs));
  return (
    <nav className="frame-nav" aria-label={t("frame.navigation")}>
      <NavLink className="frame-brand" to="/studio" aria-label={t("app.name")}>
        <Mark size={30} />
        <span>{t("app.name")}</span>
      </NavLink>
      {GROUPS.map((group) => (
        <NavigationGroup
          key={group}
          title={t(GROUP_WORDS[group])}
          places={open.filter((place) => place.group === group)}
        />
      ))}
    </nav>
  );
}

interface GroupProps {
  readonly title: string;
  readonly places: readonly Place[];
}

function NavigationGroup({ title, places }: GroupProps) {
  const t = useText();
  if (places.length === 0) return null;
  return (
    <section className="frame-group">
      <h2>{title}</h2>
      {places.map((place) => (
        <NavLink key={place.path} className="frame-link" to={place.path} title={t(place.words)}>
          <span className="frame-icon" aria-hidden="true">
            {ICONS[place.icon]}
          </span>
          <span className="frame-word">{t(place.words)}</span>
        </NavLink>
      ))}
    </section>
  );
}

function subscribeLine(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

function OfflineNotice() {
  const t = useText();
  const isOnline = useSyncExternalStore(subscribeLine, () => navigator.onLine);
  if (isOnline) return null;
  return <Alert className="frame-offline" type="warning" showIcon title={t("frame.offline")} />;
}
