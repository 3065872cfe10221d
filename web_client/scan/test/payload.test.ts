import { describe, expect, it } from "vitest";
import { classifyPayload, payloadOfAddress } from "../src/payload";

const OWN = "verify.example";
const CODE = "7K3M9QRTVW2X4Y6Z8ABC";

describe("a code is sent to the server only when it has the form of ours", () => {
  it.each([
    ["digital link", `https://dianjin.example/01/06901234567892/21/${CODE}`],
    ["digital link with lot", `https://dianjin.example/01/06901234567892/10/L1/21/${CODE}`],
    [
      "digital link with stem and query",
      `https://a.example/x/01/06901234567892/21/${CODE}?17=290331`,
    ],
    ["bare code", CODE],
    ["grouped, lower case", "7k3m 9qrt-vw2x 4y6z 8abc"],
    ["full-width digits", CODE.replace("7", "７").replace("3", "３")],
  ])("%s", (_name, text) => {
    expect(classifyPayload(text, OWN)).toEqual({ kind: "query", payload: text });
  });

  it("shows the host of another site and never sends it", () => {
    expect(classifyPayload("https://prize.example.net/win?id=1", OWN)).toEqual({
      kind: "foreign_link",
      host: "prize.example.net",
      url: "https://prize.example.net/win?id=1",
    });
  });

  it("shows the real host when an address pretends to be ours before an @", () => {
    const found = classifyPayload("https://verify.example@evil.example.net/a", OWN);
    expect(found).toMatchObject({ kind: "foreign_link", host: "evil.example.net" });
  });

  it("shows a look-alike host in its xn-- form", () => {
    // U+0435 is a Cyrillic e; Python encodes the name in Punycode (RFC 3492) as vrify-zwe.
    const found = classifyPayload("https://v\u0435rify.example/a", OWN);
    expect(found).toMatchObject({ kind: "foreign_link", host: "xn--vrify-zwe.example" });
  });

  it.each([
    ["wifi", "WIFI:T:WPA;S:home;P:secret;;"],
    ["payment", "wxp://f2f0abcdef"],
    ["script", "javascript:alert(1)"],
    ["too short a code", "7K3M9QRT"],
  ])("%s is foreign text and stays on the phone", (_name, text) => {
    expect(classifyPayload(text, OWN)).toEqual({ kind: "foreign_text", text });
  });

  it.each([
    ["empty", ""],
    ["control characters", `${CODE.slice(0, 10)}\u0000${CODE.slice(10)}`],
    ["line break", `https://dianjin.example/01/06901234567892/21/${CODE}\n`],
    ["no address", "https://"],
    ["our host without a code", `https://${OWN}/about`],
    ["product without a serial", "https://dianjin.example/01/06901234567892"],
    ["endless", `https://a.example/${"a".repeat(5000)}`],
  ])("%s is malformed", (_name, text) => {
    expect(classifyPayload(text, OWN)).toEqual({ kind: "malformed" });
  });
});

describe("the address of the page", () => {
  it("is a payload when it is a printed link; queries and fragments are left out", () => {
    const address = new URL(`https://dianjin.example/01/06901234567892/21/${CODE}?utm=x#y`);
    expect(payloadOfAddress(address)).toBe(`https://dianjin.example/01/06901234567892/21/${CODE}`);
  });

  it("is none on the front page", () => {
    expect(payloadOfAddress(new URL("https://dianjin.example/"))).toBeNull();
  });
});
