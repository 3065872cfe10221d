import { useEffect, useState } from "react";

import { api } from "../api/client";
import type { CodeOrder } from "../api/words";

/** The orderer's number of an order; the beginning of its id until, or if not, it is known. */
export function useOrderNumber(orderId: string | null): string {
  const [order, setOrder] = useState<CodeOrder | null>(null);
  useEffect(() => {
    if (orderId === null) return undefined;
    const stop = new AbortController();
    api
      .get<CodeOrder>(`/v1/code-orders/${orderId}`, { signal: stop.signal })
      .then(setOrder)
      .catch(() => {
        // The list itself says what is wrong; the chip shows the id.
      });
    return () => {
      stop.abort();
    };
  }, [orderId]);
  if (orderId === null) return "";
  return order?.id === orderId ? order.number : orderId.slice(0, 8);
}
