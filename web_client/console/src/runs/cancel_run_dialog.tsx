import { Form, Input, Modal } from "antd";
import { useState } from "react";

import { api } from "../api/client";
import type { Run } from "../api/words";
import { useText } from "../i18n";
import { useTell } from "../layout/tell";

const MOST_REASON = 500;

interface Props {
  readonly run: Run;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onCancelled: (run: Run) => void;
}

/** Stopping is recorded with its reason; finished parts stay. */
export function CancelRunDialog({ run, isOpen, onClose, onCancelled }: Props) {
  const t = useText();
  const tell = useTell();
  const [form] = Form.useForm<{ reason: string }>();
  const [isAsking, setIsAsking] = useState(false);
  const cancel = async ({ reason }: { reason: string }) => {
    setIsAsking(true);
    try {
      const body = { reason: reason.trim() };
      onCancelled(await api.post<Run>(`/v1/studio/runs/${run.id}/cancel`, body));
      onClose();
    } catch (error) {
      tell(error);
    } finally {
      setIsAsking(false);
    }
  };
  return (
    <Modal
      open={isOpen}
      title={t("runs.cancelTitle", { number: run.number })}
      okText={t("runs.cancelSubmit")}
      okButtonProps={{ danger: true }}
      cancelText={t("runs.cancelKeep")}
      confirmLoading={isAsking}
      onOk={() => {
        form.submit();
      }}
      onCancel={onClose}
      destroyOnHidden
    >
      <p className="quiet">{t("runs.cancelText")}</p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={(fields: { reason: string }) => void cancel(fields)}
      >
        <Form.Item
          name="reason"
          label={t("runs.cancelReason")}
          rules={[{ required: true, whitespace: true, message: t("runs.cancelReasonMissing") }]}
        >
          <Input.TextArea rows={3} maxLength={MOST_REASON} showCount autoFocus />
        </Form.Item>
      </Form>
    </Modal>
  );
}
