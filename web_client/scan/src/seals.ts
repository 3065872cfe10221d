import { svg } from "./dom";
import type { Language } from "./i18n";
import { GLYPHS } from "./seal_glyphs";
import type { SealShape, VerdictScreen } from "./verdict";

/**
 * The seals of the verdicts, carved words and all. Each shape has its own silhouette, so that it is
 * understood without its colour: whole square, square broken in two, open ring, octagon.
 */
type Lines = readonly string[];
type SealWord = VerdictScreen["word"];

/** What is carved: the seal's word in rows. */
function carvedLines(word: SealWord, language: Language): Lines {
  const chinese = language === "zh-CN";
  switch (word) {
    case "seal.genuine":
      return chinese ? ["正品"] : ["GENUINE"];
    case "seal.not_genuine":
      return chinese ? ["警惕", "假冒"] : ["BEWARE", "OF FAKES"];
    case "seal.unsure":
      return chinese ? ["无法", "判定"] : ["CANNOT", "TELL"];
    case "seal.recalled":
      return chinese ? ["已召回"] : ["RECALLED"];
    case "seal.expired":
      return chinese ? ["已过期"] : ["EXPIRED"];
    default:
      return word satisfies never;
  }
}

/** Em boxes are 1000 units; Latin capitals stand on the lower part of theirs. */
const EM = 1000;
const LATIN_TOP = 147;
const LATIN_HEIGHT = 735;
const LATIN_SPACE = 260;
const LATIN_TRACKING = 30;
const CHINESE_TRACKING = 60;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Row {
  readonly glyphs: SVGGElement;
  readonly width: number;
  readonly top: number;
  readonly height: number;
}

/** The glyphs of one row side by side, in em units. */
function setRow(text: string): Row {
  const latin = isLatin(text);
  const tracking = latin ? LATIN_TRACKING : CHINESE_TRACKING;
  const glyphs = svg("g");
  let x = 0;
  for (const character of text) {
    const glyph = GLYPHS[character];
    if (glyph === undefined) {
      x += LATIN_SPACE;
      continue;
    }
    glyphs.append(svg("path", { d: glyph.path, transform: `translate(${x} 0)` }));
    x += glyph.advance + tracking;
  }
  const [top, height] = latin ? [LATIN_TOP, LATIN_HEIGHT] : [0, EM];
  return { glyphs, width: x - tracking, top, height };
}

/** The words in their boxes, all at the one largest scale that fits every box. */
function carved(lines: Lines, boxes: readonly Box[], kind: string): SVGGElement[] {
  const rows = lines.flatMap((line, at) => {
    const box = boxes[at];
    return box === undefined ? [] : [{ row: setRow(line), box }];
  });
  const scale = Math.min(
    ...rows.map(({ row, box }) => Math.min(box.width / row.width, box.height / row.height)),
  );
  return rows.map(({ row, box }) => {
    const x = box.x + (box.width - row.width * scale) / 2;
    const y = box.y + (box.height - row.height * scale) / 2 - row.top * scale;
    const place = `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${scale.toFixed(5)})`;
    return svg("g", { class: kind, transform: place }, row.glyphs);
  });
}

function isLatin(text: string): boolean {
  return /^[A-Z ]+$/.test(text);
}

/** A square seal's slightly worn edge, drawn once by hand; 200 units wide, 12 off each side. */
const WORN_SQUARE =
  "M26 13C60 11 92 14 126 12 146 11 166 12 176 14 184 16 188 20 188 28 190 62 186 96 189 130 " +
  "190 150 188 166 187 174 185 184 180 188 170 188 136 190 104 186 70 189 50 190 34 188 25 187 " +
  "16 185 12 180 12 171 10 138 14 104 11 70 10 50 12 36 13 27 14 18 18 14 26 13Z";

