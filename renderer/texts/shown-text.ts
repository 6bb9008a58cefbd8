/** Long enough for any honest name or message, short enough for a line of a page. */
const LONGEST = 400;

/**
 * A text from elsewhere (a file's name, a model's, a tool's words) as it may stand among our own: characters that steer the direction or the terminal become visible,
 * and what is overlong keeps its beginning and its end.
 */
export function shownText(text: string, longest = LONGEST): string {
  const visible = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\u{FFFD}");
  if (visible.length <= longest) return visible;
  const head = Math.ceil(longest * 0.6);
  return `${visible.slice(0, head)} … ${visible.slice(head - longest)}`;
}

/** A text of many lines from elsewhere, whole: lines and tabs stay, what would steer the direction becomes visible. */
export function visibleText(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]|[\p{Cf}\u2028\u2029]/gu, "\u{FFFD}");
}

/** The same inside a sentence: first-strong isolation, so that a path does not turn an Arabic sentence around, nor the other way. */
export function isolated(text: string): string {
  return text === "" ? "" : `\u2068${shownText(text)}\u2069`;
}

/** A part of a sentence that was already put together: inserted as it is. */
export class Phrase {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A sentence with texts from elsewhere in it: every value is isolated. */
export function say(parts: TemplateStringsArray, ...values: readonly (string | number | Phrase)[]): string {
  return parts.reduce((sentence, part, index) => `${sentence}${part}${index < values.length ? inserted(values[index] ?? "") : ""}`, "");
}

/** As `say`, for a part of a sentence. */
export function phrase(parts: TemplateStringsArray, ...values: readonly (string | number | Phrase)[]): Phrase {
  return new Phrase(say(parts, ...values));
}

function inserted(value: string | number | Phrase): string {
  return value instanceof Phrase ? value.text : isolated(String(value));
}
