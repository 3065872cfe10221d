import { h } from "../dom";
import { icon, type IconName } from "../icons";
import type { CameraProblem } from "../camera";
import type { Key } from "../i18n";
import { MAX_QUEUED } from "../queue";
import type { Notice } from "../notice";
import { foot, primaryButton, quietButton } from "./foot";
import type { Actions, Words } from "./page";

/** What a notice shows; the picture is the photo that was sent, where there is one. */
interface NoticeScreen {
  readonly icon: IconName;
  readonly title: Key;
  readonly text: Key;
  /** The one gold action. */
  readonly primary: "scan" | "photo" | "retry";
  readonly secondary: "scan" | "photo" | "retry" | "copy_link" | null;
}

function cameraScreen(problem: CameraProblem): NoticeScreen {
  const screen = { icon: "camera_off", primary: "photo", secondary: "retry" } as const;
  switch (problem) {
    case "denied":
      return { ...screen, title: "denied.title", text: "denied.text" };
    case "no_camera":
      return { ...screen, title: "no_camera.title", text: "no_camera.text" };
    case "busy":
      return { ...screen, title: "busy.title", text: "busy.text" };
    case "in_app":
      return {
        icon: "browser",
        title: "in_app.title",
        text: "in_app.text",
        primary: "photo",
        secondary: "copy_link",
      };
    case "insecure":
      return { ...screen, title: "insecure.title", text: "insecure.text", secondary: null };
    case "unsupported":
      return { ...screen, title: "unsupported.title", text: "unsupported.text", secondary: null };
    case "reader_failed":
      return { ...screen, title: "reader_failed.title", text: "reader_failed.text" };
    default:
      return problem satisfies never;
  }
}

/** The screen of every notice; a new kind does not compile until it has one. */
export function noticeScreen(notice: Notice): NoticeScreen {
  const scan = { icon: "question", primary: "scan", secondary: "photo" } as const;
  const photo = { icon: "photo", primary: "photo", secondary: "scan" } as const;
  switch (notice.kind) {
    case "camera":
      return cameraScreen(notice.problem);
    case "offline":
      return {
        icon: "offline",
        title: "offline.title",
        text: "offline.text",
        primary: "scan",
        secondary: "retry",
      };
    case "offline_photo":
      return {
        icon: "offline",
        title: "offline.photo_title",
        text: "offline.photo_text",
        primary: "retry",
        secondary: "scan",
      };
    case "queue_full":
      return { ...scan, icon: "offline", title: "offline.full_title", text: "offline.full_text" };
    case "foreign_link":
      return { ...scan, icon: "foreign", title: "foreign.title", text: "foreign.text" };
    case "foreign_text":
      return { ...scan, icon: "foreign", title: "foreign.title", text: "foreign.text_plain" };
    case "malformed":
      return { ...scan, title: "malformed.title", text: "malformed.text" };
    case "too_many_codes":
      return { ...photo, title: "too_many.title", text: "too_many.text" };
    case "several_codes":
      return { ...photo, title: "several.title", text: "several.text" };
    case "no_code":
      return { ...photo, title: "no_code.title", text: "no_code.text" };
    case "photo_refused":
      return { ...photo, title: "photo_refused.title", text: notice.why };
    case "rate_limited":
      return {
        icon: "wait",
        title: "rate_limited.title",
        text: "rate_limited.text",
        primary: "retry",
        secondary: "scan",
      };
    case "server_error":
      return {
        icon: "server",
        title: "server_error.title",
        text: "server_error.text",
        primary: "retry",
        secondary: "scan",
      };
    case "refused":
      return { ...scan, title: "refused.title", text: "refused.text" };
    default:
      return notice satisfies never;
  }
}

