import { Navigate, Outlet, useLocation } from "react-router";

import { loginPath } from "./return_path";
import { useSessionState } from "./session";

/** Shows its pages to who is signed in, and sends the others to sign in and back. */
export function RequireSession() {
  const { session, ending } = useSessionState();
  const place = useLocation();
  if (session !== null) return <Outlet />;
  const from = ending === "signed-out" ? "/" : place.pathname + place.search;
  return <Navigate to={loginPath(from)} replace />;
}
