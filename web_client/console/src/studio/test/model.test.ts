import { describe, expect, it } from "vitest";

import { ApiProblem, Offline } from "../../api/problem";
import { en } from "../locales_en";
import { zh } from "../locales_zh";
import { WHOLE_CROP } from "../model/brief";
import { contrastVerdict, reflectance, textRatio } from "../model/colour";
import { movedCrop } from "../model/crop";
import { artworkSize, boxOfDesign, boxOfSvg, moved, pxOfMm, resized } from "../model/geometry";
import { digitalLink, isGtin, linkParts, payloadKind } from "../model/payload";
import { saidOf, studioProblem } from "../model/problem";
import { choicesAt, longestAt, rangeAt } from "../model/ranges";
import { checkUpload } from "../model/upload_check";

const placement = {
  fit: "contain",
  scale: 0.5,
  rotation_deg: 0,
  crop: WHOLE_CROP,
  right_modules: 0,
  down_modules: 0,
} as const;

describe("colours", () => {
  it("gives the reflectances that IEC 61966-2-1 gives", () => {
    expect(reflectance("#000000")).toBe(0);
    expect(reflectance("#ffffff")).toBeCloseTo(1, 12);
    expect(reflectance("#808080")).toBeCloseTo(0.2159, 4);
    expect(textRatio("#000000", "#ffffff")).toBeCloseTo(21, 6);
  });

  it("judges the lightest tone of a gradient and knows inverted codes", () => {
    expect(contrastVerdict("#000000", "#ffffff").kind).toBe("good");
    expect(contrastVerdict("#c9c2b0", "#ffffff").kind).toBe("poor");
    expect(contrastVerdict("#ffffff", "#000000").kind).toBe("inverted");
    const stops = [
      { at: 0, colour: "#000000" },
      { at: 1, colour: "#c9c2b0" },
    ];
    expect(contrastVerdict({ kind: "linear", stops }, "#ffffff").kind).toBe("poor");
  });
});

describe("geometry", () => {
  it("reads the box of the service's drawing and refuses others", () => {
    const svg = '<svg xmlns="x" width="1mm" viewBox="-5 -10 47 52" role="img">';
    expect(boxOfSvg(svg, 37)).toEqual({ left: -5, top: -10, width: 47, height: 52, side: 37 });
    expect(boxOfSvg("<svg>", 37)).toBeNull();
  });

  it("finds the symbol behind a frame with its bar above", () => {
    const frame = {
      text: "扫",
      side: "top",
      thickness_modules: 2,
      bar_modules: 6,
      radius_modules: 0,
      colour: "#000000",
      text_colour: "#ffffff",
    } as const;
    const box = boxOfDesign({ frame, quiet_zone_modules: 4 }, 25, 37, 41);
    expect([box.left, box.top]).toEqual([-6, -10]);
  });

  it("lays artwork as the service does: whole in its box, turned too", () => {
    const wide = { width_px: 400, height_px: 200 };
    expect(artworkSize(wide, placement, 40)).toEqual({ width: 20, height: 10 });
    const turned = artworkSize(wide, { ...placement, rotation_deg: 90 }, 40);
    expect(turned.width).toBeCloseTo(20, 9);
    expect(artworkSize(wide, { ...placement, fit: "cover" }, 40)).toEqual({
      width: 20,
      height: 20,
    });
  });

  it("keeps moved artwork on the symbol and snaps it to the middle", () => {
    expect(moved(placement, 0.4, -0.3, 37)).toMatchObject({ right_modules: 0, down_modules: 0 });
    expect(moved(placement, 900, -900, 37)).toMatchObject({
      right_modules: 18.5,
      down_modules: -18.5,
    });
    expect(resized(placement, 1e9, 37).scale).toBe(1);
    expect(resized(placement, 0, 37).scale).toBe(0.05);
  });

  it("measures millimetres as CSS does", () => {
    expect(pxOfMm(25.4)).toBe(96);
  });
});

