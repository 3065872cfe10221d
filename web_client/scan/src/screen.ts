import { h, need } from "./dom";
import type { Hint } from "./hints";
import { sayIn, type Key } from "./i18n";
import type { Notice } from "./notice";
import { checkingView } from "./views/checking_view";
import { noticeView } from "./views/notice_view";
import type { Actions, Evidence, Words } from "./views/page";
import { toolBar, type ToolBarActions, type ToolBarState } from "./views/tool_bar";
import { verdictView } from "./views/verdict_view";
import type { Answer } from "./wire_types";

/** What fills the screen. */
export type View =
  | { readonly kind: "scan" }
  | { readonly kind: "checking"; readonly photo: boolean; readonly slow: boolean }
  | { readonly kind: "verdict"; readonly answer: Answer; readonly evidence: Evidence }
  | {
      readonly kind: "notice";
      readonly notice: Notice;
      readonly picture: HTMLCanvasElement | null;
      readonly retry: () => void;
    };

/** The page's elements: they show what they are told and decide nothing. */
export interface Screen {
  readonly render: (view: View, words: Words) => void;
  readonly renderHint: (hint: Hint, torch_is_off: boolean, words: Words) => void;
  readonly renderTools: (state: ToolBarState, words: Words) => void;
  /** A short message over the camera; with a button it stays until it is replaced. */
  readonly toast: (key: Key | null, button: HTMLButtonElement | null, words: Words) => void;
  readonly openFiles: () => void;
  /** To the top of a new view, with the keyboard and the screen reader. */
  readonly focusTop: () => void;
  readonly focusLanguage: () => void;
}

const TOAST_MS = 4000;

export function makeScreen(
  actions: Actions,
  tools: ToolBarActions,
  photoPicked: (photo: File) => void,
): Screen {
  const sheet = need("sheet", HTMLElement);
  const scan = need("scan", HTMLElement);
  const stage = need("stage", HTMLElement);
  const hint_line = h("p", { class: "hint", role: "status" });
  const toast_place = h("div", { class: "toast-place", role: "status" });
  const tools_place = h("div", { class: "tools-place" });
  const brand = h("p", { class: "brand" });
  const heading = h("h1", { class: "unseen" });
  const file = h("input", { type: "file", accept: "image/*", class: "unseen", tabindex: "-1" });
  file.setAttribute("aria-hidden", "true");
  file.addEventListener("change", () => {
    const photo = file.files?.[0];
    if (photo !== undefined) photoPicked(photo);
  });
  scan.append(heading, brand, hint_line, toast_place, tools_place);
  document.body.append(file);

  const sheetOf = (view: View, words: Words): HTMLElement | null => {
    switch (view.kind) {
      case "scan":
        return null;
      case "checking":
        return checkingView(view.slow, view.photo, words);
      case "verdict":
        return verdictView(view.answer, view.evidence, words, actions);
      case "notice":
        return noticeView(view.notice, view.picture, view.retry, words, actions);
      default:
        return view satisfies never;
    }
  };
  return {
    render(view, words) {
      document.documentElement.lang = words.language;
      document.title = words.say("page.title");
      brand.textContent = words.say("brand.name");
      heading.textContent = words.say("scan.heading");
      const page = sheetOf(view, words);
      sheet.hidden = page === null;
      scan.hidden = page !== null;
      stage.inert = page !== null;
      sheet.replaceChildren(...(page === null ? [] : [page]));
    },
    renderHint(hint, torch_is_off, { say }) {
      const key: Key =
        hint === "more_light" && torch_is_off ? "hint.more_light_torch" : `hint.${hint}`;
      hint_line.textContent = say(key);
      hint_line.dataset["hint"] = hint;
    },
    renderTools(state, { say }) {
      tools_place.replaceChildren(toolBar(state, tools, say));
    },
    toast(key, button, { say }) {
      toast_place.replaceChildren();
      if (key === null) return;
      const message = h("div", { class: "toast" }, h("span", {}, say(key)), button);
      toast_place.append(message);
      if (button !== null) return;
      setTimeout(() => {
        message.remove();
      }, TOAST_MS);
    },
    openFiles() {
      file.value = "";
      file.click();
    },
    focusTop() {
      sheet.scrollTop = 0;
      sheet.querySelector("h1")?.focus({ preventScroll: true });
    },
    focusLanguage() {
      document.querySelector<HTMLElement>("#sheet .language, .tool-language")?.focus();
    },
  };
}

export function wordsIn(language: Words["language"]): Words {
  return { say: sayIn(language), language };
}
