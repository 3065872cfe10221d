import { DesktopOutlined, GlobalOutlined, MoonOutlined, SunOutlined } from "@ant-design/icons";
import { Button, Dropdown, Tooltip } from "antd";

import { setLanguage, useLanguage, useText } from "../i18n";
import { setModeChoice, useMode, useModeChoice, type ModeChoice } from "../theme/mode";

/** Names the language that it switches to, in that language. */
export function LanguageSwitch() {
  const t = useText();
  const language = useLanguage();
  const other = language === "zh-CN" ? "en" : "zh-CN";
  return (
    <Button
      type="text"
      icon={<GlobalOutlined />}
      lang={other}
      aria-label={t("switch.language")}
      onClick={() => {
        setLanguage(other);
      }}
    >
      <span className="switch-word">{other === "en" ? "English" : "中文"}</span>
    </Button>
  );
}

function isChoice(key: string): key is ModeChoice {
  return key === "light" || key === "dark" || key === "system";
}

export function ModeSwitch() {
  const t = useText();
  const mode = useMode();
  const choice = useModeChoice();
  return (
    <Dropdown
      trigger={["click"]}
      placement="bottomRight"
      menu={{
        selectable: true,
        selectedKeys: [choice],
        onClick: ({ key }) => {
          if (isChoice(key)) setModeChoice(key);
        },
        items: [
          { key: "light", icon: <SunOutlined />, label: t("mode.light") },
          { key: "dark", icon: <MoonOutlined />, label: t("mode.dark") },
          { key: "system", icon: <DesktopOutlined />, label: t("mode.system") },
        ],
      }}
    >
      <Tooltip title={t("switch.mode")}>
        <Button
          type="text"
          icon={mode === "dark" ? <MoonOutlined /> : <SunOutlined />}
          aria-label={t("switch.mode")}
        />
      </Tooltip>
    </Dropdown>
  );
}
