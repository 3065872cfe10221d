import type { Key, Language, Say } from "../i18n";

/** What the views may ask of the page. */
export interface Actions {
  readonly scanAgain: () => void;
  readonly pickPhoto: () => void;
  readonly switchLanguage: () => void;
}

export interface Words {
  readonly say: Say;
  readonly language: Language;
}

/** What the phone can show of its own: the code as it was read, and how the photo could be better. */
export interface Evidence {
  readonly picture: HTMLCanvasElement | null;
  readonly hint: Key | null;
}
