import { openCaller } from "./api";
import { LANGUAGE_KEY, startApp } from "./app";
import { openDelivery } from "./delivery";
import { preferredLanguage } from "./i18n";
import { openQueue } from "./queue";
import { installId, openShelf } from "./visitor";

const shelf = openShelf(() => localStorage);
const caller = openCaller(installId(shelf), (path, init) => fetch(path, init));
const language = preferredLanguage(shelf.get(LANGUAGE_KEY), navigator.languages);
startApp({ caller, delivery: openDelivery(caller, openQueue(shelf)), shelf, language });
