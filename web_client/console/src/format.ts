/** Numbers, dates, sizes and codes as people read them; dates always in Asia/Shanghai. */
const NUMBER = new Intl.NumberFormat("en-US");
const RATE = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });
const DATE_TIME = new Intl.DateTimeFormat("en-CA", {
  timeZone: "Asia/Shanghai",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

export function numberText(value: number): string {
  return NUMBER.format(value);
}

/** Three digits that count: 0.472, 47.2, 4,720. */
export function rateText(value: number): string {
  return RATE.format(value);
}

/** 2026-11-22 08:47 */
export function dateTimeText(iso: string | null): string {
  if (iso === null) return "—";
  const parts = Object.fromEntries(
    DATE_TIME.formatToParts(new Date(iso)).map((part) => [part.type, part.value]),
  );
  const { year = "", month = "", day = "", hour = "", minute = "" } = parts;
  return `${year}-${month}-${day} ${hour}:${minute}`;
}

/** 20261122, the day in Asia/Shanghai, for proposed numbers. */
export function dayDigits(atMs: number): string {
  return dateTimeText(new Date(atMs).toISOString()).slice(0, 10).replaceAll("-", "");
}

const BYTE_UNITS = ["B", "KB", "MB", "GB"] as const;

export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? numberText(value) : value.toFixed(1)} ${BYTE_UNITS[unit] ?? "B"}`;
}

/** 0123 4567 89AB: what is read aloud is read in fours. */
export function groupedCode(code: string): string {
  return code.replace(/(.{4})(?=.)/g, "$1 ");
}

export interface Span {
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
}

export function spanOf(wholeS: number): Span {
  const left = Math.max(0, Math.round(wholeS));
  return {
    hours: Math.floor(left / 3600),
    minutes: Math.floor((left % 3600) / 60),
    seconds: left % 60,
  };
}
