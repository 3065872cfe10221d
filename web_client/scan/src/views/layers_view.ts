import { h, svg } from "../dom";
import { icon } from "../icons";
import { LAYER_ORDER, layerWords } from "../verdict";
import type { Layer, LayerFinding, LayerOutcome } from "../wire_types";
import type { Evidence, Words } from "./page";

/** Marks of the outcomes: tick, cross, question mark, dash; told apart without colour. */
const MARKS: Readonly<Record<LayerOutcome, string>> = {
  supports: "M4.5 8.5l2.5 2.5 4.5-5",
  contradicts: "M5 5l6 6M11 5l-6 6",
  unsure: "M6 6.2a2 2 0 1 1 2.8 1.9c-.5.2-.8.6-.8 1.2M8 11.3h.01",
  not_checked: "M5 8h6",
};

function mark(outcome: LayerOutcome): SVGSVGElement {
  const line = svg("path", { d: MARKS[outcome] });
  return svg("svg", { class: "mark", viewBox: "0 0 16 16", "aria-hidden": "true" }, line);
}

/** The layers as a row of small seals; the chosen one explains itself below the row. */
export function layersView(
  findings: readonly LayerFinding[],
  evidence: Evidence,
  words: Words,
): HTMLElement {
  const { say } = words;
  const outcomes = new Map(findings.map(({ layer, outcome }) => [layer, outcome]));
  const panel = h("div", { class: "why", id: "why", "aria-live": "polite" });
  const buttons = new Map<Layer, HTMLButtonElement>();

  const open = (layer: Layer): void => {
    const outcome = outcomes.get(layer) ?? "not_checked";
    const { name, why } = layerWords(layer, outcome);
    const own = layer === "code" ? evidence : { picture: null, hint: null };
    const text = h(
      "div",
      {},
      h("p", { class: "why-name" }, `${say(name)} · ${say(`outcome.${outcome}`)}`),
      h("p", {}, say(why)),
      own.hint === null
        ? null
        : h("p", { class: "why-hint" }, say("reading.hint", { hint: say(own.hint) })),
    );
    panel.replaceChildren(text, ...(own.picture === null ? [] : [figure(own.picture, words)]));
    for (const [other, button] of buttons) {
      button.setAttribute("aria-expanded", String(other === layer));
    }
  };
  const items = LAYER_ORDER.map((layer) => {
    const outcome = outcomes.get(layer) ?? "not_checked";
    const button = h(
      "button",
      {
        type: "button",
        class: `layer layer-${outcome}`,
        "aria-expanded": "false",
        "aria-controls": "why",
        click: () => {
          open(layer);
        },
      },
      h("span", { class: "layer-seal" }, icon(layer), mark(outcome)),
      h("span", { class: "layer-name" }, say(layerWords(layer, outcome).name)),
      h("span", { class: "unseen" }, say(`outcome.${outcome}`)),
    );
    buttons.set(layer, button);
    return h("li", {}, button);
  });
  // The layer that weighs most against the product is open from the start, else the code.
  const against = LAYER_ORDER.find((layer) => outcomes.get(layer) === "contradicts");
  const doubtful = LAYER_ORDER.find((layer) => outcomes.get(layer) === "unsure");
  open(against ?? doubtful ?? "code");
  return h(
    "section",
    { class: "card" },
    h("h2", {}, say("layers.title"), h("small", {}, say("layers.help"))),
    h("ul", { class: "layers" }, ...items),
    panel,
  );
}

function figure(evidence: HTMLCanvasElement, { say }: Words): HTMLElement {
  evidence.setAttribute("role", "img");
  evidence.setAttribute("aria-label", say("evidence.caption"));
  return h("figure", { class: "evidence" }, evidence, h("figcaption", {}, say("evidence.caption")));
}
