/**
 * No config of a known model nests deeper than 10. Deep nesting costs JSON.parse memory out of proportion, and overflows the stack of whoever walks the tree.
 */
const DEPTH_LIMIT = 64;

export type JsonFault = { readonly kind: "tooDeep"; readonly limit: number } | { readonly kind: "duplicateKey"; readonly key: string };

/**
 * Looks for what JSON.parse lets through. Needs no valid JSON: it follows strings and brackets only, and a string before a colon is a key.
 * @param uniqueKeys also look for a key that stands twice in one object: parsers disagree on which one counts
 */
export function findJsonFault(text: string, uniqueKeys: boolean): JsonFault | undefined {
  const keys: Set<string>[] = [];
  let depth = 0;
  for (let position = 0; position < text.length; position++) {
    const code = text.charCodeAt(position);
    if (code === 0x7b || code === 0x5b) {
      depth++;
      if (depth > DEPTH_LIMIT) return { kind: "tooDeep", limit: DEPTH_LIMIT };
      if (uniqueKeys) keys[depth] = new Set();
    } else if (code === 0x7d || code === 0x5d) {
      if (depth > 0) depth--;
    } else if (code === 0x22) {
      const start = position;
      position = endOfString(text, start);
      const known = keys[depth];
      if (known === undefined || !isBeforeColon(text, position + 1)) continue;
      const key = unescaped(text.slice(start, position + 1));
      if (known.has(key)) return { kind: "duplicateKey", key };
      known.add(key);
    }
  }
  return undefined;
}

/** Position of the closing quote, or of the end of the text. */
function endOfString(text: string, start: number): number {
  let position = start + 1;
  for (; position < text.length; position++) {
    const code = text.charCodeAt(position);
    if (code === 0x22) break;
    if (code === 0x5c) position++;
  }
  return position;
}

function isBeforeColon(text: string, start: number): boolean {
  let position = start;
  while (/[ \t\r\n]/.test(text[position] ?? "")) position++;
  return text[position] === ":";
}

function unescaped(quoted: string): string {
  if (!quoted.includes("\\")) return quoted.slice(1, -1);
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}
