import { useMemo } from "react";

import { idOf, useList } from "../api/use_list";
import type { Product } from "../api/words";
import { useMay } from "../session/session";

export interface Products {
  readonly rows: readonly Product[];
  readonly isLoading: boolean;
  /** The product's name; its GTIN where the name can't be had. */
  readonly nameOf: (productId: string | null, gtin: string) => string;
}

/** The products that orders and codes name by id. */
export function useProducts(): Products {
  const mayRead = useMay("products.read");
  const { rows, isLoading } = useList<Product>(
    mayRead ? "/v1/products" : null,
    { limit: 200 },
    idOf,
  );
  return useMemo(() => {
    const names = new Map(rows.map((product) => [product.id, product.name]));
    const nameOf = (productId: string | null, gtin: string) => names.get(productId ?? "") ?? gtin;
    return { rows, isLoading, nameOf };
  }, [rows, isLoading]);
}
