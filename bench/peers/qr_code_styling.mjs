// Draws codes with qr-code-styling. Standard input: a JSON list of {options, file}; each code is
// written to its file as SVG with the logo inside it.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as nodeCanvas from "@napi-rs/canvas";

const require = createRequire(import.meta.url);
const { JSDOM } = require("jsdom");
const { QRCodeStyling } = require("qr-code-styling/lib/qr-code-styling.common.js");

for (const { options, file } of JSON.parse(readFileSync(0, "utf8"))) {
  const code = new QRCodeStyling({ jsdom: JSDOM, nodeCanvas, type: "svg", ...options });
  writeFileSync(file, await code.getRawData("svg"));
}
