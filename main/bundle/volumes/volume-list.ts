import { createHash } from "node:crypto";
import { z } from "zod";
import { WorkbenchError } from "../../../shared/errors.ts";
import { InnerPath, Sha256 } from "../../../shared/schemas/model-package.ts";
import { checkLayerPaths } from "../check-layer-paths.ts";
import { allVolumes, blockCount, partCount, partLength, volumeName } from "./volume-geometry.ts";

/*
 * volumes.json, the same on every medium, so that any one of them names all that belong together:
 *
 *   the files of the bundle, in the order of their paths, are one long run of bytes; data volume k holds bytes k·volumeBytes and following of it, nothing else;
 *   row r (block r of every volume) is one Reed–Solomon word per byte: GF(2^8), polynomial 0x11d, Backblaze's systematic Vandermonde matrix;
 *   "blocks" is the CRC-32 of each block, 8 hex digits each: it finds where a volume is damaged. Whether it is whole is for SHA-256 to say.
 *
 * Its SHA-256 is the digest of the set: whoever trusts that, trusts every byte. A signature of it may lie beside it; readers pass over files they do not know.
 */
export const VOLUME_LIST_FILE = "volumes.json";
export const VOLUME_SUMS_FILE = "SHA256SUMS";
export const JOIN_SCRIPT_FILE = "join.sh";
const FORMAT = "sallyport-volumes-1";

/** 700 GB in blocks of 128 KiB are 43 MB of block sums. More would be parsed only to fill memory. */
export const MAX_LIST_BYTES = 64 * 2 ** 20;
/** A bundle of 61 layers of 256 experts has some hundred files. */
export const MAX_FILES = 100_000;
/** Three digits name them; nobody changes more discs than that. */
export const MAX_VOLUMES = 999;
/** GF(2^8) has 256 elements, one for each volume of a word. */
export const MAX_CODED_VOLUMES = 256;
export const MAX_RECOVERY_VOLUMES = 32;
export const LEAST_BLOCK_BYTES = 4096;
export const MOST_BLOCK_BYTES = 2 ** 20;
/** Blocks of all volumes at one place are in memory at once, twice over. */
export const MAX_ROW_BYTES = 32 * 2 ** 20;
/** Below 2^32 − 1 (FAT32) and a whole number of blocks. */
export const PART_BYTES = 4095 * 2 ** 20;
export const CODE = "reed-solomon gf(2^8) 0x11d vandermonde";
const MAX_SIZE_BYTES = 2 ** 50;

const Size = z.int().positive().max(MAX_SIZE_BYTES);

const VolumeListDocument = z.strictObject({
  format: z.literal(FORMAT),
  /** What was split: a bundle by the digest of its manifest, a delta by that of its delta.json. */
  content: z.strictObject({ kind: z.enum(["bundle", "delta"]), name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/), digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) }),
  bytes: Size,
  volumeBytes: Size,
  blockBytes: z.int().min(LEAST_BLOCK_BYTES).max(MOST_BLOCK_BYTES),
  partBytes: Size,
  code: z.literal(CODE),
  recoveryVolumes: z.int().min(0).max(MAX_RECOVERY_VOLUMES),
  files: z.array(z.strictObject({ path: InnerPath, offset: z.int().nonnegative(), bytes: z.int().nonnegative(), sha256: Sha256 })).min(1).max(MAX_FILES),
  volumes: z.array(z.strictObject({ name: z.string(), parts: z.array(z.strictObject({ bytes: z.int().positive(), sha256: Sha256 })).min(1), blocks: z.string().regex(/^([0-9a-f]{8})+$/) })).min(1).max(MAX_VOLUMES),
});
export type VolumeList = z.infer<typeof VolumeListDocument>;
export type ListedFile = VolumeList["files"][number];

