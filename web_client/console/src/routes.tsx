import { lazy, Suspense } from "react";
import { Navigate, Route, Routes } from "react-router";

import { Frame } from "./layout/frame";
import { PageWaiting } from "./layout/page_waiting";
import { LoginPage } from "./login/login_page";
import { RequireSession } from "./session/require_session";

const StudioPage = lazy(() => import("./studio").then((page) => ({ default: page.StudioPage })));
const TemplatesPage = lazy(() =>
  import("./templates/templates_page").then((page) => ({ default: page.TemplatesPage })),
);
const RunsPage = lazy(() =>
  import("./runs/runs_page").then((page) => ({ default: page.RunsPage })),
);
const CodesPage = lazy(() =>
  import("./codes/codes_page").then((page) => ({ default: page.CodesPage })),
);
const NowherePage = lazy(() =>
  import("./layout/nowhere_page").then((page) => ({ default: page.NowherePage })),
);

export function Pages() {
  return (
    <Suspense fallback={<PageWaiting />}>
      <Routes>
        <Route path="/login" element={<LoginPage />} />
        <Route element={<RequireSession />}>
          <Route element={<Frame />}>
            <Route index element={<Navigate to="/studio" replace />} />
            <Route path="/studio" element={<StudioPage />} />
            <Route path="/templates" element={<TemplatesPage />} />
            <Route path="/runs" element={<RunsPage />} />
            <Route path="/codes" element={<CodesPage />} />
            <Route path="*" element={<NowherePage />} />
          </Route>
        </Route>
      </Routes>
    </Suspense>
  );
}
