/**
 * A model's words as they may stand in the page: line ends and tabs stay, and what joins letters and emoji; other control characters, and those that turn the direction
 * of what follows, become visible.
 */
export function safeLines(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]|[\u202A-\u202E\u2066-\u2069\u2028\u2029]/gu, "\u{FFFD}");
}
