import { h } from "../dom";
import type { Words } from "./page";

/** Skeleton of the verdict while the answer is on its way. */
export function checkingView(slow: boolean, photo: boolean, { say }: Words): HTMLElement {
  const title = slow ? "checking.slow" : photo ? "checking.photo" : "checking.title";
  const bone = (kind: string): HTMLElement =>
    h("div", { class: `bone ${kind}`, "aria-hidden": "true" });
  return h(
    "div",
    { class: "page checking" },
    h(
      "header",
      { class: "hero" },
      bone("bone-seal"),
      h("h1", { class: "hero-title", tabindex: "-1", "aria-live": "polite" }, say(title)),
    ),
    h(
      "div",
      { class: "column" },
      bone("bone-line"),
      bone("bone-line"),
      bone("bone-line bone-short"),
    ),
  );
}
