import { createHash } from "node:crypto";
import { appendFileSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openCheckpoint } from "../../main/checkpoint/open-checkpoint.ts";
import { createTensorSource } from "../../main/checkpoint/tensor-source.ts";
import type { Checkpoint } from "../../main/domain/checkpoint.ts";
import type { Files } from "../../main/domain/files.ts";
import { createNodeFiles } from "../../main/hosts/node-files.ts";
import { bfloat16, DEEPSEEK_FLOAT8, errorOf, type FixtureTensor, float32, safetensors, temporaryDirectory, writeCheckpoint } from "./checkpoint-fixture.ts";

const files = createNodeFiles();
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Written by test/references/make_decoded_digests.py with ml_dtypes. */
const DIGESTS: unknown = JSON.parse(readFileSync(join(ROOT, "test/references/decoded-digests.json"), "utf8"));

const elements = (shape: readonly number[]): number => shape.reduce((product, dimension) => product * dimension, 1);

async function decodedDigest(checkpoint: Checkpoint, rowsAtOnce: number): Promise<string> {
  const source = createTensorSource(files, checkpoint);
  const hash = createHash("sha256");
  for (const name of [...checkpoint.tensors.keys()].sort()) {
    const shape = checkpoint.tensors.get(name)?.shape ?? [];
    const columns = shape.at(-1) ?? 1;
    const rows = elements(shape) / columns;
    for (let row = 0; row < rows; row += rowsAtOnce) {
      const values = new Float32Array(Math.min(rowsAtOnce, rows - row) * columns);
      await source.readRows(name, row, values.length / columns, values);
      hash.update(new Uint8Array(values.buffer));
    }
  }
  await source.close();
  return hash.digest("hex");
}

describe("the weights of", () => {
  it.each(Object.entries(DIGESTS as Record<string, string>))("%s decode to the bytes ml_dtypes gives, whole and in slabs", async (name, digest) => {
    const checkpoint = await openCheckpoint(files, name.includes("/") ? join(ROOT, name) : join(ROOT, "test/references", name));
    expect(await decodedDigest(checkpoint, Number.MAX_SAFE_INTEGER)).toBe(digest);
    expect(await decodedDigest(checkpoint, 77)).toBe(digest);
  });
});

async function opened(tensors: Record<string, FixtureTensor>, config: object = {}): Promise<Checkpoint> {
  return openCheckpoint(files, writeCheckpoint(temporaryDirectory(), { "config.json": config, "model.safetensors": safetensors(tensors) }));
}

