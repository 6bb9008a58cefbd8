import { type Identity, OUTPUT_SHAPES, type OutputShape } from "./output-shapes.ts";

export interface Recognised {
  readonly identity: Identity;
  readonly text: string;
}

export interface Recognition {
  readonly outputs: readonly Recognised[];
  /** First line that is neither in an output nor a comment; undefined where all was told. */
  readonly unknown: { readonly line: string; readonly offset: number } | undefined;
}

/** Comments, separators, marks of markup, and the date that nvidia-smi puts above its table say nothing that could be missed. */
const SAYS_NOTHING = /^\s*($|#|\/\/|<!--|\.\.\.$|-{3,}$|={3,}$|\+[-=+]+\+?$|```|>?\[!|\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\s*$)/;

/** Lines as an output, without the blank lines that set it off. */
export function textOf(lines: readonly string[]): string {
  const isText = (line: string): boolean => line.trim() !== "";
  return `${lines.slice(lines.findIndex(isText), lines.findLastIndex(isText) + 1).join("\n")}\n`;
}

/** The upper edge of a table belongs to the table, not to what stands above it. */
const BORDER = /^\s*\+[-=+]{10,}\+\s*$/;

/** Tells outputs by their own first lines, in text that nobody labelled. Each reaches to where the next one begins. */
export function recogniseOutputs(lines: readonly string[]): Recognition {
  const outputs: Recognised[] = [];
  let unknown: Recognition["unknown"];
  let begun: { shape: OutputShape; lines: string[]; offset: number } | undefined;
  const remember = (line: string, offset: number): void => {
    if (!SAYS_NOTHING.test(line)) unknown ??= { line: line.trim(), offset };
  };
  const close = (): void => {
    if (begun === undefined) return;
    const text = textOf(begun.lines);
    const identity = begun.shape.identify(text);
    if (identity === undefined) remember(begun.lines[0] ?? "", begun.offset);
    else outputs.push({ identity, text });
  };
  for (const [offset, line] of lines.entries()) {
    const shape = OUTPUT_SHAPES.find(({ start }) => start.test(line.trim()));
    if (shape !== undefined && begun?.shape.goesOn?.test(line.trim()) !== true) {
      const border = lines[offset - 1];
      const hasBorder = border !== undefined && BORDER.test(border);
      if (hasBorder) begun?.lines.pop();
      close();
      begun = { shape, lines: hasBorder ? [border, line] : [line], offset };
    } else if (begun !== undefined) begun.lines.push(line);
    else remember(line, offset);
  }
  close();
  return { outputs, unknown };
}
