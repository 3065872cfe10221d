import { EllipsisOutlined, PrinterOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { Link, useNavigate } from "react-router";

import { Picture } from "../api/picture";
import type { Template } from "../api/words";
import { Mark } from "../brand/mark";
import { dateTimeText } from "../format";
import { useText } from "../i18n";

interface Props {
  readonly template: Template;
  readonly isArchived: boolean;
  readonly mayWrite: boolean;
  readonly mayOrder: boolean;
  readonly onShelve: () => void;
  readonly onOrder: () => void;
}

export function studioPath(template: Pick<Template, "id">): string {
  return `/studio?template=${template.id}`;
}

export function TemplateCard({
  template,
  isArchived,
  mayWrite,
  mayOrder,
  onShelve,
  onOrder,
}: Props) {
  const t = useText();
  const go = useNavigate();
  return (
    <article className="template-card" aria-label={template.name}>
      <Link className="template-desk" to={studioPath(template)} aria-label={t("template.open")}>
        <Picture
          className="template-picture"
          path={`/v1/studio/templates/${template.id}/thumbnail`}
          alt={t("template.pictureOf", { name: template.name })}
          fallback={<Mark size={40} />}
        />
      </Link>
      <div className="template-words">
        <h2>{template.name}</h2>
        <p className="quiet">
          {t("template.changed", {
            revision: template.revision,
            date: dateTimeText(template.updated_at),
          })}
        </p>
      </div>
      <div className="template-acts">
        {!isArchived && mayOrder && (
          <Button icon={<PrinterOutlined />} onClick={onOrder}>
            {t("template.order")}
          </Button>
        )}
        {isArchived && mayWrite && <Button onClick={onShelve}>{t("template.restore")}</Button>}
        {!isArchived && (
          <Dropdown
            trigger={["click"]}
            placement="bottomRight"
            menu={{
              items: [
                { key: "open", label: t("template.open") },
                ...(mayWrite ? [{ key: "archive", label: t("template.archive") }] : []),
              ],
              onClick: ({ key }) => {
                if (key === "open") void go(studioPath(template));
                else onShelve();
              },
            }}
          >
            <Button
              type="text"
              icon={<EllipsisOutlined />}
              aria-label={t("template.more", { name: template.name })}
            />
          </Dropdown>
        )}
      </div>
    </article>
  );
}
