import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { startLanguage } from "./i18n";
import { startSession } from "./session/session";
import { giveStylesTheNonce, pageNonce } from "./style_nonce";
import { startMode } from "./theme/mode";
import "./theme/tokens.css";
import "./theme/base.css";

import { App } from "./app";

giveStylesTheNonce(pageNonce());
startMode();
startLanguage();
startSession();

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no #root");
createRoot(root).render(
  <StrictMode>
    <App nonce={pageNonce()} />
  </StrictMode>,
);