export function encodeVolumeList(list: Omit<VolumeList, "format" | "code">): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify({ format: FORMAT, ...list, code: CODE }, null, 1)}\n`);
}

export const digestOfList = (bytes: Uint8Array): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/**
 * Everything the list claims is held against everything else before a byte is written on its word.
 * @throws bundle.volumesInvalid, bundle.pathEscapes, bundle.entryRefused, bundle.layoutInvalid
 */
export function parseVolumeList(bytes: Uint8Array, file: string): VolumeList {
  const invalid = (reason: string, cause?: unknown): WorkbenchError => new WorkbenchError("bundle.volumesInvalid", { file, reason }, { cause });
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message.slice(0, 500) : String(cause), cause);
  }
  refuseEscapes(json, file);
  const parsed = VolumeListDocument.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(`${issue?.path.join(".") || "the document"}: ${issue?.message.slice(0, 500)}`);
  }
  const fault = geometryFault(parsed.data) ?? fileFault(parsed.data) ?? volumeFault(parsed.data);
  if (fault !== undefined) throw invalid(fault);
  checkLayerPaths(parsed.data.files.map((listed) => listed.path));
  return parsed.data;
}

/** A path out of the target is an attack, not a slip of the pen, and is called one. */
function refuseEscapes(json: unknown, file: string): void {
  const listed: unknown = typeof json === "object" && json !== null && "files" in json ? json.files : undefined;
  if (!Array.isArray(listed)) return;
  for (const entry of listed as unknown[]) {
    const path: unknown = typeof entry === "object" && entry !== null && "path" in entry ? entry.path : undefined;
    if (typeof path === "string" && !InnerPath.safeParse(path).success) throw new WorkbenchError("bundle.pathEscapes", { file, found: path.slice(0, 200) });
  }
}

function geometryFault(list: VolumeList): string | undefined {
  const { volumeBytes, blockBytes, partBytes, recoveryVolumes } = list;
  if (Math.log2(blockBytes) % 1 !== 0) return `blockBytes: ${blockBytes} is no power of two`;
  if (volumeBytes % blockBytes !== 0 || partBytes % blockBytes !== 0) return "volumeBytes, partBytes: not whole numbers of blocks";
  const count = allVolumes(list);
  if (list.volumes.length !== count) return `volumes: ${list.volumes.length} are listed, ${count} hold ${list.bytes} bytes`;
  if (recoveryVolumes > 0 && count > MAX_CODED_VOLUMES) return `volumes: ${count}, a code has at most ${MAX_CODED_VOLUMES}`;
  if (recoveryVolumes > 0 && count * blockBytes > MAX_ROW_BYTES) return `blockBytes: a row of ${count * blockBytes} bytes, at most ${MAX_ROW_BYTES} are read at once`;
  return undefined;
}

/** Files follow one another without gap or overlap, and fill the volumes. A blob's name says what is in it. */
function fileFault({ files, bytes }: VolumeList): string | undefined {
  let offset = 0;
  for (const file of files) {
    if (file.offset !== offset) return `files: ${file.path} begins at ${file.offset}, the one before ends at ${offset}`;
    offset += file.bytes;
    const named = BLOB.exec(file.path)?.[1];
    if (named !== undefined && named !== file.sha256) return `files: ${file.path} is listed with the SHA-256 ${file.sha256}`;
  }
  return offset === bytes ? undefined : `files: ${offset} bytes, the volumes hold ${bytes}`;
}

const BLOB = /^blobs\/sha256\/([0-9a-f]{64})$/;

/** The digest that a file's own name gives it, in a content-addressed folder. */
export const digestInName = (path: string): string | undefined => BLOB.exec(path)?.[1];

function volumeFault(list: VolumeList): string | undefined {
  for (const [index, { name, parts, blocks }] of list.volumes.entries()) {
    const expected = volumeName(list.content.name, list, index);
    if (name !== expected) return `volumes.${index}: named ${name.slice(0, 200)}, expected ${expected}`;
    if (parts.length !== partCount(list, index) || parts.some((part, i) => part.bytes !== partLength(list, index, i))) return `volumes.${index}: its parts have other lengths than the volume`;
    if (blocks.length !== 8 * blockCount(list, index)) return `volumes.${index}: ${blocks.length / 8} block sums for ${blockCount(list, index)} blocks`;
  }
  return undefined;
}

/** The CRC-32 that one block must have. */
export const blockSum = (list: VolumeList, volume: number, block: number): string => (list.volumes[volume] as VolumeList["volumes"][number]).blocks.slice(8 * block, 8 * block + 8);

export const formatSum = (crc: number): string => crc.toString(16).padStart(8, "0");

