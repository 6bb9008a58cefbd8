const NUMBER = /-?[0-9][0-9.eE+-]*/y;
const SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Walks JSON text of a known, shallow grammar token by token. JSON.parse would hide duplicate keys, build whatever tree the file asks
 * for before any count can be checked, and turn "__proto__" into trouble; a cursor does none of it and never recurses.
 */
export class JsonCursor {
  readonly #text: string;
  readonly #fail: (reason: string) => never;
  #position = 0;

  constructor(text: string, fail: (reason: string) => never) {
    this.#text = text;
    this.#fail = fail;
  }

  /** Stops the walk: `reason` with the position reached. */
  fail(reason: string): never {
    return this.#fail(`${reason} at character ${this.#position}`);
  }

  #skipSpace(): void {
    while (SPACE.has(this.#text.charCodeAt(this.#position))) this.#position++;
  }

  /** Takes `character` if it is the next token. */
  take(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#position] !== character) return false;
    this.#position++;
    return true;
  }

  expect(character: string): void {
    if (!this.take(character)) this.fail(`expected ${character}`);
  }

  /** A string token, unescaped; undefined when the next token is something else. */
  takeString(): string | undefined {
    if (!this.take('"')) return undefined;
    const start = this.#position;
    let escaped = false;
    for (;;) {
      const code = this.#text.charCodeAt(this.#position);
      if (code === QUOTE) break;
      if (Number.isNaN(code)) this.fail("a string does not end");
      if (code < 0x20) this.fail("a control character inside a string");
      if (code === BACKSLASH) {
        escaped = true;
        this.#position++;
      }
      this.#position++;
    }
    const raw = this.#text.slice(start, this.#position++);
    return escaped ? this.#unescape(raw) : raw;
  }

  #unescape(raw: string): string {
    try {
      return String(JSON.parse(`"${raw}"`));
    } catch {
      return this.fail("an escape that JSON does not know");
    }
  }

  expectString(what: string): string {
    return this.takeString() ?? this.fail(`expected ${what}`);
  }

  /** The characters of a number token, unread; undefined when the next token is something else. */
  takeNumber(): string | undefined {
    this.#skipSpace();
    NUMBER.lastIndex = this.#position;
    const token = NUMBER.exec(this.#text)?.[0];
    if (token !== undefined) this.#position += token.length;
    return token;
  }

  /** The next few characters, for an error's `found`. */
  preview(): string {
    this.#skipSpace();
    return this.#text.slice(this.#position, this.#position + 40);
  }

  expectEnd(): void {
    this.#skipSpace();
    if (this.#position < this.#text.length) this.fail("something follows the closing brace");
  }
}
