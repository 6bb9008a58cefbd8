import { readFileSync } from "node:fs";
import fc from "fast-check";
import ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import type { BlockFormat } from "../../main/domain/weights.ts";
import { GraphBuilder, MICROSOFT } from "../../main/graph/graph-builder.ts";
import { encodeModel } from "../../main/graph/onnx/encode-model.ts";
import { quantizeBlock } from "../../main/quantize/block-reference.ts";
import { createBlockQuantizer } from "../../main/quantize/block-quantizer.ts";
import { dequantizeRows } from "./dequantize-rows.ts";
import { assembleKernel } from "./assemble-kernel.ts";

const FORMATS: BlockFormat[] = ([4, 8] as const).flatMap((bits) => ([32, 64, 128] as const).flatMap((blockSize) => [true, false].map((symmetric) => ({ bits, blockSize, symmetric }))));
const nameOf = ({ bits, blockSize, symmetric }: BlockFormat) => `${bits} bit, blocks of ${blockSize}, ${symmetric ? "symmetric" : "with zero points"}`;

function quantizeRows(values: Float32Array, rows: number, columns: number, format: BlockFormat) {
  const quantizer = createBlockQuantizer(format, columns);
  const out = {
    packed: new Uint8Array(rows * quantizer.packedBytesPerRow),
    scales: new Float32Array(rows * quantizer.scalesPerRow),
    zeroPoints: format.symmetric ? null : new Uint8Array(rows * quantizer.zeroPointBytesPerRow),
  };
  quantizer.quantize(values, rows, out);
  return out;
}

/** Weights as they come: mostly small, now and then an outlier, whole blocks of zeros, huge and tiny ones. */
const weight = fc.oneof(
  { weight: 8, arbitrary: fc.float({ min: -1, max: 1, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true }) },
);
const block = (size: number) =>
  fc.oneof(
    fc.array(weight, { minLength: size, maxLength: size }),
    fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => Array.from({ length: size }, () => value)),
    fc.array(fc.float({ min: Math.fround(0.5), max: 1, noNaN: true }), { minLength: size, maxLength: size }),
  );

describe("the kernel", () => {
  it("is what its source assembles to", async () => {
    expect(readFileSync(new URL("../../main/quantize/block-kernel.ts", import.meta.url), "utf8")).toBe(await assembleKernel());
  });

  it.each(FORMATS.map((format) => [nameOf(format), format] as const))("gives the bits of the reference: %s", (_, format) => {
    fc.assert(
      fc.property(block(format.blockSize), (numbers) => {
        const values = Float32Array.from(numbers);
        const expected = quantizeBlock(values, format);
        const found = quantizeRows(values, 1, format.blockSize, format);
        const codes = format.bits === 8 ? found.packed : Uint8Array.from({ length: format.blockSize }, (__, i) => ((found.packed[i >> 1] as number) >> (4 * (i % 2))) & 15);
        expect([...codes]).toEqual([...expected.codes]);
        // + 0 turns −0 into 0: the sign of a zero scale means nothing.
        expect((found.scales[0] as number) + 0).toBe(expected.scale + 0);
        if (found.zeroPoints !== null) expect((found.zeroPoints[0] as number) & (2 ** format.bits - 1)).toBe(expected.zeroPoint);
      }),
      { numRuns: 150 },
    );
  });
});

describe("a quantized block", () => {
  it.each(FORMATS.map((format) => [nameOf(format), format] as const))("is never further from its weights than plain rounding: %s", (_, format) => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: format.blockSize, maxLength: format.blockSize }), (numbers) => {
        const values = Float32Array.from(numbers);
        const { codes, scale, zeroPoint } = quantizeBlock(values, format);
        const error = values.reduce((sum, value, i) => sum + (value - ((codes[i] as number) - zeroPoint) * scale) ** 2, 0);
        expect(error).toBeLessThanOrEqual(plainRoundingError(values, format) * (1 + 1e-4) + 1e-12 * values.reduce((sum, value) => sum + value * value, 0));
      }),
      { numRuns: 100 },
    );
  });

  it("of zeros stays zero, whatever the format", () => {
    for (const format of FORMATS) {
      const found = quantizeRows(new Float32Array(format.blockSize), 1, format.blockSize, format);
      expect([...dequantizeRows(found, 1, format.blockSize, format)]).toEqual(Array.from({ length: format.blockSize }, () => 0));
      expect(found.scales.every(Number.isFinite)).toBe(true);
    }
  });
});

