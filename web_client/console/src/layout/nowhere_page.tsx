import { Button, Empty } from "antd";
import { useNavigate } from "react-router";

import { useText } from "../i18n";

export function NowherePage() {
  const t = useText();
  const go = useNavigate();
  return (
    <Empty
      className="page-empty"
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={t("nowhere.text")}
    >
      <Button type="primary" onClick={() => void go("/studio")}>
        {t("nowhere.back")}
      </Button>
    </Empty>
  );
}
