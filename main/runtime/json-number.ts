/** Where a JSON number stands. RFC 8259 §6: -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)? */
export type NumberPlace = "minus" | "zero" | "integer" | "point" | "fraction" | "exponent" | "exponentSign" | "exponentDigits";

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** What was read is a whole number, though more may follow. */
export function numberMayEnd(place: string): boolean {
  return place === "zero" || place === "integer" || place === "fraction" || place === "exponentDigits";
}

/** @returns where the number stands behind `byte`; null when `byte` does not belong to it */
export function numberStep(place: NumberPlace, byte: number): NumberPlace | null {
  const isE = byte === 0x65 || byte === 0x45;
  switch (place) {
    case "minus":
      return byte === 0x30 ? "zero" : isDigit(byte) ? "integer" : null;
    case "zero":
      return byte === 0x2e ? "point" : isE ? "exponent" : null;
    case "integer":
      return isDigit(byte) ? "integer" : byte === 0x2e ? "point" : isE ? "exponent" : null;
    case "point":
      return isDigit(byte) ? "fraction" : null;
    case "fraction":
      return isDigit(byte) ? "fraction" : isE ? "exponent" : null;
    case "exponent":
      return byte === 0x2b || byte === 0x2d ? "exponentSign" : isDigit(byte) ? "exponentDigits" : null;
    case "exponentSign":
    case "exponentDigits":
      return isDigit(byte) ? "exponentDigits" : null;
    default:
      return place satisfies never;
  }
}