/** Round to nearest at the scale of the extremes, in float64: what everybody else does. */
function plainRoundingError(values: Float32Array, { bits, symmetric }: BlockFormat): number {
  const levels = 2 ** bits - 1;
  const lowest = Math.min(...values, symmetric ? Number.POSITIVE_INFINITY : 0);
  const highest = Math.max(...values, symmetric ? Number.NEGATIVE_INFINITY : 0);
  const scale = symmetric ? (highest > -lowest ? highest : lowest) / -(2 ** (bits - 1)) : (highest - lowest) / levels;
  if (scale === 0) return 0;
  const zero = symmetric ? 2 ** (bits - 1) : Math.round(-lowest / scale);
  return values.reduce((sum, value) => sum + (value - (Math.max(0, Math.min(levels, Math.round(value / scale) + zero)) - zero) * scale) ** 2, 0);
}

describe("ONNX Runtime", () => {
  it.each(FORMATS.flatMap((format) => [256, 200].map((columns) => [nameOf(format), columns, format] as const)))("multiplies as we unpack: %s, %i columns", async (_, columns, format) => {
    const rows = 5;
    const values = Float32Array.from({ length: rows * columns }, (__, i) => Math.sin(i * 0.7) * (1 + (i % 11)));
    const stored = quantizeRows(values, rows, columns, format);
    const weights = dequantizeRows(stored, rows, columns, format);
    const x = Float32Array.from({ length: 2 * columns }, (__, i) => Math.cos(i * 0.3));
    const builder = new GraphBuilder();
    const blocks = Math.ceil(columns / format.blockSize);
    const initializer = (name: string, type: "uint8" | "float32", dims: number[], bytes: Uint8Array) => {
      builder.initializers.push({ name, type, dims, data: { kind: "inline", bytes } });
      return name;
    };
    const inputs = [
      builder.input("x", "float32", ["T", columns]),
      initializer("packed", "uint8", [rows, blocks, (format.blockSize * format.bits) / 8], stored.packed),
      initializer("scales", "float32", [rows * blocks], new Uint8Array(stored.scales.buffer)),
    ];
    if (stored.zeroPoints !== null) inputs.push(initializer("zero_points", "uint8", [stored.zeroPoints.length], stored.zeroPoints));
    builder.output("y", builder.node("MatMulNBits", inputs, { K: columns, N: rows, bits: format.bits, block_size: format.blockSize, accuracy_level: format.bits === 4 ? 1 : 4 }, MICROSOFT), "float32", ["T", rows]);
    const session = await ort.InferenceSession.create(
      encodeModel({ irVersion: 10, producerName: "test", producerVersion: "1", opsets: { "": 23, [MICROSOFT]: 1 }, graphName: "g", nodes: builder.nodes, inputs: builder.inputs, outputs: builder.outputs, initializers: builder.initializers, metadata: {} }),
    );
    const found = (await session.run({ x: new ort.Tensor("float32", x, [2, columns]) }))["y"]?.data as Float32Array;
    for (let t = 0; t < 2; t++) {
      for (let row = 0; row < rows; row++) {
        let exact = 0;
        let size = 0;
        for (let i = 0; i < columns; i++) {
          const product = (x[t * columns + i] as number) * (weights[row * columns + i] as number);
          exact += product;
          size += Math.abs(product);
        }
        // 8-bit weights multiply activations rounded to 8 bits; 4-bit ones here exact activations.
        expect(Math.abs((found[t * rows + row] as number) - exact) / size).toBeLessThan(format.bits === 8 ? 4e-3 : 1e-5);
      }
    }
  });
});
