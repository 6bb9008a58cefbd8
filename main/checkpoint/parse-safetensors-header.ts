import { WorkbenchError } from "../../shared/errors.ts";
import { JsonCursor } from "./json-cursor.ts";
import { bitsOfDtype, SAFETENSORS_DTYPES } from "./safetensors-dtypes.ts";
import { shownValue } from "./shown-value.ts";

/** Stops a header that makes us allocate millions of entries. Largest honest file: DeepSeek-V3 or Kimi K2 in one file, 0.1 to 0.25 million. */
const TENSOR_LIMIT = 1_000_000;
/** Stops names that fill memory and logs. Longest honest name is about 100 characters. */
const NAME_LENGTH_LIMIT = 1024;
/** Stops shapes of a million dimensions. Largest honest rank is 5 (a video convolution); expert stacks have 3. */
const RANK_LIMIT = 8;

export interface HeaderTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Absolute position in the file. */
  readonly offset: number;
  readonly bytes: number;
}

export interface SafetensorsHeader {
  /** By offset. */
  readonly tensors: readonly HeaderTensor[];
  readonly metadata: ReadonlyMap<string, string>;
}

interface Context {
  readonly cursor: JsonCursor;
  readonly file: string;
  readonly fileBytes: number;
  /** Where the tensors' bytes begin. */
  readonly dataStart: number;
}

/**
 * Reads and checks the JSON header of a safetensors file. Accepts what the reference implementation accepts (contiguous tensors, no holes,
 * nothing behind the last) and less: no duplicate key, no unknown field, no control character in a name.
 * @param header the bytes between the 8-byte length and the tensors
 * @param fileBytes length of the whole file
 * @param file as errors name it
 * @throws checkpoint.headerInvalid, tooManyTensors, tensorNameInvalid, dtypeUnsupported, shapeInvalid, offsetOutOfBounds, sizeMismatch,
 * tensorsOverlap, gapBetweenTensors, duplicateName
 */
export function parseSafetensorsHeader(header: Uint8Array, fileBytes: number, file: string): SafetensorsHeader {
  const fail = (reason: string): never => {
    throw new WorkbenchError("checkpoint.headerInvalid", { file, reason });
  };
  if (header[0] !== 0x7b) fail("the header does not begin with {");
  const context: Context = { cursor: new JsonCursor(decodeText(header, fail), fail), file, fileBytes, dataStart: 8 + header.byteLength };
  const tensors = new Map<string, HeaderTensor>();
  let metadata: Map<string, string> | undefined;
  eachEntry(context.cursor, (name) => {
    if (name === "__metadata__") {
      if (metadata !== undefined) throw new WorkbenchError("checkpoint.duplicateName", { file, name });
      metadata = readMetadata(context);
      return;
    }
    checkName(name, file);
    if (tensors.has(name)) throw new WorkbenchError("checkpoint.duplicateName", { file, name });
    if (tensors.size >= TENSOR_LIMIT) throw new WorkbenchError("checkpoint.tooManyTensors", { file, count: tensors.size + 1, limit: TENSOR_LIMIT });
    tensors.set(name, readTensor(context, name));
  });
  context.cursor.expectEnd();
  return { tensors: layOut([...tensors.values()], context), metadata: metadata ?? new Map() };
}

function decodeText(header: Uint8Array, fail: (reason: string) => never): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(header);
  } catch {
    return fail("the header is not UTF-8");
  }
}

/** Walks one object; `onKey` must consume the value. */
function eachEntry(cursor: JsonCursor, onKey: (key: string) => void): void {
  cursor.expect("{");
  if (cursor.take("}")) return;
  do {
    const key = cursor.expectString("a key");
    cursor.expect(":");
    onKey(key);
  } while (cursor.take(","));
  cursor.expect("}");
}

function readMetadata({ cursor, file }: Context): Map<string, string> {
  const metadata = new Map<string, string>();
  eachEntry(cursor, (key) => {
    if (metadata.has(key)) throw new WorkbenchError("checkpoint.duplicateName", { file, name: key });
    metadata.set(key, cursor.expectString("a string in __metadata__"));
  });
  return metadata;
}

/** Names end up in logs, terminals and file names of other formats: no control characters, no broken Unicode. */
function checkName(name: string, file: string): void {
  if (name.length > 0 && name.length <= NAME_LENGTH_LIMIT && name.isWellFormed() && !/\p{Cc}/u.test(name)) return;
  throw new WorkbenchError("checkpoint.tensorNameInvalid", { file, field: "name", found: shownValue(name) });
}