describe("readRows", () => {
  it("scales float8 by blocks, the partial ones at both edges too, from any row", async () => {
    const [rows, columns] = [300, 200];
    const codes = Uint8Array.from({ length: rows * columns }, (_, index) => index % 0x7f);
    const scales = Float32Array.from({ length: 3 * 2 }, (_, index) => 1 + index / 8);
    const shape = { F8: { dtype: "F8_E4M3", shape: [rows, columns], bytes: codes }, scale: { dtype: "F32", shape: [3, 2], bytes: new Uint8Array(scales.buffer) } };
    const checkpoint = await opened({ "a.weight": shape.F8, "a.weight_scale_inv": shape.scale }, DEEPSEEK_FLOAT8);
    expect([...checkpoint.tensors.keys()]).toEqual(["a.weight"]);
    const source = createTensorSource(files, checkpoint);
    const all = new Float32Array(rows * columns);
    await source.readRows("a.weight", 0, rows, all);
    for (const [row, column] of [[0, 0], [127, 127], [128, 128], [255, 199], [256, 0], [299, 199]] as const) {
      const code = (row * columns + column) % 0x7f;
      const exponent = code >> 3;
      const value = exponent === 0 ? (code & 7) * 2 ** -9 : (8 + (code & 7)) * 2 ** (exponent - 10);
      expect(all[row * columns + column]).toBe(Math.fround(value * (scales[Math.floor(row / 128) * 2 + Math.floor(column / 128)] as number)));
    }
    for (const [start, count] of [[1, 1], [127, 2], [255, 45], [299, 1]] as const) {
      const part = new Float32Array(count * columns);
      await source.readRows("a.weight", start, count, part);
      expect(part).toEqual(all.subarray(start * columns, (start + count) * columns));
    }
    await source.close();
  });

  it("keeps float8 columns and scales in step where a piece of the file ends within a row", async () => {
    // 700 columns divide no power of two: with 1600 rows, two pieces of 2^19 values end within a row.
    const [rows, columns] = [1600, 700];
    const scales = Float32Array.from({ length: 13 * 6 }, (_, index) => index + 1);
    const weight = { dtype: "F8_E4M3", shape: [rows, columns], bytes: new Uint8Array(rows * columns).fill(0x38) };
    const scale = { dtype: "F32", shape: [13, 6], bytes: new Uint8Array(scales.buffer) };
    const source = createTensorSource(files, await opened({ "a.weight": weight, "a.weight_scale_inv": scale }, DEEPSEEK_FLOAT8));
    for (const [start, count] of [[0, 1600], [3, 1500]] as const) {
      const values = new Float32Array(count * columns);
      await source.readRows("a.weight", start, count, values);
      const expected = (index: number): number => Math.floor((start + Math.floor(index / columns)) / 128) * 6 + Math.floor((index % columns) / 128) + 1;
      expect(values.findIndex((value, index) => value !== expected(index))).toBe(-1);
    }
    await source.close();
  });

  it("begins the blocks of stacked experts anew, and takes scales in bfloat16", async () => {
    // Two experts of 3 rows in blocks of 2: scale rows 0, 0, 1 then 2, 2, 3.
    const config = { quantization_config: { quant_method: "fp8", weight_block_size: [2, 4] } };
    const weight = { dtype: "F8_E4M3", shape: [2, 3, 1], bytes: new Uint8Array(6).fill(0x38) };
    const scale = { dtype: "BF16", shape: [2, 2, 1], bytes: new Uint8Array(Uint16Array.of(0x3f80, 0x4000, 0x4040, 0x4080).buffer) };
    const source = createTensorSource(files, await opened({ "experts.gate_up_proj": weight, "experts.gate_up_proj_scale_inv": scale }, config));
    const values = new Float32Array(6);
    await source.readRows("experts.gate_up_proj", 0, 6, values);
    expect([...values]).toEqual([1, 1, 2, 3, 3, 4]);
    await source.readRows("experts.gate_up_proj", 4, 2, values);
    expect([...values.subarray(0, 2)]).toEqual([3, 4]);
    await source.close();
  });

  it("decodes tensors of several pieces and odd lengths, at odd offsets, into a view", async () => {
    const count = 700_001;
    const words = Uint16Array.from({ length: count }, (_, index) => index % 0x7f80);
    const source = createTensorSource(files, await opened({ a: bfloat16([3]), b: { dtype: "BF16", shape: [count], bytes: new Uint8Array(words.buffer) } }));
    const holder = new Float32Array(count + 2).fill(7);
    await source.readRows("b", 0, 1, holder.subarray(1, count + 1));
    await source.close();
    const bits = new Uint32Array(holder.buffer);
    expect(words.findIndex((word, index) => bits[index + 1] !== word * 65_536)).toBe(-1);
    expect([holder[0], holder[count + 1]]).toEqual([7, 7]);
  });

  it("sees a vector as one row, a scalar as one value, and an empty tensor as nothing", async () => {
    const source = createTensorSource(files, await opened({ vector: float32([3], 2), scalar: float32([], 5), empty: float32([0, 4]) }));
    const values = new Float32Array(3);
    await source.readRows("vector", 0, 1, values);
    expect([...values]).toEqual([2, 2, 2]);
    await source.readRows("scalar", 0, 1, values);
    expect(values[0]).toBe(5);
    await source.readRows("empty", 0, 0, new Float32Array(0));
    await source.close();
  });

  it("answers calls that overlap as if they came one by one", async () => {
    const rows = 64;
    const content = Float32Array.from({ length: rows * 1000 }, (_, index) => index);
    const words = Uint16Array.from(new Uint16Array(content.buffer).filter((_, index) => index % 2 === 1));
    const source = createTensorSource(files, await opened({ a: { dtype: "BF16", shape: [rows, 1000], bytes: new Uint8Array(words.buffer) } }));
    const parts = Array.from({ length: rows }, () => new Float32Array(1000));
    await Promise.all(parts.map((part, row) => source.readRows("a", row, 1, part)));
    await source.close();
    const bits = Uint32Array.from(words, (word) => word * 65_536);
    expect(parts.findIndex((part, row) => !new Uint32Array(part.buffer).every((word, index) => word === bits[row * 1000 + index]))).toBe(-1);
  });

  it("goes on after a refused call", async () => {
    const source = createTensorSource(files, await opened({ a: float32([2, 2]) }));
    expect((await errorOf(() => source.readRows("b", 0, 1, new Float32Array(2)))).code).toBe("checkpoint.tensorMissing");
    for (const [start, count, room] of [[0, 3, 9], [-1, 1, 2], [0.5, 1, 2], [0, 2, 3]] as const) {
      expect((await errorOf(() => source.readRows("a", start, count, new Float32Array(room)))).code).toBe("internal.unexpected");
    }
    await source.readRows("a", 1, 1, new Float32Array(2));
    await source.close();
  });
});

