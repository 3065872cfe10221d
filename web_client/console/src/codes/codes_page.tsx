import { Segmented } from "antd";
import { useCallback } from "react";
import { useSearchParams } from "react-router";

import { useText } from "../i18n";
import { CodesView } from "./codes_view";
import { OrdersView } from "./orders_view";

export type View = "orders" | "codes";

/** Reads and changes the view's filters in the address, so that a view can be kept and sent. */
export interface Wanted {
  readonly get: (name: string) => string | null;
  readonly set: (changes: Readonly<Record<string, string | null>>) => void;
}

export function CodesPage() {
  const t = useText();
  const [wanted, setWanted] = useSearchParams();
  const set = useCallback(
    (changes: Readonly<Record<string, string | null>>) => {
      setWanted(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes)) {
            if (value === null || value === "") after.delete(name);
            else after.set(name, value);
          }
          return after;
        },
        { replace: true },
      );
    },
    [setWanted],
  );
  const view: View = wanted.get("view") === "codes" || wanted.has("order_id") ? "codes" : "orders";
  const choice = (
    <Segmented<View>
      value={view}
      onChange={(next) => {
        setWanted(next === "codes" ? { view: "codes" } : {}, { replace: true });
      }}
      options={[
        { value: "orders", label: t("codes.orders") },
        { value: "codes", label: t("codes.codes") },
      ]}
    />
  );
  const filters: Wanted = { get: (name) => wanted.get(name), set };
  return view === "orders" ? (
    <OrdersView wanted={filters} choice={choice} />
  ) : (
    <CodesView wanted={filters} choice={choice} />
  );
}
