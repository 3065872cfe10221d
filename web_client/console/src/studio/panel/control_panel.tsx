import { RollbackOutlined } from "@ant-design/icons";
import { Button, Tabs } from "antd";
import { useState } from "react";

import { useText } from "../../i18n";
import type { Section } from "../model/document";
import { saidOf } from "../model/problem";
import { useProblem, useStudio } from "../studio_context";
import { AdvancedSection } from "./advanced_section";
import { ArtworkSection } from "./artwork_section";
import { ContentSection } from "./content_section";
import { LetteringSection } from "./lettering_section";
import { LookSection } from "./look_section";
import "./panel.css";

const SECTIONS: readonly Section[] = ["artwork", "content", "look", "lettering", "advanced"];

/** Fields of the brief that a section has controls for: a refusal of one marks the section. */
const FIELDS: Readonly<Record<Section, readonly string[]>> = {
  artwork: ["placement", "base.placement"],
  content: ["payload", "version", "level"],
  look: [
    "design.modules",
    "design.finders",
    "design.alignment",
    "design.dark",
    "design.light",
    "base.dot_shape",
    "base.radius_modules",
    "base.margin",
    "base.saturation",
    "base.dot_saturation",
    "base.timing",
  ],
  lettering: [
    "design.logo",
    "design.caption",
    "design.frame",
    "design.quiet_zone_modules",
    "design.is_transparent",
  ],
  advanced: [
    "fidelity",
    "budget",
    "base.dark_max",
    "base.light_min",
    "base.spread",
    "base.max_radius_modules",
    "module_mm",
  ],
};

function bodyOf(section: Section) {
  switch (section) {
    case "artwork":
      return <ArtworkSection />;
    case "content":
      return <ContentSection />;
    case "look":
      return <LookSection />;
    case "lettering":
      return <LetteringSection />;
    case "advanced":
      return <AdvancedSection />;
  }
}

export function ControlPanel() {
  const t = useText();
  const problem = useProblem();
  const { edit } = useStudio();
  const [section, setSection] = useState<Section>("artwork");
  const isWrong = (name: Section): boolean =>
    FIELDS[name].some((path) => saidOf(problem, path) !== null);
  return (
    <aside className="st-panel" aria-label={t("studio.panel")}>
      <Tabs
        className="st-tabs"
        activeKey={section}
        destroyOnHidden
        onChange={(key) => {
          setSection(SECTIONS.find((name) => name === key) ?? "artwork");
        }}
        items={SECTIONS.map((name) => ({
          key: name,
          label: (
            <span className={isWrong(name) ? "st-tab st-tab-wrong" : "st-tab"}>
              {t(`studio.section.${name}`)}
            </span>
          ),
          children: (
            <div className="st-section" data-section={name}>
              {bodyOf(name)}
              <Button
                className="st-reset"
                type="text"
                size="small"
                icon={<RollbackOutlined aria-hidden="true" />}
                onClick={() => {
                  edit({ kind: "reset", section: name });
                }}
              >
                {t("studio.reset")}
              </Button>
            </div>
          ),
        }))}
      />
    </aside>
  );
}
