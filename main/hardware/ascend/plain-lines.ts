/** Far above any honest answer: `npu-smi info` of 16 dies with their processes has 20 kB. Stops a file pasted by mistake. */
const MAX_CHARACTERS = 1 << 20;
const MAX_LINES = 20_000;
/** A table is 120 characters wide. Longer lines are cut, so that no pattern runs over megabytes. */
const MAX_LINE_CHARACTERS = 4096;

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are told colours by control characters
const TERMINAL_SEQUENCES = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-Z\\-_]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what is left of a terminal's control is no text
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b\ufeff]/g;

/** Lines of a tool's answer without colours, byte order mark and other people's line ends; tabs and no-break spaces count as spaces. */
export function plainLines(text: string): string[] {
  return text.slice(0, MAX_CHARACTERS).split(/\r\n|\r|\n/, MAX_LINES).map((line) =>
    line.slice(0, MAX_LINE_CHARACTERS).replace(TERMINAL_SEQUENCES, "").replace(CONTROL_CHARACTERS, "").replace(/[\t\u00a0\u3000]/g, " ").trimEnd());
}
