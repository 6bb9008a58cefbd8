/**
 * From stored bytes to float32, checking on the way that every value is finite. The check costs one AND, one ADD and one OR for each stored word: adding one
 * to the lowest exponent bit carries into the sign's place only if every exponent bit is set, which is what NaN and infinity have and nothing else has.
 *
 * Every decoder returns true when all values are finite. Stored words are little-endian, as are all hosts this runs on (and Node's other builds are refused below).
 */
if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) throw new Error("only little-endian processors are supported");

/** @param from 2 × count bytes, at a multiple of 4 in its buffer. bfloat16 is the upper half of a float32. */
export function decodeBfloat16(from: Uint8Array, count: number, into: Float32Array): boolean {
  const pairs = count >>> 1;
  const words = new Uint32Array(from.buffer, from.byteOffset, pairs);
  const out = new Uint32Array(into.buffer, into.byteOffset, count);
  let carry = 0;
  for (let i = 0, j = 0; i < pairs; i++, j += 2) {
    const word = words[i] as number;
    carry |= (word & 0x7f807f80) + 0x00800080;
    out[j] = word << 16;
    out[j + 1] = word & 0xffff0000;
  }
  if ((count & 1) === 1) {
    const last = (from[2 * count - 2] as number) | ((from[2 * count - 1] as number) << 8);
    carry |= (last & 0x7f80) + 0x80;
    out[count - 1] = last << 16;
  }
  return (carry & 0x80008000) === 0;
}

/** @param from 2 × count bytes, at a multiple of 2 in its buffer */
export function decodeFloat16(from: Uint8Array, count: number, into: Float32Array): boolean {
  const words = new Uint16Array(from.buffer, from.byteOffset, count);
  const table = FLOAT16;
  let carry = 0;
  for (let i = 0; i < count; i++) {
    const word = words[i] as number;
    carry |= (word & 0x7c00) + 0x0400;
    into[i] = table[word] as number;
  }
  return (carry & 0x8000) === 0;
}

/** For values that were read in place. */
export function areFinite(values: Float32Array): boolean {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let carry = 0;
  for (let i = 0; i < words.length; i++) carry |= ((words[i] as number) & 0x7f800000) + 0x00800000;
  return (carry & 0x80000000) === 0;
}

/**
 * One run of float8 values that share a scale: into[at + i] = float8(from[at + i]) × scale. The product of a 4-bit and a 24-bit significand is exact in
 * double, so it is rounded once, as a float32 product is.
 */
export function decodeFloat8(from: Uint8Array, start: number, end: number, scale: number, into: Float32Array): boolean {
  const table = FLOAT8_E4M3;
  let carry = 0;
  for (let i = start; i < end; i++) {
    const code = from[i] as number;
    carry |= (code & 0x7f) + 1;
    into[i] = (table[code] as number) * scale;
  }
  return (carry & 0x80) === 0;
}

/** Largest finite E4M3 value. */
export const FLOAT8_MAXIMUM = 448;

const FLOAT16 = float16Table();
const FLOAT8_E4M3 = float8Table();

/** IEEE binary16: 5 exponent bits of bias 15, 10 of fraction; exponent 0 is subnormal. Built once: 256 KiB. */
function float16Table(): Float32Array {
  const table = new Float32Array(65_536);
  for (let code = 0; code < 65_536; code++) {
    const exponent = (code >> 10) & 0x1f;
    const fraction = code & 0x3ff;
    const magnitude = exponent === 0 ? fraction * 2 ** -24 : exponent === 31 ? (fraction === 0 ? Infinity : Number.NaN) : (1024 + fraction) * 2 ** (exponent - 25);
    table[code] = code & 0x8000 ? -magnitude : magnitude;
  }
  return table;
}

/** OCP float8 E4M3 in its "fn" form: bias 7, no infinity, one NaN per sign (S.1111.111), hence 448 as the largest value. */
function float8Table(): Float32Array {
  const table = new Float32Array(256);
  for (let code = 0; code < 256; code++) {
    const exponent = (code >> 3) & 0xf;
    const fraction = code & 7;
    const magnitude = (code & 0x7f) === 0x7f ? Number.NaN : exponent === 0 ? fraction * 2 ** -9 : (8 + fraction) * 2 ** (exponent - 10);
    table[code] = code & 0x80 ? -magnitude : magnitude;
  }
  return table;
}
