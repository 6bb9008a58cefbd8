/**
 * Longest output that is looked at. The longest honest one is `-q -x` of 16 GPUs with all supported clocks, about 2 MB; beyond that a paste is something else, and
 * what follows is left out as if the output had been cut there.
 */
const OUTPUT_CHARACTERS = 16 * 1024 * 1024;

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals' own control sequences are what is taken out (CSI, OSC, two-character escapes).
const ESCAPES = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same, for control characters that no tool prints on purpose.
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufeff]/g;

/** Output as the tool meant it: without colours and underlines (`topo -m` has them even in pipes), with plain line ends, whatever it was carried through. */
export function plainText(output: string): string {
  return output.slice(0, OUTPUT_CHARACTERS).replace(ESCAPES, "").replace(/\r\n?/g, "\n").replace(CONTROLS, "");
}

/** Lines that end in a line break, and what stands behind the last one: in a cut output that is half a line. */
export function splitLines(text: string): { readonly whole: readonly string[]; readonly rest: string } {
  const lines = text.split("\n");
  const rest = lines.pop() ?? "";
  return { whole: lines, rest };
}
