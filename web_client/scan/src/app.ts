import type { Caller, Outcome, PhotoRequest } from "./api";
import type { Delivery } from "./delivery";
import { h, need } from "./dom";
import type { Hint } from "./hints";
import { otherLanguage, type Key, type Language } from "./i18n";
import { hintKey, noticeOfPayload, noticeOfProblem } from "./notice";
import { payloadOfAddress } from "./payload";
import { photoPreview } from "./photo";
import { askPlace } from "./place";
import type { Found } from "./scanner";
import { drawSearchFrame } from "./search_frame";
import { makeScreen, wordsIn, type View } from "./screen";
import { makeViewfinder } from "./viewfinder";
import { newUuid, type Shelf } from "./visitor";
import type { Place } from "./wire_types";

export interface AppParts {
  readonly caller: Caller;
  readonly delivery: Delivery;
  readonly shelf: Shelf;
  readonly language: Language;
}

export const LANGUAGE_KEY = "dianjin.language";
/** The snap onto the code is seen before the verdict covers it. */
const SNAP_SHOWN_MS = 320;
const SLOW_MS = 6000;
/** While queries wait, the network is tried this often. */
const FLUSH_EVERY_MS = 10_000;

export function startApp({ caller, delivery, shelf, language: first_language }: AppParts): void {
  let language = first_language;
  let view: View = { kind: "scan" };
  let hint: Hint = "starting";
  let place: Place | null = null;
  /** Every query has a number; the answer of one that was left behind is not shown. */
  let asked = 0;
  const screen = makeScreen(
    { scanAgain, pickPhoto, switchLanguage },
    {
      toggleTorch: () => void viewfinder.toggleTorch(),
      switchLens: () => void viewfinder.switchLens(),
      pickPhoto,
      togglePlace: () => void togglePlace(),
      switchLanguage,
    },
    (photo) => {
      sendPhoto({ photo, language, place }, newUuid());
    },
  );
  const viewfinder = makeViewfinder(
    need("camera", HTMLVideoElement),
    drawSearchFrame(
      need("frame", SVGSVGElement),
      () => matchMedia("(prefers-reduced-motion: reduce)").matches,
    ),
    (photo) => caller.read(photo),
    () => ({ width: innerWidth, height: innerHeight }),
    {
      onHint(next) {
        hint = next;
        renderHint();
      },
      onFound: found,
      onProblem(problem) {
        show({ kind: "notice", notice: { kind: "camera", problem }, picture: null, retry: goScan });
      },
      onChange: renderTools,
    },
  );

  function renderHint(): void {
    screen.renderHint(hint, viewfinder.state().torch === false, wordsIn(language));
  }

  function renderTools(): void {
    const state = { ...viewfinder.state(), place: place !== null };
    screen.renderTools(state, wordsIn(language));
  }

  function render(): void {
    screen.render(view, wordsIn(language));
    renderHint();
    renderTools();
  }

  function show(next: View): void {
    const leaves_scan = view.kind === "scan" && next.kind !== "scan";
    // Back on the phone leads from a verdict to the camera, not out of the page.
    if (leaves_scan && history.state === null && location.pathname === "/") {
      history.pushState({ sheet: true }, "");
    }
    view = next;
    if (next.kind !== "scan") viewfinder.close();
    render();
    screen.focusTop();
  }

  function goScan(): void {
    asked += 1;
    hint = "starting";
    if (location.pathname !== "/") history.replaceState(null, "", "/");
    show({ kind: "scan" });
    void viewfinder.open();
  }

  function scanAgain(): void {
    if (history.state === null) goScan();
    else history.back();
  }

  function switchLanguage(): void {
    language = otherLanguage(language);
    shelf.set(LANGUAGE_KEY, language);
    render();
    screen.focusLanguage();
  }

  async function togglePlace(): Promise<void> {
    const wanted = place === null;
    place = wanted ? await askPlace() : null;
    renderTools();
    const message = place === null ? "place.refused" : "place.agreed";
    toast(wanted ? message : null);
  }

  function toast(key: Key | null, button: HTMLButtonElement | null = null): void {
    screen.toast(key, button, wordsIn(language));
  }

  function found({ payload }: Found, crop: HTMLCanvasElement): void {
    if ("vibrate" in navigator) navigator.vibrate(30);
    if (payload.kind === "query") {
      ask(payload.payload, crop, SNAP_SHOWN_MS);
      return;
    }
    const notice = noticeOfPayload(payload);
    const mine = (asked += 1);
    setTimeout(() => {
      if (mine === asked) show({ kind: "notice", notice, picture: null, retry: goScan });
    }, SNAP_SHOWN_MS);
  }

  function ask(payload: string, evidence: HTMLCanvasElement | null, grace_ms: number): void {
    const request = { payload, method: "mobile", language, place } as const;
    sendQuery({ key: newUuid(), request }, evidence, grace_ms);
  }

  /** Shows the skeleton only when the answer takes longer than the snap. */
  function whileChecking(photo: boolean, grace_ms: number): { settled: () => Promise<boolean> } {
    const mine = (asked += 1);
    const started_ms = performance.now();
    const skeleton = setTimeout(() => {
      if (mine === asked) show({ kind: "checking", photo, slow: false });
    }, grace_ms);
    const slow = setTimeout(() => {
      if (mine === asked) show({ kind: "checking", photo, slow: true });
    }, SLOW_MS);
    return {
      async settled() {
        const left_ms = grace_ms - (performance.now() - started_ms);
        clearTimeout(slow);
        if (left_ms > 0) clearTimeout(skeleton);
        if (left_ms > 0) await new Promise((resolve) => setTimeout(resolve, left_ms));
        return mine === asked;
      },
    };
  }

  function sendQuery(
    query: Parameters<Delivery["send"]>[0],
    evidence: HTMLCanvasElement | null,
    grace_ms: number,
  ): void {
    const wait = whileChecking(false, grace_ms);
    const again = (): void => {
      sendQuery(query, evidence, 0);
    };
    void (async () => {
      const delivered = await delivery.send(query);
      if (!(await wait.settled())) return;
      switch (delivered.kind) {
        case "outcome":
          showOutcome(delivered.outcome, evidence, again);
          void flushQueue();
          return;
        case "queued": {
          const notice = { kind: "offline", waiting: delivered.waiting } as const;
          show({ kind: "notice", notice, picture: evidence, retry: () => void flushQueue() });
          return;
        }
        case "queue_full": {
          const notice = { kind: "queue_full", waiting: delivered.waiting } as const;
          show({ kind: "notice", notice, picture: null, retry: again });
          return;
        }
        default:
          delivered satisfies never;
      }
    })();
  }

  function showOutcome(
    outcome: Exclude<Outcome, { kind: "unreachable" }>,
    picture: HTMLCanvasElement | null,
    retry: () => void,
    from_photo = false,
  ): void {
    if (outcome.kind === "answer") {
      const evidence = { picture, hint: hintKey(outcome.reading?.hint ?? null) };
      show({ kind: "verdict", answer: outcome.answer, evidence });
      return;
    }
    const notice = noticeOfProblem(outcome.problem, Date.now());
    show({ kind: "notice", notice, picture: from_photo ? picture : null, retry });
  }

  async function flushQueue(): Promise<void> {
    const settled = await delivery.flush();
    const last = settled.at(-1);
    if (last === undefined || last.kind === "unreachable") return;
    const open = (): void => {
      toast(null);
      showOutcome(last, null, goScan);
    };
    if (view.kind === "notice" && view.notice.kind === "offline") {
      open();
      return;
    }
    const button = h(
      "button",
      { type: "button", click: open },
      wordsIn(language).say("offline.show"),
    );
    toast("offline.arrived", button);
  }

  function pickPhoto(): void {
    screen.openFiles();
  }

  function sendPhoto(request: PhotoRequest, key: string): void {
    viewfinder.close();
    const wait = whileChecking(true, 0);
    const again = (): void => {
      sendPhoto(request, key);
    };
    void (async () => {
      const outcome = await caller.verifyPhoto(request, key);
      const reading = outcome.kind === "answer" ? outcome.reading : null;
      const picture = await photoPreview(request.photo, reading);
      if (!(await wait.settled())) return;
      if (outcome.kind === "unreachable") {
        show({ kind: "notice", notice: { kind: "offline_photo" }, picture, retry: again });
      } else showOutcome(outcome, picture, again, true);
    })();
  }

  addEventListener("resize", viewfinder.resized);
  addEventListener("online", () => void flushQueue());
  addEventListener("popstate", () => {
    if (view.kind !== "scan") goScan();
  });
  document.addEventListener("visibilitychange", () => {
    if (view.kind !== "scan") return;
    if (document.hidden) viewfinder.close();
    else void viewfinder.open();
  });
  setInterval(() => {
    if (delivery.waiting() > 0) void flushQueue();
  }, FLUSH_EVERY_MS);

  const payload = payloadOfAddress(new URL(location.href));
  if (payload === null) {
    render();
    void viewfinder.open();
  } else ask(payload, null, 0);
  void flushQueue();
}
