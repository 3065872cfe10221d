import { describe, expect, it } from "vitest";
import { cameraProblem, isInAppBrowser, nextLens } from "../src/camera";
import { groupByFour, shanghaiTime } from "../src/format";
import { pictureRect, rectQuad, searchFrame, viewQuad, visiblePart } from "../src/geometry";
import { roughPlace } from "../src/place";
import type { Sighting } from "../src/reader";
import { judge } from "../src/scanner";

const FRAME = { x: 100, y: 100, width: 200, height: 200 };
const OWN = "https://dianjin.example/01/06901234567892/21/7K3M9QRTVW2X4Y6Z8ABC";
const OTHER = "https://dianjin.example/01/06901234567892/21/AAAA9QRTVW2X4Y6Z8ABC";
const FOREIGN = "https://prize.example.net/";

function seen(...codes: (readonly [string | null, number, number])[]): Sighting {
  return {
    codes: codes.map(([text, x, y]) => ({
      text,
      corners_px: rectQuad({ x: x - 20, y: y - 20, width: 40, height: 40 }),
    })),
    luma_mean: 120,
    glare_share: 0,
    motion: 0,
    symbol_share: null,
  };
}
const judged = (
  sighting: Sighting,
): { own: string | null; own_codes: number; foreign: boolean } => {
  const { own, own_codes, foreign } = judge(sighting, FRAME, "verify.example");
  const payload = own?.payload.kind === "query" ? own.payload.payload : null;
  return { own: payload, own_codes, foreign: foreign !== null };
};

describe("what a picture means", () => {
  it("nothing when nothing was read", () => {
    expect(judged(seen())).toEqual({ own: null, own_codes: 0, foreign: false });
    expect(judged(seen([null, 200, 200]))).toEqual({ own: null, own_codes: 0, foreign: false });
  });

  it("one code of ours, wherever it stands", () => {
    expect(judged(seen([OWN, 5, 5])).own).toBe(OWN);
  });

  it("our code when a foreign one stands beside it", () => {
    expect(judged(seen([FOREIGN, 200, 200], [OWN, 5, 5]))).toEqual({
      own: OWN,
      own_codes: 1,
      foreign: false,
    });
  });

  it("the one in the frame when there are several of ours", () => {
    expect(judged(seen([OTHER, 5, 5], [OWN, 200, 200])).own).toBe(OWN);
  });

  it("none when two of ours stand in the frame: the person is asked to choose", () => {
    expect(judged(seen([OTHER, 150, 150], [OWN, 250, 250]))).toEqual({
      own: null,
      own_codes: 2,
      foreign: false,
    });
  });

  it("one code when the same one was read twice", () => {
    expect(judged(seen([OWN, 150, 150], [OWN, 250, 250])).own).toBe(OWN);
  });

  it("foreign when only foreign codes were read", () => {
    expect(judged(seen([FOREIGN, 200, 200])).foreign).toBe(true);
  });
});

describe("picture and screen", () => {
  const picture = { width: 1280, height: 720 };
  const view = { width: 390, height: 844 };

  it("cover shows the middle of a wide picture on a tall screen", () => {
    // 720 rows fill 844 px, so 390 px show 390 * 720 / 844 = 332.7 columns.
    const part = visiblePart(picture, view);
    expect(part.height).toBeCloseTo(720, 9);
    expect(part.width).toBeCloseTo(332.7014, 3);
    expect(part.x).toBeCloseTo((1280 - 332.7014) / 2, 3);
  });

  it("a rectangle goes to the picture and back", () => {
    const frame = searchFrame(view);
    const back = viewQuad(rectQuad(pictureRect(frame, picture, view)), picture, view);
    expect(back[0].x).toBeCloseTo(frame.x, 6);
    expect(back[2].y).toBeCloseTo(frame.y + frame.height, 6);
  });

  it.each([
    [390, 844],
    [360, 640],
    [844, 390],
    [1440, 900],
  ])("the search frame stays on a %i x %i screen", (width, height) => {
    const frame = searchFrame({ width, height });
    expect(frame.x).toBeGreaterThanOrEqual(0);
    expect(frame.y).toBeGreaterThanOrEqual(0);
    expect(frame.x + frame.width).toBeLessThanOrEqual(width);
    expect(frame.y + frame.height).toBeLessThanOrEqual(height);
  });
});

describe("camera", () => {
  const SAFARI = "Mozilla/5.0 (iPhone) AppleWebKit/605 Version/18.0 Safari/604";
  const WECHAT = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50";

  it.each([
    ["NotAllowedError", SAFARI, "denied"],
    ["NotAllowedError", WECHAT, "in_app"],
    ["NotFoundError", SAFARI, "no_camera"],
    ["OverconstrainedError", SAFARI, "no_camera"],
    ["NotReadableError", SAFARI, "busy"],
    ["TypeError", SAFARI, "unsupported"],
  ])("%s on %s is %s", (name, agent, problem) => {
    expect(cameraProblem(name, agent)).toBe(problem);
  });

  it("knows in-app browsers", () => {
    expect([isInAppBrowser(WECHAT), isInAppBrowser(SAFARI)]).toEqual([true, false]);
  });

  it("goes round the lenses and stays with a single one", () => {
    expect(nextLens([], null)).toBeNull();
    expect(nextLens(["a"], "a")).toBeNull();
    expect(nextLens(["a", "b"], "a")).toBe("b");
    expect(nextLens(["a", "b"], "b")).toBe("a");
  });
});

describe("words", () => {
  it("times are Shanghai's, also across midnight", () => {
    expect(shanghaiTime("2026-11-22T00:47:59Z")).toBe("2026-11-22 08:47");
    expect(shanghaiTime("2026-12-31T16:00:00+00:00")).toBe("2027-01-01 00:00");
    expect(shanghaiTime("soon")).toBe("soon");
  });

  it("codes are grouped by four", () => {
    expect(groupByFour("7K3M9QRTVW2X4Y6Z8ABC")).toBe("7K3M 9QRT VW2X 4Y6Z 8ABC");
  });

  it("a place is sent no finer than a hundredth of a degree", () => {
    expect(roughPlace(30.24567, 120.15432, 12)).toEqual({
      latitude: 30.25,
      longitude: 120.15,
      accuracy_m: 1000,
    });
  });
});
