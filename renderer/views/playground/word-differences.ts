import { diffArrays } from "diff";

export interface MarkedText {
  /** Where it begins. */
  readonly at: number;
  readonly text: string;
  /** Only this answer says it. */
  readonly isOwn: boolean;
}

export interface Differences {
  readonly left: readonly MarkedText[];
  readonly right: readonly MarkedText[];
}

/** Two texts with fewer words in common are two texts, and finding that out word by word takes seconds. */
const MOST_EDITS = 3000;
const PATIENCE_MS = 400;

/** Words that only one of two answers has, by the language's own idea of a word; null where they are too different to mark. */
export function wordDifferences(left: string, right: string, language: string): Differences | null {
  const segmenter = new Intl.Segmenter(language, { granularity: "word" });
  const words = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);
  const changes = diffArrays(words(left), words(right), { maxEditLength: MOST_EDITS, timeout: PATIENCE_MS });
  if (changes === undefined) return null;
  const side = (isOther: "added" | "removed"): MarkedText[] => {
    let at = 0;
    return changes.flatMap((change) => {
      if (change[isOther]) return [];
      const text = change.value.join("");
      const part = { at, text, isOwn: change.added || change.removed };
      at += text.length;
      return [part];
    });
  };
  return { left: side("added"), right: side("removed") };
}