function readTensor(context: Context, name: string): HeaderTensor {
  const { cursor, file } = context;
  let dtype: string | undefined;
  let shape: number[] | undefined;
  let range: [number, number] | undefined;
  eachEntry(cursor, (key) => {
    const seen = key === "dtype" ? dtype : key === "shape" ? shape : key === "data_offsets" ? range : cursor.fail("a field the format does not have");
    if (seen !== undefined) throw new WorkbenchError("checkpoint.duplicateName", { file, name: `${name}.${key}` });
    if (key === "dtype") dtype = cursor.expectString("a dtype");
    else if (key === "shape") shape = readShape(context, name);
    else range = readRange(context, name);
  });
  if (dtype === undefined || shape === undefined || range === undefined) return cursor.fail("a tensor without dtype, shape or data_offsets");
  const bytes = byteLength(dtype, shape, context, name);
  const found = range[1] - range[0];
  if (bytes !== found) {
    throw new WorkbenchError("checkpoint.sizeMismatch", { file, field: name, found: `${dtype} [${shape.join(", ")}]`, expectedBytes: bytes, foundBytes: found });
  }
  return { name, dtype, shape, offset: context.dataStart + range[0], bytes };
}

/** A JSON integer without sign, fraction or exponent, exact as a double; otherwise `invalid` of what stood there. */
function readCount(cursor: JsonCursor, invalid: (found: string) => WorkbenchError): number {
  const token = cursor.takeNumber();
  if (token === undefined) throw invalid(shownValue(cursor.preview()));
  const value = /^(0|[1-9][0-9]*)$/.test(token) ? Number(token) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw invalid(shownValue(token));
  return value;
}

function readShape({ cursor, file }: Context, name: string): number[] {
  const invalid = (found: string): WorkbenchError => new WorkbenchError("checkpoint.shapeInvalid", { file, field: name, found });
  if (!cursor.take("[")) throw invalid(shownValue(cursor.preview()));
  const shape: number[] = [];
  if (cursor.take("]")) return shape;
  do {
    if (shape.length === RANK_LIMIT) throw invalid(`more than ${RANK_LIMIT} dimensions`);
    shape.push(readCount(cursor, invalid));
  } while (cursor.take(","));
  cursor.expect("]");
  return shape;
}

function readRange({ cursor, file, fileBytes, dataStart }: Context, name: string): [number, number] {
  const invalid = (found: string): WorkbenchError => new WorkbenchError("checkpoint.offsetOutOfBounds", { file, field: name, found, fileBytes });
  cursor.expect("[");
  const begin = readCount(cursor, invalid);
  cursor.expect(",");
  const end = readCount(cursor, invalid);
  cursor.expect("]");
  if (begin > end || end > fileBytes - dataStart) throw invalid(`[${begin}, ${end}]`);
  return [begin, end];
}

/** Elements × bits, refused where the product is not exact: a wrapped product could match a small range. Zero dimensions do not hide large ones. */
function byteLength(dtype: string, shape: readonly number[], { file }: Context, name: string): number {
  const bits = bitsOfDtype(dtype);
  if (bits === undefined) {
    throw new WorkbenchError("checkpoint.dtypeUnsupported", { file, field: name, found: shownValue(dtype), supported: SAFETENSORS_DTYPES.join(", ") });
  }
  let product = bits;
  for (const dimension of shape) if (dimension > 0) product *= dimension;
  if (!Number.isSafeInteger(product)) throw new WorkbenchError("checkpoint.shapeInvalid", { file, field: name, found: `[${shape.join(", ")}]` });
  if (shape.includes(0)) return 0;
  if (product % 8 !== 0) throw new WorkbenchError("checkpoint.shapeInvalid", { file, field: name, found: `${dtype} [${shape.join(", ")}]` });
  return product / 8;
}

/**
 * Sorts by position and demands that tensors fill the file without overlap (two names for bytes one of them does not own) or hole
 * (where something else could be smuggled along under a valid digest).
 */
function layOut(tensors: HeaderTensor[], { file, fileBytes, dataStart }: Context): HeaderTensor[] {
  tensors.sort((a, b) => a.offset - b.offset || a.bytes - b.bytes);
  let end = dataStart;
  let previous = "";
  for (const tensor of tensors) {
    if (tensor.offset < end) throw new WorkbenchError("checkpoint.tensorsOverlap", { file, tensor: tensor.name, other: previous });
    if (tensor.offset > end) throw new WorkbenchError("checkpoint.gapBetweenTensors", { file, tensor: tensor.name, bytes: tensor.offset - end });
    end += tensor.bytes;
    previous = tensor.name;
  }
  if (end < fileBytes) throw new WorkbenchError("checkpoint.gapBetweenTensors", { file, tensor: "(end of file)", bytes: fileBytes - end });
  return tensors;
}
