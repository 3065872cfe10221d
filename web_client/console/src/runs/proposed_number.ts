/**
 * A number to begin with: the day and four characters of chance, so that two people who order at
 * once don't propose the same one. The server takes a number once: a second click, or the same
 * order sent again after the line was cut, finds the first.
 */
export function idempotentNumber(
  prefix: string,
  day: string,
  chance: Uint8Array = crypto.getRandomValues(new Uint8Array(4)),
): string {
  // Crockford's base 32: no letters that are read as digits.
  const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const tail = Array.from(chance, (byte) => letters[byte % letters.length]).join("");
  return `${prefix}-${day}-${tail}`;
}
