/** Nothing that is signed nests deeper than ten; a reader that calls itself must not be led down without end. */
const MAX_DEPTH = 32;

/**
 * JSON whose objects name each key once. Of two equal keys JSON.parse takes the last and other readers the first: one signature would then say two things.
 * @throws SyntaxError
 */
export function parseUniqueJson(bytes: Uint8Array): unknown {
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  // Parsed first, so that the walk below meets valid JSON only.
  const value: unknown = JSON.parse(text);
  refuseRepeatedKeys(text);
  return value;
}

function refuseRepeatedKeys(text: string): void {
  /** One set per open object, null per open array. */
  const open: (Set<string> | null)[] = [];
  let isKey = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      const keys = isKey ? open.at(-1) : null;
      if (keys) {
        const key = JSON.parse(text.slice(at, end + 1)) as string;
        if (keys.has(key)) throw new SyntaxError(`the key ${JSON.stringify(key.slice(0, 60))} stands twice in one object`);
        keys.add(key);
      }
      isKey = false;
      at = end;
    } else if (character === "{" || character === "[") {
      if (open.push(character === "{" ? new Set() : null) > MAX_DEPTH) throw new SyntaxError(`nested deeper than ${MAX_DEPTH}`);
      isKey = true;
    } else if (character === "}" || character === "]") open.pop();
    else if (character === ",") isKey = true;
  }
}

/** Index of the quote that closes the string opened at `from`. Not by a regular expression, whose stack a payload of megabytes overflows. */
function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}
