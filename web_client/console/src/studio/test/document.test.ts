import { describe, expect, it } from "vitest";

import { PLAIN_BRIEF, PLAIN_DESIGN } from "../model/brief";
import { briefFromJson, briefToJson, designFromJson, stableText } from "../model/brief_json";
import { applyEdit, NEW_DOCUMENT, shownPlacement, topicOf, type Edit } from "../model/document";
import { draftFromText, draftToText } from "../model/keep";

const artwork = { id: "a", name: "ring.png", width_px: 480, height_px: 240 };
const placement = {
  fit: "contain",
  scale: 0.7,
  rotation_deg: 10,
  crop: { left: 0.1, top: 0, right: 1, bottom: 1 },
  right_modules: 3,
  down_modules: -2,
} as const;

describe("document", () => {
  it("forgets the painting and the zone of the artwork before", () => {
    const painting = { id: "map", strokes: [] };
    const painted = applyEdit(
      { ...NEW_DOCUMENT, artwork, protected_artwork_id: "zone" },
      {
        kind: "painting",
        painting,
      },
    );
    expect(painted.painting).toBe(painting);
    const other = applyEdit(painted, { kind: "artwork", artwork: { ...artwork, id: "b" } });
    expect([other.painting, other.protected_artwork_id]).toEqual([null, null]);
  });

  it("leaves a ready-made outline of modules behind when another shape is chosen", () => {
    const modules = { shape: "path", size_share: 0.96, path: "M0 0H1V1H0Z" } as const;
    const design = { ...PLAIN_DESIGN, modules };
    const begonia = applyEdit(NEW_DOCUMENT, { kind: "preset", design });
    expect(begonia.brief.design.modules.path).toBe("M0 0H1V1H0Z");
    const smaller = applyEdit(begonia, { kind: "modules", patch: { size_share: 0.9 } });
    expect(smaller.brief.design.modules.path).toBe("M0 0H1V1H0Z");
    const dots = applyEdit(smaller, { kind: "modules", patch: { shape: "dot" } });
    expect(dots.brief.design.modules).toEqual({ shape: "dot", size_share: 0.9, path: "" });
  });

  it("never changes the document that was handed in", () => {
    const before = stableText(NEW_DOCUMENT);
    applyEdit(NEW_DOCUMENT, { kind: "finder", corner: "all", patch: { ring: "leaf" } });
    expect(stableText(NEW_DOCUMENT)).toBe(before);
  });

  it("changes one finder or all three", () => {
    const one = applyEdit(NEW_DOCUMENT, {
      kind: "finder",
      corner: "top_right",
      patch: { ring: "leaf" },
    });
    expect(one.brief.design.finders.top_right.ring).toBe("leaf");
    expect(one.brief.design.finders.top_left.ring).toBe("square");
    const all = applyEdit(one, { kind: "finder", corner: "all", patch: { pupil: "circle" } });
    expect(Object.values(all.brief.design.finders).map(({ pupil }) => pupil)).toEqual([
      "circle",
      "circle",
      "circle",
    ]);
    expect(all.brief.design.finders.top_right.ring).toBe("leaf");
  });

  it("keeps the artwork's place for each style by itself", () => {
    const moved = applyEdit(NEW_DOCUMENT, { kind: "placement", placement });
    const base = applyEdit(moved, { kind: "style", style: "base" });
    expect(shownPlacement(base, null)).toMatchObject({ fit: "cover", scale: 1 });
    expect(shownPlacement(applyEdit(base, { kind: "style", style: "dots" }), null)).toEqual(
      placement,
    );
  });

  it("stays on the version that is shown when artwork is placed by hand, until it is automatic", () => {
    const moved = applyEdit(NEW_DOCUMENT, { kind: "placement", placement, version: 6 });
    expect(moved.brief.version).toBe(6);
    expect(applyEdit(moved, { kind: "placement", placement, version: 9 }).brief.version).toBe(6);
    expect(applyEdit(moved, { kind: "placement", placement: null }).brief.version).toBeNull();
  });

  it("forgets the old artwork's place when another one comes", () => {
    const moved = applyEdit(NEW_DOCUMENT, { kind: "placement", placement });
    expect(applyEdit(moved, { kind: "artwork", artwork }).placements.dots).toBeNull();
  });

  it("fills the cells of connected modules, which would be refused otherwise", () => {
    const small = applyEdit(NEW_DOCUMENT, { kind: "modules", patch: { size_share: 0.8 } });
    const joined = applyEdit(small, { kind: "modules", patch: { shape: "connected" } });
    expect(joined.brief.design.modules.size_share).toBe(1);
  });

  it("asks for level Q when a seal is set on dots, unless a level was chosen", () => {
    const logo = {
      width_share: 0.16,
      shape: "rounded" as const,
      margin_modules: 0.5,
      ground: null,
      text: "正品",
      text_colour: "#000000",
    };
    expect(applyEdit(NEW_DOCUMENT, { kind: "seal", logo }).brief.level).toBe("Q");
    const chosen = applyEdit(NEW_DOCUMENT, { kind: "brief", patch: { level: "H" } });
    expect(applyEdit(chosen, { kind: "seal", logo }).brief.level).toBe("H");
  });

  it("resets a section and leaves the others alone", () => {
    const edits: readonly Edit[] = [
      { kind: "design", patch: { dark: "#0a4630", quiet_zone_modules: 7 } },
      { kind: "brief", patch: { budget: 2, version: 6 } },
    ];
    const edited = edits.reduce(applyEdit, NEW_DOCUMENT);
    const reset = applyEdit(edited, { kind: "reset", section: "look" });
    expect(reset.brief.design.dark).toBe(PLAIN_DESIGN.dark);
    expect(reset.brief.design.quiet_zone_modules).toBe(7);
    expect(reset.brief.budget).toBe(2);
    expect(applyEdit(reset, { kind: "reset", section: "content" }).brief.version).toBeNull();
    expect(applyEdit(reset, { kind: "reset", section: "advanced" }).brief.budget).toBe(0);
  });

  it("joins moves of one control and tells controls apart", () => {
    const scale: Edit = { kind: "base", patch: { margin: 0.1 } };
    expect(topicOf(scale)).toBe(topicOf({ kind: "base", patch: { margin: 0.2 } }));
    expect(topicOf(scale)).not.toBe(topicOf({ kind: "base", patch: { spread: 0.2 } }));
  });
});

