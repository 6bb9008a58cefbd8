import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeModel } from "../../../main/graph/onnx/decode-model.ts";
import { encodeModel } from "../../../main/graph/onnx/encode-model.ts";
import type { OnnxAttribute, OnnxModel, OnnxTensor } from "../../../main/graph/onnx/onnx-model.ts";
import { WorkbenchError } from "../../../shared/errors.ts";

const name = fc.string({ maxLength: 20 });
const int = fc.maxSafeInteger();
const attribute: fc.Arbitrary<OnnxAttribute> = fc.oneof(
  fc.record({ name, kind: fc.constant("int" as const), value: int }),
  fc.record({ name, kind: fc.constant("float" as const), value: fc.float({ noNaN: true }) }),
  fc.record({ name, kind: fc.constant("string" as const), value: name }),
  fc.record({ name, kind: fc.constant("ints" as const), value: fc.array(int, { maxLength: 5 }) }),
  fc.record({ name, kind: fc.constant("floats" as const), value: fc.array(fc.float({ noNaN: true }), { maxLength: 5 }) }),
);
const type = fc.constantFrom("float32", "uint8", "int64", "bool", "float16", "int32", "int8");
const tensor: fc.Arbitrary<OnnxTensor> = fc.record({
  name,
  type,
  dims: fc.array(fc.nat(1000), { maxLength: 4 }),
  data: fc.oneof(
    fc.record({ kind: fc.constant("inline" as const), bytes: fc.uint8Array({ maxLength: 30 }) }),
    fc.record({ kind: fc.constant("external" as const), file: name, offset: fc.nat(), bytes: fc.nat() }),
  ),
}) as fc.Arbitrary<OnnxTensor>;
const value = fc.record({ name, type, shape: fc.array(fc.oneof(fc.nat(100), fc.string({ minLength: 1, maxLength: 5 })), { maxLength: 4 }) });
const node = fc.record({ name, opType: name, domain: name, inputs: fc.array(name, { maxLength: 4 }), outputs: fc.array(name, { maxLength: 4 }), attributes: fc.array(attribute, { maxLength: 4 }) });
const model = fc.record({
  irVersion: fc.nat(20), producerName: name, producerVersion: name, opsets: fc.dictionary(fc.constantFrom("", "com.microsoft"), fc.nat(30), { noNullPrototype: true }), graphName: name,
  nodes: fc.array(node, { maxLength: 5 }), inputs: fc.array(value, { maxLength: 3 }), outputs: fc.array(value, { maxLength: 3 }), initializers: fc.array(tensor, { maxLength: 4 }),
  metadata: fc.dictionary(fc.constantFrom("a", "b"), name, { noNullPrototype: true }),
}) as fc.Arbitrary<OnnxModel>;

describe("ONNX bytes", () => {
  it("read back as what was written", () => {
    fc.assert(fc.property(model, (written) => {
      expect(decodeModel(encodeModel(written), "m.onnx")).toEqual(written);
    }), { numRuns: 300 });
  });

  it("that were damaged give a model or a typed error, never anything else", () => {
    fc.assert(
      fc.property(model, fc.array(fc.record({ at: fc.nat(), to: fc.nat(255) }), { maxLength: 8 }), fc.nat(), (written, changes, cut) => {
        let bytes = encodeModel(written).slice();
        for (const { at, to } of changes) bytes[at % bytes.length] = to;
        bytes = bytes.subarray(0, bytes.length - (cut % 4 === 0 ? cut % bytes.length : 0));
        expectTyped(bytes);
      }),
      { numRuns: 1500 },
    );
  });

  it("made of anything give a typed error", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), expectTyped), { numRuns: 3000 });
  });

  it("that promise more than they hold are refused before anything is reserved", () => {
    // Field 7 (graph), length 2^60.
    expect(() => decodeModel(Uint8Array.of(0x3a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10), "m.onnx")).toThrow(/onnx\.invalid/);
    // A varint without end.
    expect(() => decodeModel(new Uint8Array(64).fill(0xff), "m.onnx")).toThrow(/onnx\.invalid/);
  });
});

function expectTyped(bytes: Uint8Array): void {
  try {
    decodeModel(bytes, "m.onnx");
  } catch (error) {
    expect(error).toBeInstanceOf(WorkbenchError);
  }
}
