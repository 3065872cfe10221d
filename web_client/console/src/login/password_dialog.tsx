import { Form, Input, Modal } from "antd";
import { useState } from "react";

import { api, ApiProblem } from "../api/client";
import { useText } from "../i18n";
import { endSession } from "../session/session";
import { useTell } from "../layout/tell";

export const LEAST_LENGTH = 12;

interface Fields {
  readonly password: string;
  readonly new_password: string;
  readonly again: string;
}

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function PasswordDialog({ isOpen, onClose }: Props) {
  const t = useText();
  const tell = useTell();
  const [form] = Form.useForm<Fields>();
  const [isAsking, setIsAsking] = useState(false);

  const change = async ({ password, new_password }: Fields) => {
    setIsAsking(true);
    try {
      const body = { password, new_password };
      await api.put("/v1/session/password", body, { asksPassword: true });
      endSession("password-changed");
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) {
        // Either the password is wrong or the session is over; the second is found out here.
        await api.get("/v1/session");
        form.setFields([{ name: "password", errors: [t("password.wrong")] }]);
      } else tell(error);
    } finally {
      setIsAsking(false);
    }
  };

  return (
    <Modal
      open={isOpen}
      title={t("password.title")}
      okText={t("password.submit")}
      confirmLoading={isAsking}
      onOk={() => {
        form.submit();
      }}
      onCancel={onClose}
      destroyOnHidden
      afterClose={() => {
        form.resetFields();
      }}
    >
      <p className="quiet">{t("password.lead")}</p>
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={(fields) => void change(fields).catch(tell)}
      >
        <Form.Item
          name="password"
          label={t("password.present")}
          rules={[{ required: true, message: t("password.missing") }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item
          name="new_password"
          label={t("password.new")}
          rules={[
            { required: true, message: t("password.missing") },
            { min: LEAST_LENGTH, message: t("password.tooShort", { least: LEAST_LENGTH }) },
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="again"
          label={t("password.again")}
          dependencies={["new_password"]}
          rules={[
            { required: true, message: t("password.missing") },
            ({ getFieldValue }) => ({
              validator: (_, value) =>
                value === getFieldValue("new_password")
                  ? Promise.resolve()
                  : Promise.reject(new Error(t("password.unlike"))),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