describe("brief as JSON", () => {
  it("reads nothing as the plain brief", () => {
    expect(briefFromJson({})).toEqual({ brief: PLAIN_BRIEF, placement: null });
    expect(briefFromJson(null).brief).toEqual(PLAIN_BRIEF);
  });

  it("fills what a stored design leaves out, also deep inside", () => {
    const design = designFromJson({
      finders: { top_left: { ring: "leaf" } },
      frame: { text: "扫码" },
      logo: { width_share: 0.2 },
    });
    expect(design.finders.top_left).toMatchObject({ ring: "leaf", pupil: "square" });
    expect(design.frame).toMatchObject({ text: "扫码", bar_modules: 6 });
    expect(design.logo).toMatchObject({ width_share: 0.2, text: "", ground: null });
  });

  it("gives back an equal brief and placement", () => {
    const sent = JSON.parse(JSON.stringify(briefToJson(PLAIN_BRIEF, placement))) as unknown;
    expect(briefFromJson(sent)).toEqual({ brief: PLAIN_BRIEF, placement });
  });

  it("names the same content alike, whatever the order of its keys", () => {
    expect(stableText({ a: 1, b: { c: 2, d: 3 } })).toBe(stableText({ b: { d: 3, c: 2 }, a: 1 }));
  });
});

describe("draft", () => {
  it("comes back equal", () => {
    const document = [
      { kind: "artwork", artwork } as const,
      { kind: "placement", placement } as const,
    ].reduce<typeof NEW_DOCUMENT>(applyEdit, NEW_DOCUMENT);
    const draft = { document, template: { id: "t", name: "瓶贴", revision: 3 } };
    expect(draftFromText(draftToText(draft))).toEqual(draft);
  });

  it.each([null, "", "{", "[]", '{"payload": 3}', '"text"'])("is no draft: %s", (text) => {
    expect(draftFromText(text)).toBeNull();
  });
});
