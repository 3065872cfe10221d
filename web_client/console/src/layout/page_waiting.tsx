import { Skeleton } from "antd";

/** The outline of a page while its script comes. */
export function PageWaiting() {
  return (
    <div className="page-waiting" aria-busy="true">
      <Skeleton active title={{ width: 180 }} paragraph={{ rows: 6 }} />
    </div>
  );
}
