import { describe, expect, it } from "vitest";
import { openCaller } from "../src/api";
import {
  AFTER_MS,
  cameraQuad,
  EVERY_MS,
  MOST_TRIES,
  NO_TURNS,
  sharpnessOf,
  turnOf,
  type Turns,
} from "../src/second_reader";

/** A search that began at 1000 ms and is looked at `searching_ms` later. */
function at(searching_ms: number, awake = true): Parameters<typeof turnOf>[1] {
  return { now_ms: 1000 + searching_ms, searching_ms, awake };
}

describe("when the server is asked", () => {
  it("never while the phone has not had its chance", () => {
    expect(turnOf(NO_TURNS, at(0))).toEqual({ keep: false, send: false });
    expect(turnOf(NO_TURNS, at(AFTER_MS - 1))).toEqual({ keep: false, send: false });
  });

  it("after several pictures, of which the best is sent", () => {
    expect(turnOf(NO_TURNS, at(AFTER_MS))).toEqual({ keep: true, send: false });
    expect(turnOf(NO_TURNS, at(AFTER_MS + EVERY_MS))).toEqual({ keep: true, send: true });
  });

  it("again only after a pause, and one picture at a time", () => {
    const turns: Turns = { ...NO_TURNS, tries: 1, last_ms: 1000 + AFTER_MS + EVERY_MS };
    expect(turnOf(turns, at(AFTER_MS + 2 * EVERY_MS - 1)).send).toBe(false);
    expect(turnOf(turns, at(AFTER_MS + 2 * EVERY_MS)).send).toBe(true);
    expect(turnOf({ ...turns, asking: true }, at(60_000))).toEqual({ keep: false, send: false });
  });

  it("not for ever, not where it is refused, not while nobody looks", () => {
    const late = at(60_000);
    expect(turnOf({ ...NO_TURNS, tries: MOST_TRIES - 1 }, late).send).toBe(true);
    expect(turnOf({ ...NO_TURNS, tries: MOST_TRIES }, late).send).toBe(false);
    expect(turnOf({ ...NO_TURNS, refused: true }, late).send).toBe(false);
    expect(turnOf(NO_TURNS, at(60_000, false)).send).toBe(false);
  });
});

function pixels(side: number, grey: (x: number, y: number) => number): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(side * side * 4);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1)
      rgba.fill(grey(x, y), (y * side + x) * 4, (y * side + x + 1) * 4);
  }
  return rgba;
}

describe("sharpness", () => {
  it("is none of nothing and of a plain surface", () => {
    expect(sharpnessOf(new Uint8ClampedArray(0), 0, 0)).toBe(0);
    expect(
      sharpnessOf(
        pixels(16, () => 90),
        16,
        16,
      ),
    ).toBe(0);
  });

  it("falls when the same edge is spread over more pixels", () => {
    const edge =
      (width: number) =>
      (x: number): number =>
        Math.max(0, Math.min(255, ((x - 16) / width + 0.5) * 255));
    const sharp = sharpnessOf(pixels(32, edge(1)), 32, 32);
    const soft = sharpnessOf(pixels(32, edge(8)), 32, 32);
    expect(sharp).toBeGreaterThan(4 * soft);
  });
});

describe("what the server answers", () => {
  const caller = (response: Response | Error): ReturnType<typeof openCaller> =>
    openCaller("install-0001", () =>
      response instanceof Error ? Promise.reject(response) : Promise.resolve(response),
    );
  const photo = new Blob(["jpeg"]);
  const corners_px = [
    [10, 20],
    [30, 20],
    [30, 40],
    [10, 40],
  ];

  it("is moved into the camera's picture", async () => {
    const body = { codes: [{ text: "T", corners_px }] };
    const outcome = await caller(Response.json(body)).read(photo);
    expect(outcome.kind).toBe("codes");
    if (outcome.kind !== "codes" || outcome.codes[0] === undefined) return;
    const cut = { part: { x: 100, y: 7, width: 800, height: 1600 }, scale: 0.5 };
    expect(cameraQuad(outcome.codes[0].corners_px, cut)).toEqual([
      { x: 120, y: 47 },
      { x: 160, y: 47 },
      { x: 160, y: 87 },
      { x: 120, y: 87 },
    ]);
  });

  it("is told apart: switched off, not now, out of reach, another page", async () => {
    const kindOf = async (response: Response | Error): Promise<string> =>
      (await caller(response).read(photo)).kind;
    expect(await kindOf(new Response("{}", { status: 404 }))).toBe("refused");
    expect(await kindOf(new Response("{}", { status: 429 }))).toBe("not_now");
    expect(await kindOf(new Response("{}", { status: 503 }))).toBe("not_now");
    expect(await kindOf(new Response("<html>"))).toBe("not_now");
    expect(await kindOf(Response.json({ codes: [{ text: 3, corners_px }] }))).toBe("not_now");
    expect(await kindOf(new TypeError("network"))).toBe("unreachable");
  });

  it("sends no id of the person: a picture that is only read is nobody's query", async () => {
    let sent: RequestInit = {};
    const asked = openCaller("install-0001", (_, init) => {
      sent = init ?? {};
      return Promise.resolve(Response.json({ codes: [] }));
    });
    await asked.read(photo);
    expect(sent.headers).toBeUndefined();
  });
});
