export { locales } from "./locales";
export { StudioPage } from "./studio_page";
