import { shownText } from "../../texts/shown-text.ts";

/** Nobody reads on, and a page of megabytes would stop scrolling. */
const MOST_CHARACTERS = 200_000;
const LONGEST_LINE = 4000;

/** A text of several lines from elsewhere: line ends and tabs stay, whatever steers direction or display becomes visible. */
export function visibleLines(text: string): string {
  const cut = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}\n…` : text;
  return cut.split(/\r?\n/).map((line) => line.split("\t").map((part) => shownText(part, LONGEST_LINE)).join("\t")).join("\n");
}
