import {
  BorderOuterOutlined,
  ColumnWidthOutlined,
  HeatMapOutlined,
  ZoomInOutlined,
  ZoomOutOutlined,
} from "@ant-design/icons";
import { Tooltip } from "antd";
import { memo, type ReactNode } from "react";

import { useText } from "../../i18n";
import { DESKS, nextZoom, type StageView } from "./stage_view";

interface StageToolsProps {
  readonly view: StageView;
  readonly onChange: (view: StageView) => void;
  readonly hasMap: boolean;
}

/** How the preview is looked at. */
export const StageTools = memo(function StageTools({ view, onChange, hasMap }: StageToolsProps) {
  const t = useText();
  const shown = view.isRealSize ? "1:1" : `${Math.round(100 * view.zoom)}%`;
  const set = (patch: Partial<StageView>): void => {
    onChange({ ...view, ...patch });
  };
  return (
    <div className="st-tools" role="toolbar" aria-label={t("studio.tools")}>
      <div className="st-desks" role="radiogroup" aria-label={t("studio.desk.label")}>
        {DESKS.map((desk) => (
          <button
            key={desk}
            type="button"
            role="radio"
            aria-checked={view.desk === desk}
            aria-label={t(`studio.desk.${desk}`)}
            title={t(`studio.desk.${desk}`)}
            className={`st-desk st-desk-${desk}`}
            onClick={() => {
              set({ desk });
            }}
          />
        ))}
      </div>
      <span className="st-tools-gap" />
      <Tool
        name={t("studio.tool.map")}
        hint={hasMap ? t("studio.tool.map_hint") : t("studio.tool.map_none")}
        isOn={view.showsMap && hasMap}
        isDisabled={!hasMap}
        icon={<HeatMapOutlined />}
        onClick={() => {
          set({ showsMap: !view.showsMap });
        }}
      />
      <Tool
        name={t("studio.tool.margins")}
        hint={t("studio.tool.margins_hint")}
        isOn={view.showsMargins}
        icon={<BorderOuterOutlined />}
        onClick={() => {
          set({ showsMargins: !view.showsMargins });
        }}
      />
      <Tool
        name={t("studio.tool.real")}
        hint={t("studio.tool.real_hint")}
        isOn={view.isRealSize}
        icon={<ColumnWidthOutlined />}
        onClick={() => {
          set({ isRealSize: !view.isRealSize });
        }}
      />
      <span className="st-zoom">
        <Tool
          name={t("studio.tool.zoom_out")}
          icon={<ZoomOutOutlined />}
          isDisabled={view.isRealSize}
          onClick={() => {
            set({ zoom: nextZoom(view.zoom, false) });
          }}
        />
        <button
          type="button"
          className="st-zoom-value"
          title={t("studio.tool.zoom_fit")}
          aria-label={`${shown} · ${t("studio.tool.zoom_fit")}`}
          onClick={() => {
            set({ zoom: 1, isRealSize: false });
          }}
        >
          {shown}
        </button>
        <Tool
          name={t("studio.tool.zoom_in")}
          icon={<ZoomInOutlined />}
          isDisabled={view.isRealSize}
          onClick={() => {
            set({ zoom: nextZoom(view.zoom, true) });
          }}
        />
      </span>
    </div>
  );
});

interface ToolProps {
  readonly name: string;
  readonly hint?: string;
  readonly icon: ReactNode;
  readonly isOn?: boolean;
  readonly isDisabled?: boolean;
  readonly onClick: () => void;
}

function Tool({ name, hint = name, icon, isOn, isDisabled = false, onClick }: ToolProps) {
  return (
    <Tooltip title={hint} mouseEnterDelay={0.4}>
      <button
        type="button"
        className={isOn === true ? "st-tool st-tool-on" : "st-tool"}
        aria-label={name}
        aria-disabled={isDisabled}
        {...(isOn === undefined ? {} : { "aria-pressed": isOn })}
        onClick={() => {
          if (!isDisabled) onClick();
        }}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
