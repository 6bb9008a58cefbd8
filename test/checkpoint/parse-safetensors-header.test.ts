import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSafetensorsHeader } from "../../main/checkpoint/parse-safetensors-header.ts";
import { headerLength, readSafetensorsHeader } from "../../main/checkpoint/read-safetensors-header.ts";
import { WorkbenchError } from "../../shared/errors.ts";

const VALID = JSON.stringify({
  __metadata__: { format: "pt" }, "model.a.weight": { dtype: "BF16", shape: [4, 8], data_offsets: [0, 64] }, "model.b.weight": { dtype: "F8_E4M3", shape: [3, 5], data_offsets: [64, 79] },
  "model.b.weight_scale_inv": { dtype: "F32", shape: [1, 1], data_offsets: [79, 83] },
});
const DATA_BYTES = 83;

/** What the parser made of it, checked against what it promises; undefined when it refused by a typed error. */
function parsed(header: Uint8Array, fileBytes: number): ReturnType<typeof parseSafetensorsHeader> | undefined {
  try {
    const result = parseSafetensorsHeader(header, fileBytes, "fuzzed");
    let end = 8 + header.byteLength;
    for (const { offset, bytes } of result.tensors) {
      expect(offset).toBe(end);
      end += bytes;
    }
    expect(end).toBe(fileBytes);
    return result;
  } catch (error) {
    if (error instanceof WorkbenchError) return undefined;
    throw error;
  }
}

describe("the header parser", () => {
  it("reads a header, its metadata and the padding behind it", () => {
    const header = Buffer.from(`${VALID}   \n`);
    const result = parsed(header, 8 + header.length + DATA_BYTES);
    expect(result?.tensors.map(({ name, offset }) => [name, offset - 8 - header.length])).toEqual([["model.a.weight", 0], ["model.b.weight", 64], ["model.b.weight_scale_inv", 79]]);
    expect([...(result?.metadata ?? [])]).toEqual([["format", "pt"]]);
  });

  it("refuses random bytes by typed errors only", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(1000), (bytes, extra) => void parsed(Uint8Array.of(0x7b, ...bytes), 9 + bytes.length + extra)), { numRuns: 3000 });
  });

  it("survives any mutation of a valid header", () => {
    const edit = fc.record({ at: fc.nat(VALID.length), remove: fc.nat(6), insert: fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('"', "{", "}", "[", "]", ",", ":", "-1", "1e999", "9".repeat(400), "\\u0000", "\\", "null")) });
    let refused = 0;
    fc.assert(fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const text = edits.reduce((before, { at, remove, insert }) => before.slice(0, at) + insert + before.slice(at + remove), VALID);
      const header = Buffer.from(text);
      if (header[0] === 0x7b && parsed(header, 8 + header.length + DATA_BYTES) === undefined) refused++;
    }), { numRuns: 4000 });
    expect(refused).toBeGreaterThan(1000);
  });

  it("agrees with JSON.parse on every header both accept", () => {
    const name = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" }).filter((text) => text !== "__metadata__" && !/\p{Cc}/u.test(text) && text !== "__proto__");
    fc.assert(fc.property(fc.uniqueArray(name, { maxLength: 8 }), fc.array(fc.nat(5), { maxLength: 4 }), (names, shape) => {
      const bytes = 2 * shape.reduce((product, dimension) => product * dimension, 1);
      const text = `{${names.map((key, index) => `${JSON.stringify(key)}:{"data_offsets":[${index * bytes}, ${(index + 1) * bytes}], "dtype":"F16","shape":[${shape.join(" ,")}]}`).join(", ")}}`;
      const header = Buffer.from(text);
      const result = parsed(header, 8 + header.length + names.length * bytes);
      const reference = JSON.parse(text) as Record<string, { shape: number[] }>;
      expect(new Set(result?.tensors.map((tensor) => tensor.name))).toEqual(new Set(Object.keys(reference)));
      for (const tensor of result?.tensors ?? []) expect(tensor.shape).toEqual(reference[tensor.name]?.shape);
    }), { numRuns: 500 });
  });

  it("allocates nothing on the word of a length it has not checked", async () => {
    await fc.assert(fc.asyncProperty(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.nat(200), async (stated, fileBytes) => {
      const prefix = new Uint8Array(BigUint64Array.of(stated).buffer);
      let largest = 0;
      const file = {
        path: "/fuzzed", bytes: fileBytes, close: async () => undefined,
        read: async (into: Uint8Array, offset: number) => {
          largest = Math.max(largest, into.byteLength);
          if (offset === 0) into.set(prefix.subarray(0, into.byteLength));
        },
      };
      await expect(readSafetensorsHeader(file, "fuzzed")).rejects.toBeInstanceOf(WorkbenchError);
      expect(largest).toBeLessThanOrEqual(Math.max(8, fileBytes));
    }), { numRuns: 500 });
  });

  it("takes the length as little-endian and whole", () => {
    expect(headerLength(Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0), 10_000, "x")).toBe(256);
    expect(() => headerLength(Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 1), 10_000, "x")).toThrow("checkpoint.headerTooLong");
  });

  const many = (count: number): Buffer => Buffer.from(`{${Array.from({ length: count }, (_, index) => `"t${index}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`).join(",")}}`);

  it("reads 100,000 tensors in seconds", () => {
    const honest = many(100_000);
    const start = performance.now();
    expect(parseSafetensorsHeader(honest, 8 + honest.length, "x").tensors).toHaveLength(100_000);
    expect(performance.now() - start).toBeLessThan(5000);
  }, 30_000);

  it("stops at its limit of tensors", () => {
    const hostile = many(1_000_001);
    expect(() => parseSafetensorsHeader(hostile, 8 + hostile.length, "x")).toThrow("checkpoint.tooManyTensors");
  }, 60_000);
});
