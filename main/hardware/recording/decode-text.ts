// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals' own sequences are what is taken out: colours and cursor moves, window titles, two-character escapes.
const TERMINAL_SEQUENCES = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\^_=>78]/g;

/**
 * Text as editors, browsers and terminals save it: UTF-8 or UTF-16, with or without byte order mark, lines ended by LF, CRLF or CR. Bytes that are no text become U+FFFD;
 * a file that is mostly such is undefined.
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes);
  const sample = text.slice(0, 65536);
  const strange = sample.replace(/\s/g, "").match(/[\ufffd\p{Cc}]/gu)?.length ?? 0;
  if (strange * 10 > sample.length) return undefined;
  return text.replace(TERMINAL_SEQUENCES, "").replace(/\r\n?/g, "\n").replaceAll("\0", "");
}

/** Windows' editors write UTF-16 mostly with a mark; redirected PowerShell output without one shows by its zero bytes, since what it holds is ASCII. */
function encodingOf(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const zeros = [0, 0];
  const looked = Math.min(bytes.length, 1024);
  for (let i = 0; i < looked; i++) if (bytes[i] === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  if ((zeros[1] ?? 0) * 4 > looked && (zeros[0] ?? 0) === 0) return "utf-16le";
  if ((zeros[0] ?? 0) * 4 > looked && (zeros[1] ?? 0) === 0) return "utf-16be";
  return "utf-8";
}
