import { describe, expect, it } from "vitest";

import { loginPath, returnPath } from "../src/session/return_path";
import { permits, restored } from "../src/session/session";

const stored = (changes: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify({
    token: "t",
    login: "lin.wen",
    expiresAtMs: 2_000,
    subject: { permissions: ["studio.read"] },
    ...changes,
  });

describe("restored", () => {
  it("gives back a session that is not over", () => {
    expect(restored(stored(), 1_999)?.login).toBe("lin.wen");
  });

  it.each([
    ["nothing", null],
    ["no JSON", "{"],
    ["something else", "[]"],
    ["no token", stored({ token: 7 })],
    ["no permissions", stored({ subject: null })],
    ["over", stored({ expiresAtMs: 1_000 })],
  ])("gives nothing for %s", (_, text) => {
    expect(restored(text, 1_000)).toBeNull();
  });
});

describe("returnPath", () => {
  it.each([
    [null, "/studio"],
    ["/runs?run=1", "/runs?run=1"],
    ["/login", "/studio"],
    ["//evil.example/x", "/studio"],
    ["https://evil.example", "/studio"],
    ["/\\evil.example", "/studio"],
    ["javascript:alert(1)", "/studio"],
  ])("%s leads to %s", (next, path) => {
    expect(returnPath(next)).toBe(path);
  });

  it("is carried whole through the login's address", () => {
    const address = new URL(`http://x${loginPath("/codes?state=VOID&view=codes")}`);
    expect(returnPath(address.searchParams.get("next"))).toBe("/codes?state=VOID&view=codes");
    expect(loginPath("/")).toBe("/login");
  });
});

describe("permits", () => {
  it("asks for the permission itself or for all of them", () => {
    expect(permits(["studio.read"], "studio.read")).toBe(true);
    expect(permits(["*"], "studio.order")).toBe(true);
    expect(permits(["studio.read"], "studio.order")).toBe(false);
    expect(permits([], "studio.read")).toBe(false);
  });
});