export function noticeView(
  notice: Notice,
  picture: HTMLCanvasElement | null,
  retry: () => void,
  words: Words,
  actions: Actions,
): HTMLElement {
  const { say } = words;
  const screen = noticeScreen(notice);
  const label = (kind: "scan" | "photo" | "retry"): string =>
    kind === "photo" && notice.kind !== "camera" && screen.primary === "photo"
      ? say("action.take_photo")
      : say(
          kind === "scan"
            ? "action.scan_again"
            : kind === "photo"
              ? "action.photo"
              : "action.retry",
        );
  const act = { scan: actions.scanAgain, photo: actions.pickPhoto, retry };
  const primary = primaryButton(label(screen.primary), act[screen.primary]);
  if (notice.kind === "rate_limited") countDown(primary, notice.until_ms, words);
  return h(
    "div",
    { class: "page notice", "data-notice": notice.kind },
    h(
      "header",
      { class: "hero" },
      picture === null ? h("div", { class: "medal" }, icon(screen.icon)) : photoFigure(picture),
      h("h1", { class: "hero-title", tabindex: "-1" }, say(screen.title)),
      h("p", { class: "hero-meaning" }, say(screen.text, { n: MAX_QUEUED })),
      ...details(notice, words),
    ),
    foot(primary, secondaryButton(screen.secondary, label, act, words), actions, words),
  );
}

function secondaryButton(
  kind: NoticeScreen["secondary"],
  label: (kind: "scan" | "photo" | "retry") => string,
  act: Readonly<Record<"scan" | "photo" | "retry", () => void>>,
  { say }: Words,
): HTMLElement | null {
  if (kind === null) return null;
  if (kind !== "copy_link") return quietButton(label(kind), act[kind]);
  const button = quietButton(say("action.copy_link"), () => {
    navigator.clipboard.writeText(location.href).then(
      () => {
        button.textContent = say("action.copied");
      },
      () => {
        button.replaceWith(h("p", { class: "mono address" }, location.href));
      },
    );
  });
  return button;
}

/** The facts that belong to a notice: the foreign host, the hint, how many queries wait. */
function details(notice: Notice, { say }: Words): HTMLElement[] {
  switch (notice.kind) {
    case "foreign_link":
      return notice.host === "" ? [] : foreignLink(notice.host, notice.url, say);
    case "foreign_text":
      return [labelled(say("foreign.content"), notice.text.slice(0, MAX_SHOWN_CHARS))];
    case "no_code":
      return notice.hint === null
        ? []
        : [h("p", { class: "advice-line" }, say("no_code.hint", { hint: say(notice.hint) }))];
    case "offline":
      return [h("p", { class: "advice-line" }, say("offline.count", { n: notice.waiting }))];
    case "camera":
    case "offline_photo":
    case "queue_full":
    case "malformed":
    case "too_many_codes":
    case "several_codes":
    case "photo_refused":
    case "rate_limited":
    case "server_error":
    case "refused":
      return [];
    default:
      return notice satisfies never;
  }
}

/** A foreign text is shown, but not a wall of it. */
const MAX_SHOWN_CHARS = 120;

function labelled(name: string, value: string): HTMLElement {
  return h(
    "p",
    { class: "address-box" },
    h("small", {}, name),
    h("span", { class: "mono" }, value),
  );
}

function foreignLink(host: string, url: string | null, say: Words["say"]): HTMLElement[] {
  const box = labelled(say("foreign.host"), host);
  if (url === null) return [box];
  const link = h(
    "a",
    { class: "open-foreign", href: url, rel: "noopener noreferrer nofollow", target: "_blank" },
    say("action.open_foreign", { host }),
  );
  return [box, link];
}

function photoFigure(picture: HTMLCanvasElement): HTMLElement {
  picture.setAttribute("aria-hidden", "true");
  return h("figure", { class: "sent-photo" }, picture);
}

function countDown(button: HTMLButtonElement, until_ms: number, { say }: Words): void {
  button.disabled = true;
  const tick = (): void => {
    const left = Math.ceil((until_ms - Date.now()) / 1000);
    if (left <= 0) {
      button.disabled = false;
      button.textContent = say("action.retry");
      return;
    }
    button.textContent = say("action.retry_in", { seconds: left });
    // Stops by itself once the view is gone.
    setTimeout(() => {
      if (button.isConnected) tick();
    }, 250);
  };
  tick();
}
