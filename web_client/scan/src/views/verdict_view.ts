import { h } from "../dom";
import { groupByFour, shanghaiTime } from "../format";
import type { Key } from "../i18n";
import { verdictSeal } from "../seals";
import { verdictScreen, type VerdictScreen } from "../verdict";
import type { Answer, History, Product } from "../wire_types";
import { foot, primaryButton } from "./foot";
import { layersView } from "./layers_view";
import type { Actions, Evidence, Words } from "./page";

/** The verdict: seal, one sentence, what to do, then why, the history and the product. */
export function verdictView(
  answer: Answer,
  evidence: Evidence,
  words: Words,
  actions: Actions,
): HTMLElement {
  const { say, language } = words;
  const screen = verdictScreen(answer.verdict);
  const word = h("span", { class: "unseen" }, `${say(screen.word)}: `);
  const told = answer.reply.language === language;
  const note = told && screen.advice.length === 0 ? say(screen.meaning) : null;
  return h(
    "div",
    { class: `page verdict tone-${screen.tone}`, "data-verdict": answer.verdict },
    h(
      "header",
      { class: "hero" },
      verdictSeal(screen, language),
      h("h1", { class: "hero-title", tabindex: "-1" }, word, say(screen.title)),
      // A reply in the other language stays as the brand sent it, after a sentence of ours.
      told ? null : h("p", { class: "hero-meaning" }, say(screen.meaning)),
      replyText(answer.reply),
    ),
    h(
      "div",
      { class: "column" },
      screen.advice.length > 0 ? adviceCard(screen, told, words) : null,
      layersView(answer.layers, evidence, words),
      answer.history === null ? null : historyCard(answer.history, note, words),
      factsCard(answer, words),
      h("p", { class: "origin" }, say("origin.note", { host: location.host })),
    ),
    foot(primaryButton(say("action.scan_again"), actions.scanAgain), null, actions, words),
  );
}

/** Replies longer than this, in characters, are set from the left: centred they are hard to read. */
const LONG_REPLY_CHARS = 44;
const UNBROKEN = /(\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2})?|[0-9A-Z]{20})/;

/** The brand's sentence, with codes and dates kept on one line each. */
function replyText({ text, language }: Answer["reply"]): HTMLElement {
  const parts = text
    .split(UNBROKEN)
    .map((part) => (UNBROKEN.test(part) ? h("span", { class: "unbroken" }, part) : part));
  const kind = text.length > LONG_REPLY_CHARS ? "hero-reply long" : "hero-reply";
  return h("p", { class: kind, lang: language }, ...parts);
}

const HOTLINE = "12315";

/** A step; the consumer line in it can be called by touching it. */
function step(text: string): HTMLElement {
  const [before = "", after] = text.split(HOTLINE);
  if (after === undefined) return h("li", {}, h("span", {}, text));
  const call = h("a", { href: `tel:${HOTLINE}` }, HOTLINE);
  return h("li", {}, h("span", {}, before, call, after));
}

function adviceCard(screen: VerdictScreen, told: boolean, { say }: Words): HTMLElement {
  return h(
    "section",
    { class: "card advice" },
    told ? h("p", { class: "lead" }, say(screen.meaning)) : null,
    h("h2", {}, say("advice.title")),
    h("ol", {}, ...screen.advice.map((key) => step(say(key)))),
  );
}

function historyCard(history: History, note: string | null, { say }: Words): HTMLElement {
  const { ordinal, first_queried_at, first_place } = history;
  const earlier = ordinal !== 1 && first_queried_at !== null;
  const placed = ordinal !== 1 && first_place !== null && first_place !== "";
  const line = (text: string): HTMLElement => h("p", { class: "history-line" }, text);
  return h(
    "section",
    { class: "card history" },
    h("h2", {}, say("history.title")),
    ordinal === null
      ? null
      : h("p", { class: "ordinal" }, ...ordinalParts(say("history.ordinal"), ordinal)),
    earlier ? line(say("history.first", { time: shanghaiTime(first_queried_at) })) : null,
    placed ? line(say("history.place", { place: first_place })) : null,
    note === null ? null : line(note),
    h("p", { class: "history-note" }, say("history.limit", { max: history.max_queries })),
    history.scan_count > history.query_count
      ? h("p", { class: "history-note" }, say("history.scans", { scans: history.scan_count }))
      : null,
  );
}

/** The sentence with its number set large. */
function ordinalParts(sentence: string, ordinal: number): (Node | string)[] {
  const [before = "", after = ""] = sentence.split("{n}");
  return [before, h("b", { class: "numeral" }, String(ordinal)), after];
}

function productFacts(product: Product): readonly (readonly [Key, string | null])[] {
  return [
    ["product.name", product.name],
    ["product.brand", product.brand],
    ["product.spec", product.spec],
    ["product.batch", product.batch],
    ["product.production_date", product.production_date],
    ["product.expiry_date", product.expiry_date],
    ["product.gtin", product.gtin],
  ];
}

function factsCard(answer: Answer, { say }: Words): HTMLElement {
  const facts: (readonly [Key, string | null])[] = [
    ...(answer.product === null ? [] : productFacts(answer.product)),
    ["product.code", answer.code === null ? null : groupByFour(answer.code)],
    ["product.queried_at", shanghaiTime(answer.queried_at)],
  ];
  const rows = facts.flatMap(([key, value]) => {
    if (value === null || value === "") return [];
    const kind = key === "product.code" || key === "product.gtin" ? "mono" : "";
    return [h("div", {}, h("dt", {}, say(key)), h("dd", { class: kind }, value))];
  });
  return h(
    "section",
    { class: "card facts" },
    h("h2", {}, say("product.title")),
    h("dl", {}, ...rows),
  );
}
