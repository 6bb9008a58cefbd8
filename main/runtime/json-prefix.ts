import { isDigit, type NumberPlace, numberMayEnd, numberStep } from "./json-number.ts";

/**
 * Nesting that is still followed. A model that writes "[" for ever would never come to an end, and readers of its answer (many parse
 * recursively) would be handed thousands of levels. Answers people ask models for nest below 20.
 */
export const MAX_JSON_DEPTH = 64;

/**
 * White space in a row, outside strings. Without it a model held to JSON can write line breaks until its context is full: they are always
 * legal between tokens. Largest honest run: a line break and 15 levels of 4 spaces. A deeper one is indented less, and stays legal.
 */
export const MAX_JSON_WHITESPACE = 64;

/*
 * Where the text stands.
 *   between tokens: value (one must come) | firstElement ("[" came) | firstKey ("{" came) | key ("," came) | colon | after (a value ended)
 *   in a string:    string | escape ("\" came) | hex (\u came) | continuation (a character's first byte came)
 *   in a literal:   literal
 *   in a number:    NumberPlace
 */
type Place =
  | "value" | "firstElement" | "firstKey" | "key" | "colon" | "after"
  | "string" | "escape" | "hex" | "continuation" | "literal" | NumberPlace;

/** The containers around the place, innermost first. Shared between states, never changed. */
interface Frame {
  readonly kind: "object" | "array";
  readonly outer: Frame | null;
  readonly depth: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LITERALS: ReadonlyMap<number, string> = new Map([[0x74, "true"], [0x66, "false"], [0x6e, "null"]]);

/**
 * A beginning of exactly one JSON value (RFC 8259), read byte by byte. What it accepts can always still become a whole value, and what
 * JSON.parse refuses it never calls complete. White space may stand before and behind the value. Two limits are narrower than the
 * grammar: MAX_JSON_DEPTH and MAX_JSON_WHITESPACE. Bytes that are not UTF-8 (Unicode 15, table 3-7) are refused; a lone surrogate written
 * as an escape is legal, as it is for JSON.parse.
 */
export class JsonPrefix {
  #place: Place = "value";
  #frame: Frame | null = null;
  #objectOnly: boolean;
  #stringIsKey = false;
  /** Bytes of white space just before the place. */
  #whitespace = 0;
  /** What is left: hex digits of an escape, or continuation bytes of a character. */
  #missing = 0;
  /** Which bytes the next continuation byte may be; the first one after E0, ED, F0 and F4 is narrower. */
  #low = 0x80;
  #high = 0xbf;
  #literalRest = "";

  private constructor(objectOnly: boolean) {
    this.#objectOnly = objectOnly;
  }

  /** @param top what the value may be: anything, or only an object, as OpenAI's `json_object` promises */
  static start(top: "value" | "object"): JsonPrefix {
    return new JsonPrefix(top === "object");
  }

  /** The text so far is a whole value. A number at the top may still grow. */
  get complete(): boolean {
    return this.#frame === null && (this.#place === "after" || numberMayEnd(this.#place));
  }

