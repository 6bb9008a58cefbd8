import { randomBytes } from "node:crypto";
import type { Clock } from "../domain/clock.ts";

/** Crockford's base 32: no letter that is taken for a digit. */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

/** `prefix`-, nine digits of time to the millisecond, four of chance: ids sort as they were made and fit on a line. */
export function createId(prefix: string, clock: Clock): string {
  let time = "";
  for (let rest = clock.now(), i = 0; i < 9; i++, rest = Math.floor(rest / 32)) time = DIGITS[rest % 32] + time;
  const chance = Array.from(randomBytes(4), (byte) => DIGITS[byte % 32]).join("");
  return `${prefix}-${time}${chance}`;
}
