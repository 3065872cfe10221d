import { Select } from "antd";
import { useEffect, useState } from "react";

import { isAbort } from "../../api/client";
import type { Product } from "../../api/words";
import { useText } from "../../i18n";
import { studioApi } from "../api";
import { digitalLink, linkParts } from "../model/payload";
import { useStudio } from "../studio_context";
import { Field } from "./field";

const EXAMPLE_HOST = "dianjin.example";
const SEARCH_REST_MS = 250;

/** The link that items of a product will carry; the serial is an example. */
export function DigitalLinkFields() {
  const t = useText();
  const { document, edit } = useStudio();
  const [search, setSearch] = useState("");
  const [products, setProducts] = useState<readonly Product[]>([]);
  const parts = linkParts(document.payload);

  useEffect(() => {
    const control = new AbortController();
    const timer = setTimeout(() => {
      studioApi
        .products(search, control.signal)
        .then(setProducts)
        .catch((error: unknown) => {
          if (!isAbort(error)) setProducts([]);
        });
    }, SEARCH_REST_MS);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [search]);

  const chosen = products.find(({ gtin }) => gtin.padStart(14, "0") === parts?.gtin14);
  return (
    <Field label="studio.product.label" hint="studio.product.hint">
      <Select<string>
        aria-label={t("studio.product.label")}
        showSearch={{ filterOption: false, onSearch: setSearch }}
        placeholder={t("studio.product.placeholder")}
        notFoundContent={t("studio.product.none")}
        value={chosen?.gtin ?? null}
        options={products.map(({ gtin, name, brand }) => ({
          value: gtin,
          label: `${brand} ${name}`,
        }))}
        onChange={(gtin) => {
          const host = parts?.host ?? EXAMPLE_HOST;
          edit({ kind: "payload", payload: digitalLink(host, gtin) });
        }}
      />
    </Field>
  );
}
