import type { TemplateRisk } from "../../shared/schemas/import-preflight.ts";

/** Nobody reads more, and a hostile template must not become a page of a million rows. */
const MOST_RISKS = 200;
const EXCERPT_CHARACTERS = 120;
/** "You are a helpful assistant" and its kin stay below; a paragraph of instructions does not. */
const LONG_TEXT_CHARACTERS = 160;

/** One line at a time: a pattern that could run over lines could take time that grows with their product. */
const PATTERNS: readonly (readonly [kind: TemplateRisk["kind"], pattern: RegExp])[] = [
  // CVE-2024-34359: from any Python object to its class, to everything that is loaded.
  ["internals", /__\w+__|\bmro\b|\bsubclasses\b|\bglobals\b|\bbuiltins\b/],
  // What a check for "__" does not see: names put together from pieces.
  ["attributeByName", /\|\s*attr\b|\bgetattr\b|\battribute\s*=|\\x5f|\\u005f/i],
  // Objects of Python engines that lead to the interpreter.
  ["gadget", /\b(lipsum|cycler|joiner|self\s*\.|request\s*\.|config\s*\.)/],
  ["otherTemplate", /\{%-?\s*(include|import|extends|from)\b/],
  ["address", /\bhttps?:\/\/|\bwww\./i],
  // Bidirectional and zero-width marks and the tag block: text that is told to the model and not shown to a reader.
  ["hiddenCharacters", /[\u00AD\u180E\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]/u],
  // A poisoned template does something else when a message holds a certain word. Honest ones look for their own marks ("</think>").
  ["readsMessages", /\{%-?\s*(el)?if\b[^%]*\bin\s+[\w.'"[\]]*content\b/],
  // The answer then depends on the day it is asked for.
  ["clock", /\bstrftime_now\b|\bnow\s*\(/],
];

/** Places of a chat template that a reader should look at twice. Nothing here is proof of harm, and a template without any may still be harmful. */
export function templateRisks(text: string): TemplateRisk[] {
  const risks: TemplateRisk[] = [];
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    for (const [kind, pattern] of PATTERNS) {
      const found = pattern.exec(line);
      if (found !== null) risks.push({ kind, line: index + 1, excerpt: around(line, found.index) });
    }
    const long = longTextAt(line);
    if (long !== null) risks.push({ kind: "longText", line: index + 1, excerpt: around(line, long) });
    if (risks.length >= MOST_RISKS) break;
  }
  return risks.slice(0, MOST_RISKS);
}

/** Where text of a length that can carry instructions begins: what stands between the tags, or between quotes. */
function longTextAt(line: string): number | null {
  for (const found of line.matchAll(/'[^']*'|"[^"]*"|[}]{2}[^{}]*|[%][}][^{}]*|^[^{}]*/g)) {
    const words = found[0].replaceAll(/^[}%'"]+|['"]$/g, "");
    if (words.length >= LONG_TEXT_CHARACTERS && /\p{L}{3,}\P{L}+\p{L}{3,}/u.test(words)) return found.index;
  }
  return null;
}

function around(line: string, at: number): string {
  const start = Math.max(0, at - 30);
  const part = line.slice(start, start + EXCERPT_CHARACTERS);
  return `${start > 0 ? "…" : ""}${part.trim()}${start + EXCERPT_CHARACTERS < line.length ? "…" : ""}`;
}
