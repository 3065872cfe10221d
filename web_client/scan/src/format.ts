/** `7K3M9QRT...` as `7K3M 9QRT ...`, as it stands on the label. */
export function groupByFour(code: string): string {
  return code.replace(/(.{4})(?=.)/g, "$1 ");
}

const SHANGHAI = new Intl.DateTimeFormat("en-CA", {
  timeZone: "Asia/Shanghai",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** A UTC time as `YYYY-MM-DD HH:mm` in Asia/Shanghai; what is no time is shown as it came. */
export function shanghaiTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const part = new Map(SHANGHAI.formatToParts(time).map(({ type, value }) => [type, value]));
  const of = (name: Intl.DateTimeFormatPartTypes): string => part.get(name) ?? "";
  return `${of("year")}-${of("month")}-${of("day")} ${of("hour")}:${of("minute")}`;
}