describe("a file that changes underfoot", () => {
  const changes: readonly (readonly [string, (path: string) => void])[] = [
    ["grows", (path) => appendFileSync(path, "x")], ["shrinks", (path) => writeFileSync(path, "x")], ["is touched", (path) => utimesSync(path, 1, 1)],
  ];
  it.each(changes)("is noticed when it %s between two reads", async (_what, change) => {
    const checkpoint = await opened({ a: float32([2, 2]) });
    const source = createTensorSource(files, checkpoint);
    await source.readRows("a", 0, 1, new Float32Array(2));
    change(join(checkpoint.directory, "model.safetensors"));
    const error = await errorOf(() => source.readRows("a", 1, 1, new Float32Array(2)));
    await source.close();
    expect(error.code).toBe("checkpoint.changedDuringRead");
  });

  it("is noticed when it has another length than at opening", async () => {
    const checkpoint = await opened({ a: float32([2, 2]) });
    appendFileSync(join(checkpoint.directory, "model.safetensors"), "x");
    const source = createTensorSource(files, checkpoint);
    expect((await errorOf(() => source.readRows("a", 0, 1, new Float32Array(2)))).code).toBe("checkpoint.changedDuringRead");
  });
});

it("a checkpoint of many shards keeps few files open, and closes them all", async () => {
  const shards = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`part-${index}.safetensors`, safetensors({ [`t${index}`]: float32([1], index) })]));
  const directory = writeCheckpoint(temporaryDirectory(), { "model.safetensors": null, ...shards });
  let open = 0;
  let most = 0;
  const counting: Files = {
    ...files,
    async open(path) {
      const file = await files.open(path);
      most = Math.max(most, ++open);
      return { path, bytes: file.bytes, read: (into, offset) => file.read(into, offset), close: () => { open--; return file.close(); } };
    },
  };
  const checkpoint = await openCheckpoint(counting, directory);
  const source = createTensorSource(counting, checkpoint);
  const value = new Float32Array(1);
  for (let index = 0; index < 12; index++) {
    await source.readRows(`t${index}`, 0, 1, value);
    expect(value[0]).toBe(index);
  }
  await source.close();
  expect(most).toBeLessThanOrEqual(5);
  expect(open).toBe(0);
});
