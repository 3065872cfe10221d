import { LogoutOutlined, UserOutlined, KeyOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useState } from "react";

import { useText } from "../i18n";
import { PasswordDialog } from "../login/password_dialog";
import { signOut, useSessionState } from "../session/session";

export function AccountMenu() {
  const t = useText();
  const { session } = useSessionState();
  const [isChanging, setIsChanging] = useState(false);
  return (
    <>
      <Dropdown
        trigger={["click"]}
        placement="bottomRight"
        menu={{
          items: [
            { key: "password", icon: <KeyOutlined />, label: t("account.password") },
            { type: "divider" },
            { key: "leave", icon: <LogoutOutlined />, label: t("account.signOut") },
          ],
          onClick: ({ key }) => {
            if (key === "password") setIsChanging(true);
            else void signOut();
          },
        }}
      >
        <Button
          type="text"
          icon={<UserOutlined />}
          aria-label={t("account.menu", { login: session?.login ?? "" })}
        >
          <span className="account-login">{session?.login}</span>
        </Button>
      </Dropdown>
      <PasswordDialog
        isOpen={isChanging}
        onClose={() => {
          setIsChanging(false);
        }}
      />
    </>
  );
}