  /** @returns the state behind `bytes`; null when no JSON value begins like that. This state stays as it is. */
  accepts(bytes: Uint8Array): JsonPrefix | null {
    const next = this.#copy();
    for (let i = 0; i < bytes.length; i++) if (!next.#step(bytes[i] as number)) return null;
    return next;
  }

  #copy(): JsonPrefix {
    const copy = new JsonPrefix(this.#objectOnly);
    copy.#place = this.#place;
    copy.#frame = this.#frame;
    copy.#stringIsKey = this.#stringIsKey;
    copy.#whitespace = this.#whitespace;
    copy.#missing = this.#missing;
    copy.#low = this.#low;
    copy.#high = this.#high;
    copy.#literalRest = this.#literalRest;
    return copy;
  }

  #step(byte: number): boolean {
    switch (this.#place) {
      case "string":
      case "escape":
      case "hex":
      case "continuation":
        return this.#stepInString(byte);
      case "literal":
        if (byte !== this.#literalRest.charCodeAt(0)) return false;
        this.#literalRest = this.#literalRest.slice(1);
        if (this.#literalRest === "") this.#place = "after";
        return true;
      case "value":
      case "firstElement":
      case "firstKey":
      case "key":
      case "colon":
      case "after":
        return this.#stepBetween(byte);
      default: {
        const place = numberStep(this.#place, byte);
        if (place === null) {
          if (!numberMayEnd(this.#place)) return false;
          this.#place = "after";
          return this.#stepBetween(byte);
        }
        this.#place = place;
        return true;
      }
    }
  }

  #stepBetween(byte: number): boolean {
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return ++this.#whitespace <= MAX_JSON_WHITESPACE;
    this.#whitespace = 0;
    switch (this.#place) {
      case "firstElement":
        return byte === 0x5d ? this.#close("array") : this.#beginValue(byte);
      case "firstKey":
        return byte === 0x7d ? this.#close("object") : this.#beginString(byte, true);
      case "key":
        return this.#beginString(byte, true);
      case "colon":
        this.#place = "value";
        return byte === 0x3a;
      case "after":
        if (byte === 0x5d) return this.#close("array");
        if (byte === 0x7d) return this.#close("object");
        if (byte !== 0x2c || this.#frame === null) return false;
        this.#place = this.#frame.kind === "object" ? "key" : "value";
        return true;
      default:
        return this.#beginValue(byte);
    }
  }

  #beginValue(byte: number): boolean {
    if (byte === 0x7b) return this.#open("object");
    if (this.#objectOnly && this.#frame === null) return false;
    if (byte === 0x5b) return this.#open("array");
    if (byte === QUOTE) return this.#beginString(byte, false);
    const literal = LITERALS.get(byte);
    if (literal !== undefined) {
      this.#place = "literal";
      this.#literalRest = literal.slice(1);
      return true;
    }
    this.#place = byte === 0x2d ? "minus" : byte === 0x30 ? "zero" : "integer";
    return byte === 0x2d || isDigit(byte);
  }

  #open(kind: Frame["kind"]): boolean {
    const depth = (this.#frame?.depth ?? 0) + 1;
    this.#frame = { kind, outer: this.#frame, depth };
    this.#place = kind === "object" ? "firstKey" : "firstElement";
    return depth <= MAX_JSON_DEPTH;
  }

  #close(kind: Frame["kind"]): boolean {
    if (this.#frame?.kind !== kind) return false;
    this.#frame = this.#frame.outer;
    this.#place = "after";
    return true;
  }

  #beginString(byte: number, isKey: boolean): boolean {
    this.#place = "string";
    this.#stringIsKey = isKey;
    return byte === QUOTE;
  }

  #stepInString(byte: number): boolean {
    switch (this.#place) {
      case "escape":
        this.#place = byte === 0x75 ? "hex" : "string";
        this.#missing = 4;
        return '"\\/bfnrtu'.includes(String.fromCharCode(byte));
      case "hex":
        if (--this.#missing === 0) this.#place = "string";
        return isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
      case "continuation": {
        const legal = byte >= this.#low && byte <= this.#high;
        this.#low = 0x80;
        this.#high = 0xbf;
        if (--this.#missing === 0) this.#place = "string";
        return legal;
      }
      default:
        if (byte === QUOTE) this.#place = this.#stringIsKey ? "colon" : "after";
        else if (byte === BACKSLASH) this.#place = "escape";
        else if (byte >= 0x80) return this.#beginCharacter(byte);
        return byte >= 0x20;
    }
  }

  /** The first byte of a character of two to four (Unicode 15, table 3-7). */
  #beginCharacter(byte: number): boolean {
    if (byte < 0xc2 || byte > 0xf4) return false;
    this.#place = "continuation";
    this.#missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    this.#low = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
    this.#high = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
    return true;
  }
}
