/** What a code says: any text, or a GS1 Digital Link of one item. */

export type PayloadKind = "url" | "digital_link" | "text";

/** A link of ours: https://host/01/GTIN14/21/SERIAL. */
const DIGITAL_LINK = /^https?:\/\/([^/]+)\/01\/(\d{14})\/21\/([A-Za-z0-9]{1,20})$/;
const EXAMPLE_SERIAL = "7K3P9QX2M4ND8RVT6WHC";

export interface LinkParts {
  readonly host: string;
  readonly gtin14: string;
  readonly serial: string;
}

export function linkParts(payload: string): LinkParts | null {
  const [, host, gtin14, serial] = DIGITAL_LINK.exec(payload) ?? [];
  if (host === undefined || gtin14 === undefined || serial === undefined) return null;
  return { host, gtin14, serial };
}

export function payloadKind(payload: string): PayloadKind {
  if (linkParts(payload) !== null) return "digital_link";
  return /^https?:\/\//i.test(payload) ? "url" : "text";
}

/** The link that an item of a product will carry; the serial is an example of the right length. */
export function digitalLink(host: string, gtin: string): string {
  return `https://${host}/01/${gtin.padStart(14, "0")}/21/${EXAMPLE_SERIAL}`;
}

/** GTIN-14 check digit of the GS1 General Specifications, 7.9. */
export function isGtin(text: string): boolean {
  if (!/^(\d{8}|\d{12}|\d{13}|\d{14})$/.test(text)) return false;
  const digits = Array.from(text.padStart(14, "0"), Number);
  const sum = digits
    .slice(0, 13)
    .reduce((all, digit, at) => all + digit * (at % 2 === 0 ? 3 : 1), 0);
  return (10 - (sum % 10)) % 10 === digits[13];
}
