import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { encodeSafetensors, type TensorToEncode } from "../../main/checkpoint/encode-safetensors.ts";
import { readSafetensors } from "../../main/checkpoint/read-safetensors.ts";
import { createNodeFiles } from "../../main/hosts/node-files.ts";
import { errorOf, rawSafetensors, temporaryDirectory } from "./checkpoint-fixture.ts";

const files = createNodeFiles();
const REFERENCE = fileURLToPath(new URL("../references/llama/expected.safetensors", import.meta.url));
const ids: TensorToEncode = { name: "input_ids", dtype: "I64", shape: [3], bytes: new Uint8Array(BigInt64Array.of(1n, -2n, 3n).buffer) };
const logits: TensorToEncode = { name: "logits", dtype: "F32", shape: [1, 3], bytes: new Uint8Array(Float32Array.of(0.5, -1, 2).buffer) };

describe("a small safetensors file", () => {
  it("of the references is read with its integers and floats", async () => {
    const tensors = await readSafetensors(files, REFERENCE, 1 << 20);
    const shapes = Object.fromEntries([...tensors].map(([name, { dtype, shape }]) => [name, [dtype, ...shape]]));
    expect(shapes).toMatchObject({ input_ids: ["I64", 40], logits: ["F32", 40, 320], greedy_ids: ["I64", 24] });
    const bytes = tensors.get("input_ids")?.bytes ?? new Uint8Array(0);
    const tokens = new BigInt64Array(bytes.buffer, bytes.byteOffset, 40);
    expect(tokens.every((token) => token >= 0n && token < 320n)).toBe(true);
  });

  it("written by safetensors' own writer comes out the same byte for byte", async () => {
    const original = readFileSync(REFERENCE);
    const tensors = await readSafetensors(files, REFERENCE, 1 << 20);
    const again = [...tensors].map(([name, { dtype, shape, bytes }]): TensorToEncode => ({ name, dtype: dtype === "I64" ? "I64" : "F32", shape, bytes })).reverse();
    const header = JSON.parse(original.subarray(8, 8 + Number(original.readBigUInt64LE(0))).toString()) as Record<string, Record<string, string>>;
    expect(Buffer.from(encodeSafetensors(again, header["__metadata__"] ?? {})).equals(original)).toBe(true);
  });

  it("is the same whatever the order of tensors and metadata, aligned, and read back", async () => {
    const content = encodeSafetensors([logits, ids], { b: "2", "10": "x", a: '1"' });
    expect(encodeSafetensors([ids, logits], { a: '1"', b: "2", "10": "x" })).toEqual(content);
    expect(new DataView(content.buffer).getBigUint64(0, true) % 8n).toBe(0n);
    const path = join(temporaryDirectory(), "x.safetensors");
    writeFileSync(path, content);
    const back = await readSafetensors(files, path, 10_000);
    expect(back.get("input_ids")).toEqual({ dtype: "I64", shape: [3], bytes: ids.bytes });
    expect(back.get("logits")).toEqual({ dtype: "F32", shape: [1, 3], bytes: logits.bytes });
  });

  it("with tensors at odd places is still viewable as any typed array", async () => {
    const path = join(temporaryDirectory(), "x.safetensors");
    writeFileSync(path, rawSafetensors('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"I64","shape":[1],"data_offsets":[1,9]}}', Uint8Array.of(9, 5, 0, 0, 0, 0, 0, 0, 0)));
    const bytes = (await readSafetensors(files, path, 1000)).get("b")?.bytes;
    expect(new BigInt64Array(bytes?.buffer as ArrayBuffer, bytes?.byteOffset, 1)[0]).toBe(5n);
  });

  it("is refused above the caller's limit, when cut short, and when it is no such file", async () => {
    const directory = temporaryDirectory();
    const at = (content: Uint8Array): string => {
      writeFileSync(join(directory, "x"), content);
      return join(directory, "x");
    };
    const content = encodeSafetensors([ids], {});
    expect((await errorOf(() => readSafetensors(files, at(content), content.byteLength - 1))).code).toBe("files.readFailed");
    expect((await errorOf(() => readSafetensors(files, at(content.subarray(0, -1)), 1000))).code).toBe("checkpoint.offsetOutOfBounds");
    expect((await errorOf(() => readSafetensors(files, at(content.subarray(0, 5)), 1000))).code).toBe("checkpoint.headerTruncated");
  });

  it("is not written with a name twice or bytes that do not fit the shape", async () => {
    expect((await errorOf(() => encodeSafetensors([ids, ids], {}))).code).toBe("checkpoint.duplicateName");
    expect((await errorOf(() => encodeSafetensors([{ ...ids, name: "__metadata__" }], {}))).code).toBe("checkpoint.duplicateName");
    expect((await errorOf(() => encodeSafetensors([{ ...ids, shape: [4] }], {}))).code).toBe("checkpoint.sizeMismatch");
  });
});
