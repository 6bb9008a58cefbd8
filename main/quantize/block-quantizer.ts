import type { BlockFormat } from "../domain/weights.ts";
import { KERNEL_BASE64 } from "./block-kernel.ts";
import { CANDIDATE_FACTORS } from "./candidate-factors.ts";

/** Weights handed to the kernel at a time: 256 KiB of input stay in the second-level cache between its passes. */
const CHUNK_WEIGHTS = 2 ** 16;

/** Where things lie in the kernel's memory, bytes. */
const FACTORS = 0;
const INPUT = 1024;
const PACKED = INPUT + CHUNK_WEIGHTS * 4;
const SCALES = PACKED + CHUNK_WEIGHTS;
const ZERO_POINTS = SCALES + (CHUNK_WEIGHTS / 32) * 4;

export interface QuantizedRows {
  /** uint8 [rowCount, ceil(columns / blockSize), blockSize · bits / 8]; of two 4-bit codes in a byte the low one comes first. */
  readonly packed: Uint8Array;
  /** float32 [rowCount, ceil(columns / blockSize)] */
  readonly scales: Float32Array;
  /** uint8 [rowCount, ceil(blocks · bits / 8)], 4-bit ones two to a byte; null when symmetric. */
  readonly zeroPoints: Uint8Array | null;
}

export interface BlockQuantizer {
  readonly packedBytesPerRow: number;
  readonly scalesPerRow: number;
  /** 0 when symmetric. */
  readonly zeroPointBytesPerRow: number;
  /** @param values finite float32 [rowCount, columns] */
  quantize(values: Float32Array, rowCount: number, out: QuantizedRows): void;
}

/**
 * Round-to-nearest with a least-squares search for each block's scale, in the layout of com.microsoft.MatMulNBits
 * (value = (code − zero point) × scale). The arithmetic is specified by block-reference.ts and done by block-kernel.wat.
 */
export function createBlockQuantizer(format: BlockFormat, columns: number): BlockQuantizer {
  const { bits, blockSize, symmetric } = format;
  const blocksPerRow = Math.ceil(columns / blockSize);
  const paddedColumns = blocksPerRow * blockSize;
  const packedBytesPerRow = (paddedColumns * bits) / 8;
  const zeroPointBytesPerRow = symmetric ? 0 : Math.ceil((blocksPerRow * bits) / 8);
  const factors = CANDIDATE_FACTORS[bits];
  const kernel = sharedKernel();
  new Float32Array(kernel.memory.buffer, FACTORS, factors.length).set(factors);

  // A chunk is a run of whole blocks; rows matter only where the last block of one is partial.
  const runBlocks = (blocks: number, firstBlock: number, out: QuantizedRows): void => {
    kernel.quantize(INPUT, blocks, blockSize, bits, symmetric ? 1 : 0, FACTORS, factors.length, PACKED, SCALES, ZERO_POINTS);
    const blockBytes = (blockSize * bits) / 8;
    out.packed.set(new Uint8Array(kernel.memory.buffer, PACKED, blocks * blockBytes), firstBlock * blockBytes);
    out.scales.set(new Float32Array(kernel.memory.buffer, SCALES, blocks), firstBlock);
    if (out.zeroPoints !== null) placeZeroPoints(new Uint8Array(kernel.memory.buffer, ZERO_POINTS, blocks), firstBlock, out.zeroPoints);
  };
  const placeZeroPoints = (found: Uint8Array, firstBlock: number, into: Uint8Array): void => {
    for (let i = 0; i < found.length; i++) {
      const row = Math.floor((firstBlock + i) / blocksPerRow);
      const block = (firstBlock + i) % blocksPerRow;
      const value = found[i] as number;
      if (bits === 8) into[row * zeroPointBytesPerRow + block] = value;
      else if (block % 2 === 0) into[row * zeroPointBytesPerRow + block / 2] = value;
      else into[row * zeroPointBytesPerRow + (block - 1) / 2] = (into[row * zeroPointBytesPerRow + (block - 1) / 2] as number) | (value << 4);
    }
  };

  return {
    packedBytesPerRow,
    scalesPerRow: blocksPerRow,
    zeroPointBytesPerRow,
    quantize(values, rowCount, out) {
      const input = new Float32Array(kernel.memory.buffer, INPUT, CHUNK_WEIGHTS);
      new Float32Array(kernel.memory.buffer, FACTORS, factors.length).set(factors);
      if (columns === paddedColumns) {
        for (let done = 0; done < rowCount * columns; done += CHUNK_WEIGHTS) {
          const chunk = values.subarray(done, Math.min(done + CHUNK_WEIGHTS, rowCount * columns));
          input.set(chunk);
          runBlocks(chunk.length / blockSize, done / blockSize, out);
        }
        return;
      }
      for (let row = 0; row < rowCount; row++) {
        for (let done = 0; done < columns; done += CHUNK_WEIGHTS) {
          const chunk = values.subarray(row * columns + done, row * columns + Math.min(done + CHUNK_WEIGHTS, columns));
          const blocks = Math.ceil(chunk.length / blockSize);
          input.set(chunk);
          input.fill(0, chunk.length, blocks * blockSize);
          runBlocks(blocks, row * blocksPerRow + done / blockSize, out);
        }
      }
    },
  };
}

interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer };
  quantize(
    input: number, blocks: number, blockSize: number, bits: number, symmetric: number, factors: number, factorCount: number, packed: number, scales: number, zeroPoints: number,
  ): void;
}

/** The part of the WebAssembly interface that is used; it is in every engine but not in the language's own library types. */
interface WebAssemblyApi {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: unknown };
}

let kernel: Kernel | null = null;

/** One instance a thread: calls are synchronous and leave nothing behind that the next one reads. */
function sharedKernel(): Kernel {
  if (kernel === null) {
    const { WebAssembly, atob } = globalThis as unknown as { WebAssembly: WebAssemblyApi; atob(text: string): string };
    const bytes = Uint8Array.from(atob(KERNEL_BASE64), (character) => character.charCodeAt(0));
    kernel = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Kernel;
  }
  return kernel;
}
