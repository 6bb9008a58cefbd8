import { WorkbenchError } from "../../../shared/errors.ts";

/** 100,000 layers are 8 MB. */
export const MAX_SUMS_BYTES = 32 * 2 ** 20;

/** As "sha256sum" writes it, sorted by code unit: the same files give the same bytes. */
export function formatSums(digests: ReadonlyMap<string, string>): Uint8Array {
  const lines = [...digests].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([file, sha256]) => `${sha256}  ${file}\n`);
  return new TextEncoder().encode(lines.join(""));
}

/** Only names that a bundle has: no backslash (which sha256sum would escape), nothing absolute, nothing upwards. */
const MAX_LINE_CHARACTERS = 4096;
const LINE = /^([0-9a-f]{64}) {2}((?:[A-Za-z0-9_][A-Za-z0-9._-]*\/)*[A-Za-z0-9_][A-Za-z0-9._-]*)$/;

/** Path → SHA-256. @throws bundle.sumsInvalid */
export function parseSums(bytes: Uint8Array, file: string): Map<string, string> {
  const refuse = (reason: string): never => {
    throw new WorkbenchError("bundle.sumsInvalid", { file, reason });
  };
  const lines = Buffer.from(bytes).toString("latin1").split("\n");
  if (lines.pop() !== "") refuse("its last line is cut off");
  const digests = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    const [, sha256, name] = (line.length > MAX_LINE_CHARACTERS ? null : LINE.exec(line)) ?? refuse(`line ${index + 1} is not a digest, two spaces and a plain path`);
    if (digests.has(name as string)) refuse(`line ${index + 1} names ${name} a second time`);
    digests.set(name as string, sha256 as string);
  }
  return digests;
}
