import type { BlockFormat } from "../../main/domain/weights.ts";
import type { QuantizedRows } from "../../main/quantize/block-quantizer.ts";

/** The inverse, from the documentation of MatMulNBits alone: value = (code − zero point) × scale. @returns float32 [rows, columns] */
export function dequantizeRows({ packed, scales, zeroPoints }: QuantizedRows, rows: number, columns: number, { bits, blockSize }: BlockFormat): Float32Array {
  const blocks = Math.ceil(columns / blockSize);
  const at = (bytes: Uint8Array, rowBytes: number, row: number, index: number): number =>
    bits === 8 ? (bytes[row * rowBytes + index] as number) : ((bytes[row * rowBytes + (index >> 1)] as number) >> (4 * (index % 2))) & 15;
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const row = Math.floor(i / columns);
    const column = i % columns;
    const block = Math.floor(column / blockSize);
    const zero = zeroPoints === null ? 2 ** (bits - 1) : at(zeroPoints, Math.ceil((blocks * bits) / 8), row, block);
    return (at(packed, (blocks * blockSize * bits) / 8, row, column) - zero) * (scales[row * blocks + block] as number);
  });
}
