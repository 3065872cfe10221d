import { en } from "./locales_en";
import { zh } from "./locales_zh";

/** The studio's words, merged into the console's dictionary; zh is written first. */
export const locales = { zh, en } as const;
