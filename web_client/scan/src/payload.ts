/**
 * What a code holds, judged on the phone before anything is sent.
 *
 * Only what has the form of a product code goes to the server; other people's addresses and texts
 * stay on the phone. Whether a host is ours is the server's to say.
 */
export type Payload =
  | { readonly kind: "query"; readonly payload: string }
  | { readonly kind: "foreign_link"; readonly host: string; readonly url: string }
  | { readonly kind: "foreign_text"; readonly text: string }
  | { readonly kind: "malformed" };

/** Longest payload that is looked at; a QR code of ours holds about 60 characters. */
const MAX_PAYLOAD_CHARS = 4096;
const PRINTED_CODE_CHARS = 20;
const DIGITAL_LINK_PATH = /\/01\/[^/]+(?:\/(?:22|10)\/[^/]+)*\/21\/[^/]*\/?$/;
const PRODUCT_PATH = /\/01\/\d+(?:\/|$)/;

/** A code typed or printed alone: 20 letters and digits, groups and full-width forms allowed. */
function isPrintedCode(text: string): boolean {
  const folded = text.normalize("NFKC").replace(/[\s-]/g, "");
  return folded.length === PRINTED_CODE_CHARS && /^[0-9A-Za-z]+$/.test(folded);
}

function hasControlCharacters(text: string): boolean {
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (point < 0x20 || (point >= 0x7f && point < 0xa0)) return true;
  }
  return false;
}

export function classifyPayload(text: string, ownHost: string): Payload {
  if (text.length === 0 || text.length > MAX_PAYLOAD_CHARS) return { kind: "malformed" };
  if (hasControlCharacters(text)) return { kind: "malformed" };
  if (isPrintedCode(text)) return { kind: "query", payload: text };
  if (!/^https?:\/\//i.test(text)) return { kind: "foreign_text", text };
  const url = parseUrl(text);
  if (url === null) return { kind: "malformed" };
  if (DIGITAL_LINK_PATH.test(url.pathname)) return { kind: "query", payload: text };
  if (url.host === ownHost || PRODUCT_PATH.test(url.pathname)) return { kind: "malformed" };
  return { kind: "foreign_link", host: url.host, url: url.href };
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** The payload in the address of this page, when a phone's own camera opened a printed code. */
export function payloadOfAddress(address: URL): string | null {
  return DIGITAL_LINK_PATH.test(address.pathname) ? `${address.origin}${address.pathname}` : null;
}
