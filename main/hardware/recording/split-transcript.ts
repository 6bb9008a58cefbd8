import { type Heading, readHeading } from "./read-heading.ts";

export interface Section {
  readonly heading: Heading | undefined;
  readonly lines: readonly string[];
  /** Of its first line of content, counted from 1. */
  readonly line: number;
}

/** A line of signs alone, as scripts draw around their headings. Tables of the tools begin with another sign or are not so long. */
const RULER = /^\s*[#*]{8,}\s*$/;
const FENCE = /^\s*(?:```|~~~)\s*(\S*)/;

/** Cuts pasted text at the lines that say what follows: prompts, Markdown headings, paths. Without any it is one section without heading. */
export function splitTranscript(text: string): Section[] {
  const sections: Section[] = [];
  let current: { heading: Heading | undefined; lines: string[]; line: number; indent: number; isInFence: boolean } = { heading: undefined, lines: [], line: 1, indent: 0, isInFence: false };
  const close = (): void => {
    const lines = insideFence(current.lines, current.isInFence);
    if (lines.some((line) => line.trim() !== "")) sections.push({ heading: current.heading, lines, line: current.line });
  };
  let isInFence = false;
  for (const [i, line] of text.split("\n").entries()) {
    // Only an opening fence names a language; an excerpt may begin inside one.
    const fence = FENCE.exec(line);
    if (fence !== null) isInFence = fence[1] !== "" || !isInFence;
    const isRuler = RULER.test(line);
    if (isRuler && current.lines.every((one) => one.trim() === "")) continue;
    const heading: Heading | undefined = isRuler ? { kind: "title" } : readHeading(line);
    if (heading === undefined) {
      current.lines.push(withoutIndent(line, current.indent));
      continue;
    }
    close();
    current = { heading, lines: [], line: i + 2, indent: /^\s*/.exec(line)?.[0].length ?? 0, isInFence };
  }
  close();
  return sections;
}

/** What a document shows of an output stands between fences; the prose around them belongs to the document. */
function insideFence(lines: readonly string[], startsInside: boolean): readonly string[] {
  const fences = lines.flatMap((line, i) => (FENCE.test(line) ? [i] : []));
  if (fences.length === 0) return lines;
  const first = fences[0] ?? 0;
  if (startsInside && lines.slice(0, first).some((line) => line.trim() !== "")) return lines.slice(0, first);
  const [open, close] = startsInside ? [fences[1], fences[2]] : [fences[0], fences[1]];
  return open === undefined ? [] : lines.slice(open + 1, close);
}

function withoutIndent(line: string, indent: number): string {
  const own = /^\s*/.exec(line)?.[0].length ?? 0;
  return line.slice(Math.min(own, indent));
}
