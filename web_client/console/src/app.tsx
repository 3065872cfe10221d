import { App as AntdApp, ConfigProvider } from "antd";
import enUs from "antd/locale/en_US";
import zhCn from "antd/locale/zh_CN";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import { useEffect } from "react";
import { BrowserRouter } from "react-router";

import { useLanguage, useText } from "./i18n";
import { Pages } from "./routes";
import { useMode } from "./theme/mode";
import { themeOf } from "./theme/theme";

const THEMES = { light: themeOf("light"), dark: themeOf("dark") } as const;
const LOCALES = { "zh-CN": zhCn, en: enUs } as const;

export function App({ nonce }: { readonly nonce: string }) {
  const mode = useMode();
  const language = useLanguage();
  const t = useText();
  useEffect(() => {
    dayjs.locale(language === "zh-CN" ? "zh-cn" : "en");
    document.title = t("app.title");
  }, [language, t]);
  return (
    <ConfigProvider
      csp={{ nonce }}
      locale={LOCALES[language]}
      theme={THEMES[mode]}
      button={{ autoInsertSpace: false }}
    >
      <AntdApp component={false}>
        <BrowserRouter basename="/console">
          <Pages />
        </BrowserRouter>
      </AntdApp>
    </ConfigProvider>
  );
}
