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

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/gs;

function refuseRepeatedKeys(text: string): void {
  /** One set per open object, null per open array. */
  const open: (Set<string> | null)[] = [];
  let previous = "";
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === "{" || token === "[") {
      if (open.push(token === "{" ? new Set() : null) > MAX_DEPTH) throw new SyntaxError(`nested deeper than ${MAX_DEPTH}`);
    } else if (token === "}" || token === "]") open.pop();
    else if (token.startsWith('"') && (previous === "{" || previous === ",")) {
      const keys = open.at(-1);
      const key = JSON.parse(token) as string;
      if (keys?.has(key) === true) throw new SyntaxError(`the key ${JSON.stringify(key.slice(0, 60))} stands twice in one object`);
      keys?.add(key);
    }
    previous = token;
  }
}