describe("crop", () => {
  it("moves whole frames inside the artwork only", () => {
    const crop = { left: 0.2, top: 0.2, right: 0.6, bottom: 0.6 };
    expect(movedCrop(crop, "whole", 9, -9)).toEqual({ left: 0.6, top: 0, right: 1, bottom: 0.4 });
    expect(movedCrop(crop, "top_left", 9, 9)).toEqual({ ...crop, left: 0.55, top: 0.55 });
  });
});

describe("payload", () => {
  it("knows our links from other addresses and texts", () => {
    const link = digitalLink("dianjin.example", "6901234567892");
    expect(linkParts(link)?.gtin14).toBe("06901234567892");
    expect(payloadKind(link)).toBe("digital_link");
    expect(payloadKind("https://a.example/01/1")).toBe("url");
    expect(payloadKind("")).toBe("text");
  });

  it("checks trade item numbers by their check digit", () => {
    // GS1 General Specifications, 7.9: 629104150021 has the check digit 3.
    expect(isGtin("6291041500213")).toBe(true);
    expect(isGtin("6291041500214")).toBe(false);
    expect(isGtin("")).toBe(false);
  });
});

describe("schema", () => {
  const schema = {
    properties: {
      budget: { type: "integer", minimum: 0, maximum: 13 },
      design: { $ref: "#/$defs/Design" },
    },
    $defs: {
      Design: { properties: { frame: { anyOf: [{ $ref: "#/$defs/Frame" }, { type: "null" }] } } },
      Frame: { properties: { text: { type: "string", maxLength: 40 }, side: { enum: ["top"] } } },
    },
  };

  it("finds limits through references and options", () => {
    expect(rangeAt(schema, "budget")).toEqual({ min: 0, max: 13, whole: true });
    expect(longestAt(schema, "design.frame.text")).toBe(40);
    expect(choicesAt(schema, "design.frame.side")).toEqual(["top"]);
    expect(rangeAt(schema, "design.nothing.at_all")).toBeNull();
    expect(rangeAt({}, "budget")).toBeNull();
  });
});

describe("uploads", () => {
  const limits = { artwork_media_types: ["image/png"], artwork_bytes: 1024 * 1024 };

  it("are refused before they are sent", () => {
    expect(checkUpload({ type: "image/png", size: 0 }, limits)?.kind).toBe("empty");
    expect(checkUpload({ type: "text/html", size: 9 }, limits)?.kind).toBe("type");
    expect(checkUpload({ type: "image/png", size: 1024 * 1024 + 1 }, limits)?.kind).toBe("bytes");
    expect(checkUpload({ type: "image/png", size: 1024 * 1024 }, limits)).toBeNull();
  });
});

describe("problems", () => {
  it("are told apart, and named beside their field", () => {
    expect(studioProblem(new Offline("gone")).kind).toBe("offline");
    expect(studioProblem(new ApiProblem("x", 401, "", "", [], null, {})).kind).toBe("signed_out");
    expect(studioProblem(new ApiProblem("x", 429, "", "", [], 3, {}))).toEqual({
      kind: "busy",
      retryAfterS: 3,
    });
    expect(studioProblem("what").kind).toBe("broken");
    const errors = [{ field: "brief.design.dark.stops.0.colour", message: "too light" }];
    const document = { detail_zh: "design.dark.stops.0.colour：太浅" };
    const refused = studioProblem(new ApiProblem("x", 422, "t", "d", errors, null, document));
    expect(saidOf(refused, "design.dark")).toMatchObject({ en: "too light", zh: "太浅" });
    expect(saidOf(refused, "design.light")).toBeNull();
    expect(saidOf(null, "design.dark")).toBeNull();
  });
});

describe("words", () => {
  it("have the same values to fill in, in both languages", () => {
    const braces = (text: string): readonly string[] => (text.match(/\{\w+\}/g) ?? []).sort();
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) {
      expect(braces(en[key]), key).toEqual(braces(zh[key]));
    }
  });
});
