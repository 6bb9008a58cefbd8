import type { ReadableFile } from "../domain/files.ts";

/** One entry of a tar archive (POSIX.1-1988 ustar, with pax and GNU long names): where its content lies. */
export interface TarEntry {
  readonly name: string;
  readonly kind: "file" | "directory" | "link" | "other";
  readonly offset: number;
  readonly bytes: number;
}

const BLOCK = 512;
/** A pax header holds a name or two. */
const MAX_EXTENDED_BYTES = 2 ** 20;

/**
 * Walks the headers; contents are not read. Every header's checksum and every length is checked against the file.
 * @param refuse makes the error: the archive's meaning is its reader's
 */
export async function* tarEntries(source: ReadableFile, refuse: (reason: string) => Error): AsyncGenerator<TarEntry> {
  const header = new Uint8Array(BLOCK);
  const magic = header.subarray(0, Math.min(2, source.bytes));
  await source.read(magic, 0);
  if (magic[0] === 0x1f && magic[1] === 0x8b) throw refuse("it is compressed; unpack it with gunzip first");
  let extended: Partial<Record<"path" | "size", string>> = {};
  for (let at = 0; at + BLOCK <= source.bytes; ) {
    await source.read(header, at);
    if (header.every((byte) => byte === 0)) return;
    if (checksum(header) !== octal(header, 148, 8)) throw refuse(at === 0 ? "it is not a tar archive" : `the header at byte ${at} is damaged`);
    const type = String.fromCharCode(header[156] as number);
    const bytes = extended.size !== undefined && type !== "x" && type !== "L" ? Number(extended.size) : size(header);
    const offset = at + BLOCK;
    if (!Number.isSafeInteger(bytes) || bytes < 0 || offset + bytes > source.bytes) throw refuse(`the entry at byte ${at} is longer than the archive`);
    at = offset + Math.ceil(bytes / BLOCK) * BLOCK;
    if (type === "x" || type === "L") {
      if (bytes > MAX_EXTENDED_BYTES) throw refuse("an extended header is too long");
      const content = new Uint8Array(bytes);
      await source.read(content, offset);
      extended = type === "L" ? { ...extended, path: text(content, 0, bytes) } : { ...extended, ...paxFields(content) };
      continue;
    }
    if (type === "g") continue;
    const prefix = text(header, 345, 155);
    const isUstar = text(header, 257, 5) === "ustar";
    const name = extended.path ?? (isUstar && prefix !== "" ? `${prefix}/${text(header, 0, 100)}` : text(header, 0, 100));
    extended = {};
    yield { name, kind: type === "0" || type === "\0" ? "file" : type === "5" ? "directory" : type === "1" || type === "2" ? "link" : "other", offset, bytes };
  }
}

const checksum = (header: Uint8Array): number => header.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 32 : byte), 0);

function text(bytes: Uint8Array, from: number, length: number): string {
  const part = bytes.subarray(from, from + length);
  const end = part.indexOf(0);
  return new TextDecoder().decode(end < 0 ? part : part.subarray(0, end));
}

function octal(header: Uint8Array, from: number, length: number): number {
  const digits = text(header, from, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

/** Twelve octal digits, or, above 8 GiB, GNU's binary form. */
function size(header: Uint8Array): number {
  if (((header[124] as number) & 0x80) === 0) return octal(header, 124, 12);
  return header.subarray(125, 136).reduce((sum, byte) => sum * 256 + byte, 0);
}

/** Lines of "<length> key=value\n". */
function paxFields(content: Uint8Array): Partial<Record<"path" | "size", string>> {
  const fields: Partial<Record<"path" | "size", string>> = {};
  for (const line of new TextDecoder().decode(content).split("\n")) {
    const found = /^\d+ (path|size)=(.*)$/.exec(line);
    if (found !== null) fields[found[1] as "path" | "size"] = found[2] as string;
  }
  return fields;
}
