import { z } from "zod";
import { WorkbenchError } from "../../../shared/errors.ts";
import { InnerPath, Sha256 } from "../../../shared/schemas/model-package.ts";
import { checkLayerPaths } from "../check-layer-paths.ts";
import { digestInName } from "../volumes/volume-list.ts";

/*
 * A delta is a folder that turns a bundle the site has into another:
 *
 *   delta.json      for every file of the new bundle, the stretches it is made of: of a file of the base, or of the data
 *   data.partN      what the base does not have, one run of bytes, in files that FAT32 holds
 *   SHA256SUMS      of both, for sha256sum -c
 *
 * Nothing is compressed, so nothing unfolds: the new bundle's length stands in delta.json and is held against the sum of its stretches.
 */
export const DELTA_FILE = "delta.json";
export const DELTA_SUMS_FILE = "SHA256SUMS";
export const dataPartName = (part: number): string => `data.part${part + 1}`;
const FORMAT = "sallyport-delta-1";

/** 350 GB in chunks of 256 KiB of which every second changed would be 1.4 million stretches of 30 bytes; a re-quantized model changes whole tensors. */
export const MAX_DELTA_BYTES = 64 * 2 ** 20;
const MAX_FILES = 100_000;
const MAX_STRETCHES = 2_000_000;

const Size = z.int().nonnegative().max(2 ** 50);
const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const File = z.strictObject({ path: InnerPath, bytes: Size, sha256: Sha256 });

/** [index into base.files, offset there, bytes], or [null, offset in the data, bytes]. */
const Stretch = z.tuple([z.int().nonnegative().nullable(), Size, z.int().positive()]);
export type Stretch = z.infer<typeof Stretch>;

const DeltaDocument = z.strictObject({
  format: z.literal(FORMAT),
  base: z.strictObject({ digest: Digest, /** Those that anything is taken from. */ files: z.array(File).max(MAX_FILES) }),
  new: z.strictObject({ digest: Digest, bytes: Size, files: z.array(z.strictObject({ ...File.shape, from: z.array(Stretch) })).min(1).max(MAX_FILES) }),
  data: z.strictObject({ bytes: Size, partBytes: z.int().positive(), parts: z.array(z.strictObject({ bytes: z.int().positive(), sha256: Sha256 })).max(MAX_FILES) }),
});
export type Delta = z.infer<typeof DeltaDocument>;
export type DeltaFile = Delta["new"]["files"][number];

export function encodeDelta(delta: Omit<Delta, "format">): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify({ format: FORMAT, ...delta })}\n`);
}

/**
 * Every stretch lies inside what it is taken from, the data is used once, in order, to its end, and every file is as long as its stretches.
 * @throws bundle.deltaInvalid, bundle.pathEscapes, bundle.entryRefused, bundle.layoutInvalid
 */
export function parseDelta(bytes: Uint8Array, file: string): Delta {
  const invalid = (reason: string, cause?: unknown): WorkbenchError => new WorkbenchError("bundle.deltaInvalid", { file, reason }, { cause });
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message.slice(0, 500) : String(cause), cause);
  }
  const parsed = DeltaDocument.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const at = issue?.path.reduce<unknown>((value, key) => (typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined), json);
    if (issue?.path.at(-1) === "path") throw new WorkbenchError("bundle.pathEscapes", { file, found: String(at).slice(0, 200) });
    throw invalid(`${issue?.path.join(".") || "the document"}: ${issue?.message.slice(0, 500)}`);
  }
  const fault = dataFault(parsed.data) ?? stretchFault(parsed.data) ?? nameFault(parsed.data);
  if (fault !== undefined) throw invalid(fault);
  for (const side of [parsed.data.base, parsed.data.new]) checkLayerPaths(side.files.map((listed) => listed.path));
  return parsed.data;
}

function dataFault({ data }: Delta): string | undefined {
  const parts = Math.ceil(data.bytes / data.partBytes);
  if (data.parts.length !== parts) return `data: ${data.parts.length} parts, ${parts} hold ${data.bytes} bytes`;
  const wrong = data.parts.findIndex((part, index) => part.bytes !== Math.min(data.partBytes, data.bytes - index * data.partBytes));
  return wrong < 0 ? undefined : `data: part ${wrong + 1} has another length`;
}

function stretchFault(delta: Delta): string | undefined {
  let used = 0;
  let total = 0;
  let stretches = 0;
  for (const { path, bytes, from } of delta.new.files) {
    let length = 0;
    stretches += from.length;
    if (stretches > MAX_STRETCHES) return `more than ${MAX_STRETCHES} stretches`;
    for (const [base, offset, taken] of from) {
      if (base === null && offset !== used) return `${path}: data from byte ${offset}, the next unused is ${used}`;
      if (base === null) used += taken;
      const source = base === null ? delta.data.bytes : delta.base.files[base]?.bytes;
      if (source === undefined) return `${path}: base file ${base} is not listed`;
      if (offset + taken > source) return `${path}: bytes ${offset} to ${offset + taken} of ${source}`;
      length += taken;
    }
    if (length !== bytes) return `${path}: its stretches are ${length} bytes, it has ${bytes}`;
    total += bytes;
  }
  if (used !== delta.data.bytes) return `${delta.data.bytes - used} bytes of data are not used`;
  return total === delta.new.bytes ? undefined : `new: ${total} bytes, ${delta.new.bytes} are claimed`;
}

function nameFault(delta: Delta): string | undefined {
  const wrong = [...delta.base.files, ...delta.new.files].find(({ path, sha256 }) => (digestInName(path) ?? sha256) !== sha256);
  return wrong === undefined ? undefined : `${wrong.path} is listed with the SHA-256 ${wrong.sha256}`;
}
