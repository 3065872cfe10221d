import { h } from "../dom";
import { icon } from "../icons";
import type { Actions, Words } from "./page";

/** The row under the thumb: one gold action, at most one quiet one, and the language. */
export function foot(
  primary: HTMLButtonElement,
  secondary: HTMLElement | null,
  actions: Actions,
  { say }: Words,
): HTMLElement {
  const language = h(
    "button",
    {
      type: "button",
      class: "quiet language",
      "aria-label": say("tool.language_label"),
      click: actions.switchLanguage,
    },
    icon("language"),
    h("span", {}, say("tool.language")),
  );
  const kind = secondary === null ? "foot" : "foot foot-two-rows";
  return h("div", { class: kind }, primary, secondary, language);
}

export function primaryButton(label: string, click: () => void): HTMLButtonElement {
  return h("button", { type: "button", class: "primary", click }, label);
}

export function quietButton(label: string, click: () => void): HTMLButtonElement {
  return h("button", { type: "button", class: "quiet", click }, label);
}
