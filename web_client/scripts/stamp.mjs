/**
 * Writes ar_service/pages/build.json: the sha256 over the sources of the built pages.
 *
 * Hash of the lines `<sha256 of the file>  <path>\n`, paths relative to web_client with forward
 * slashes, in code point order. tests/web_client recomputes it and fails when sources changed
 * without a build.
 */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const SOURCES = [
  "scan/src",
  "scan/index.html",
  "scan/vite.config.ts",
  "console/src",
  "console/index.html",
  "console/vite.config.ts",
  "wire",
  "package-lock.json",
];

function filesOf(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesOf(join(path, name)));
}

const sha256 = (data) => createHash("sha256").update(data).digest("hex");
const paths = SOURCES.flatMap((source) => filesOf(join(root, source))).map((path) =>
  relative(root, path).split(sep).join("/"),
);
paths.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
const lines = paths.map((path) => `${sha256(readFileSync(join(root, path)))}  ${path}\n`);
const stamp = { sources: SOURCES, sha256: sha256(lines.join("")) };
const target = new URL("../../ar_service/pages/build.json", import.meta.url);
writeFileSync(target, `${JSON.stringify(stamp, null, 2)}\n`);
console.log(`stamped ${paths.length} sources: ${stamp.sha256}`);
