export interface Column {
  readonly title: string;
  /** Figures stand right, so that their digits line up. */
  readonly align?: "left" | "right";
}

/** Aligned columns, two spaces apart. Cells are made safe for a terminal: names come from files. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = [columns.map((column) => column.title), ...rows.map((row) => row.map(printable))];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => displayWidth(row[index] ?? ""))));
  return cells.map((row) => columns.map((column, index) => pad(row[index] ?? "", widths[index] ?? 0, column.align ?? "left")).join("  ").trimEnd()).join("\n");
}

/** "name   value" lines, for one object. */
export function fieldList(fields: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(0, ...fields.map(([name]) => displayWidth(name)));
  return fields.map(([name, value]) => `${pad(name, width, "left")}  ${printable(value)}`.trimEnd()).join("\n");
}

/** Control characters would let a model's name move the cursor or rewrite the screen. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\u{FFFD}");
}

function pad(text: string, width: number, align: "left" | "right"): string {
  const space = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "left" ? text + space : space + text;
}

/** Columns a text takes on a terminal: East Asian wide characters and emoji take two. */
function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u.test(character) ? 2 : 1;
  return width;
}
