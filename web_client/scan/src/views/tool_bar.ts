import { h } from "../dom";
import { icon, type IconName } from "../icons";
import type { Key, Say } from "../i18n";

/** Which tools stand in reach of the thumb, and how they are set. */
export interface ToolBarState {
  readonly torch: boolean | null;
  readonly has_lenses: boolean;
  readonly place: boolean;
}

export interface ToolBarActions {
  readonly toggleTorch: () => void;
  readonly switchLens: () => void;
  readonly pickPhoto: () => void;
  readonly togglePlace: () => void;
  readonly switchLanguage: () => void;
}

export function toolBar(state: ToolBarState, actions: ToolBarActions, say: Say): HTMLElement {
  const tool = (
    name: IconName,
    label: Key,
    click: () => void,
    pressed: boolean | null = null,
  ): HTMLButtonElement => {
    const attributes = { type: "button", class: `tool tool-${name}`, click };
    const button = h("button", attributes, icon(name), h("span", {}, say(label)));
    if (pressed !== null) button.setAttribute("aria-pressed", String(pressed));
    return button;
  };
  const { torch } = state;
  const language = tool("language", "tool.language", actions.switchLanguage);
  language.setAttribute("aria-label", say("tool.language_label"));
  return h(
    "nav",
    { class: "tools", "aria-label": say("tool.bar") },
    torch === null ? null : tool("torch", "tool.torch", actions.toggleTorch, torch),
    state.has_lenses ? tool("lens", "tool.lens", actions.switchLens) : null,
    tool("photo", "tool.photo", actions.pickPhoto),
    tool("place", "tool.place", actions.togglePlace, state.place),
    language,
  );
}
