import { Alert, Button, Form, Input } from "antd";
import { useEffect, useState } from "react";
import { Navigate, useSearchParams } from "react-router";

import { Mark } from "../brand/mark";
import "../brand/mark.css";
import { useText } from "../i18n";
import { LanguageSwitch, ModeSwitch } from "../layout/switches";
import { returnPath } from "../session/return_path";
import { signIn, useSessionState, type Ending } from "../session/session";
import { Landscape } from "./landscape";
import "./login.css";
import { refusalOf, secondsLeft, type Refusal } from "./refusal";

interface Fields {
  readonly login: string;
  readonly password: string;
}

const ENDING_WORDS = {
  expired: "login.expired",
  "signed-out": "login.signedOut",
  "password-changed": "login.passwordChanged",
} as const;

export function LoginPage() {
  const t = useText();
  const { session, ending } = useSessionState();
  const [wanted] = useSearchParams();
  if (session !== null) return <Navigate to={returnPath(wanted.get("next"))} replace />;
  return (
    <div className="login">
      <aside className="login-picture" aria-hidden="true">
        <Landscape />
        <p className="login-motto">{t("login.motto")}</p>
      </aside>
      <main className="login-side">
        <div className="login-tools">
          <LanguageSwitch />
          <ModeSwitch />
        </div>
        <div className="login-sheet">
          <div className="login-brand">
            <Mark size={40} />
            <span className="login-name">{t("app.name")}</span>
          </div>
          <h1 className="login-title">{t("login.title")}</h1>
          <p className="login-lead">{t("login.lead")}</p>
          <LoginForm ending={ending} />
        </div>
        <p className="login-foot">{t("login.foot")}</p>
      </main>
    </div>
  );
}

function LoginForm({ ending }: { readonly ending: Ending }) {
  const t = useText();
  const [form] = Form.useForm<Fields>();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const waitS = useSecondsLeft(refusal);

  const ask = async ({ login, password }: Fields) => {
    setIsAsking(true);
    setRefusal(null);
    try {
      await signIn(login, password);
    } catch (error) {
      setRefusal(refusalOf(error, Date.now()));
      form.setFieldValue("password", "");
      form.focusField("password");
    } finally {
      setIsAsking(false);
    }
  };

  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      size="large"
      requiredMark={false}
      onFinish={(fields) => void ask(fields)}
    >
      <div className="login-notice" aria-live="polite">
        {refusal === null && ending !== "never" && (
          <Alert type="info" showIcon title={t(ENDING_WORDS[ending])} />
        )}
        {refusal !== null && !(refusal.kind === "locked" && waitS === 0) && (
          <Alert
            type={refusal.kind === "wrong" ? "error" : "warning"}
            showIcon
            title={t(`login.${refusal.kind}`)}
            description={t(`login.${refusal.kind}Advice`, { seconds: waitS })}
          />
        )}
      </div>
      <Form.Item
        name="login"
        label={t("login.login")}
        rules={[{ required: true, whitespace: true, message: t("login.loginMissing") }]}
      >
        <Input autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus />
      </Form.Item>
      <Form.Item
        name="password"
        label={t("login.password")}
        rules={[{ required: true, message: t("login.passwordMissing") }]}
      >
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={isAsking} disabled={waitS > 0}>
        {waitS > 0 ? t("login.wait", { seconds: waitS }) : t("login.submit")}
      </Button>
    </Form>
  );
}

/** Seconds until the lock of a refusal ends, counted down. */
function useSecondsLeft(refusal: Refusal | null): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  const left = secondsLeft(refusal, nowMs);
  const isLocked = refusal?.kind === "locked";
  useEffect(() => {
    if (!isLocked) return undefined;
    const ticking = setInterval(() => {
      setNowMs(Date.now());
    }, 500);
    return () => {
      clearInterval(ticking);
    };
  }, [isLocked]);
  return left;
}
