import { describe, expect, it } from "vitest";

import { addressOf, ApiProblem, Offline } from "../src/api/client";
import { problemOf } from "../src/api/problem";
import { idOf, merged } from "../src/api/use_list";
import { refusalOf, secondsLeft } from "../src/login/refusal";

describe("problemOf", () => {
  it("reads a problem document", () => {
    const problem = problemOf(
      422,
      {
        type: "/problems/invalid",
        title: "请求内容不合要求",
        status: 422,
        detail: "这些字段不合要求",
        errors: [{ field: "number", message: "必填" }, "noise"],
      },
      null,
    );
    expect(problem).toMatchObject({ slug: "invalid", status: 422, retryAfterS: null });
    expect(problem.errors).toEqual([{ field: "number", message: "必填" }]);
  });

  it.each([[null], ["<html>502</html>"], [[]], [{ type: 3, errors: "x" }]])(
    "makes something of a body that is no problem document: %j",
    (body) => {
      expect(problemOf(502, body)).toMatchObject({ slug: "status-502", title: "HTTP 502" });
    },
  );

  it("takes the wait from the document, else from the header, else none", () => {
    expect(problemOf(429, { retry_after_s: 12 }, "99").retryAfterS).toBe(12);
    expect(problemOf(429, {}, "30").retryAfterS).toBe(30);
    expect(problemOf(429, {}, "Sun, 22 Nov 2026 08:00:00 GMT").retryAfterS).toBeNull();
  });
});

describe("addressOf", () => {
  it("leaves out what is not asked for and escapes the rest", () => {
    expect(addressOf("/v1/codes", {})).toBe("/v1/codes");
    expect(addressOf("/v1/codes", { q: "", state: null, limit: 5, name: "a&b=茶" })).toBe(
      "/v1/codes?limit=5&name=a%26b%3D%E8%8C%B6",
    );
  });
});

describe("refusalOf", () => {
  const problem = (status: number, retryAfterS: number | null = null) =>
    new ApiProblem("x", status, "", "", [], retryAfterS, {});

  it.each([
    [new Offline(""), "offline"],
    [problem(401), "wrong"],
    [problem(422), "wrong"],
    [problem(429, 40), "locked"],
    [problem(503), "failed"],
    [new Error("bug"), "failed"],
  ] as const)("%s is %s", (error, kind) => {
    expect(refusalOf(error, 0).kind).toBe(kind);
  });

  it("counts a lock down to zero and not below", () => {
    const locked = refusalOf(problem(429, 40), 1_000);
    expect([1_000, 21_500, 41_000, 99_000].map((now) => secondsLeft(locked, now))).toEqual([
      40, 20, 0, 0,
    ]);
    expect(secondsLeft(null, 0)).toBe(0);
  });
});

describe("merged", () => {
  it("puts the fresh rows first and keeps the older ones once", () => {
    const held = [
      { id: "b", n: 1 },
      { id: "a", n: 1 },
    ];
    const fresh = [
      { id: "c", n: 2 },
      { id: "b", n: 2 },
    ];
    expect(merged(fresh, held, idOf)).toEqual([
      { id: "c", n: 2 },
      { id: "b", n: 2 },
      { id: "a", n: 1 },
    ]);
    expect(merged([], [], idOf)).toEqual([]);
  });
});