function wholeSeal(lines: Lines): SVGElement[] {
  const latin = isLatin(lines[0] ?? "");
  const box = latin
    ? { x: 31, y: 62, width: 138, height: 48 }
    : { x: 34, y: 44, width: 132, height: 76 };
  const check_y = latin ? 134 : 148;
  return [
    svg("path", { class: "seal-body", d: WORN_SQUARE }),
    svg("rect", { class: "seal-rule", x: "23", y: "23", width: "154", height: "154", rx: "7" }),
    ...carved(lines, [box], "seal-carved"),
    svg("path", { class: "seal-tick", d: `M86 ${check_y}l11 11 20-22` }),
  ];
}

/** The crack runs between the two rows of words, so that both stay whole. */
const CRACK = "12 104 40 96 58 107 84 94 104 105 128 92 150 103 168 93 189 98";

function brokenSeal(lines: Lines): SVGElement[] {
  const upper = `M26 13C60 11 92 14 126 12 146 11 166 12 176 14 184 16 188 20 188 28L189 98 168 93 150 103 128 92 104 105 84 94 58 107 40 96 12 104C11 76 12 46 13 27 14 18 18 14 26 13Z`;
  const lower = `M${CRACK}L188 168C186 184 180 188 170 188 136 190 104 186 70 189 50 190 34 188 25 187 16 185 12 180 12 171Z`;
  const boxes = [
    { x: 27, y: 25, width: 146, height: 62 },
    { x: 27, y: 114, width: 146, height: 62 },
  ];
  const [first, second] = carved(lines, boxes, "seal-carved");
  const half = (turn: string, edge: string, word: SVGGElement | undefined): SVGGElement =>
    svg("g", { transform: turn }, svg("path", { class: "seal-body", d: edge }), word ?? null);
  return [
    half("translate(-4 -6) rotate(-3 100 60)", upper, first),
    half("translate(6 9) rotate(4.5 100 150)", lower, second),
  ];
}

function openSeal(lines: Lines): SVGElement[] {
  // An arc of 292 degrees: the ring is left open at its upper right.
  const ring = svg("path", { class: "seal-ring", d: "M150.6 40.3A78 78 0 1 0 172.4 72" });
  // Latin words are wider than Chinese ones and take the room of the inner ring.
  if (isLatin(lines[0] ?? "")) {
    const box = { x: 40, width: 120, height: 30 };
    const tops = lines.length === 1 ? [85] : [66, 104];
    return [
      ring,
      ...carved(
        lines,
        tops.map((y) => ({ ...box, y })),
        "seal-inked",
      ),
    ];
  }
  const inner = svg("path", { class: "seal-ring-thin", d: "M142 55.6A61 61 0 1 0 156.6 77" });
  const boxes =
    lines.length === 1
      ? [{ x: 46, y: 70, width: 108, height: 60 }]
      : [
          { x: 52, y: 48, width: 96, height: 48 },
          { x: 52, y: 103, width: 96, height: 48 },
        ];
  return [ring, inner, ...carved(lines, boxes, "seal-inked")];
}

function stopSeal(lines: Lines): SVGElement[] {
  const octagon = "M64 12H136L188 64V136L136 188H64L12 136V64Z";
  const rule = "M68.6 23H131.4L177 68.6V131.4L131.4 177H68.6L23 131.4V68.6Z";
  return [
    svg("path", { class: "seal-body", d: octagon }),
    svg("path", { class: "seal-rule", d: rule }),
    ...carved(lines, [{ x: 31, y: 56, width: 138, height: 60 }], "seal-carved"),
    svg("path", { class: "seal-tick", d: "M100 129v16M100 159v.5" }),
  ];
}

function parts(shape: SealShape, lines: Lines): SVGElement[] {
  switch (shape) {
    case "whole":
      return wholeSeal(lines);
    case "broken":
      return brokenSeal(lines);
    case "open":
      return openSeal(lines);
    case "stop":
      return stopSeal(lines);
    default:
      return shape satisfies never;
  }
}

/** The seal of a verdict; its word is said by the heading beside it, so it is decoration. */
export function verdictSeal(screen: VerdictScreen, language: Language): SVGSVGElement {
  const lines = carvedLines(screen.word, language);
  return svg(
    "svg",
    { class: `seal seal-${screen.shape}`, viewBox: "0 0 200 200", "aria-hidden": "true" },
    ...parts(screen.shape, lines),
  );
}
