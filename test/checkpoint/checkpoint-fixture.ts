import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { WorkbenchError } from "../../shared/errors.ts";

/** A directory that disappears with the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "checkpoint-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export interface FixtureTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Header text as given, true or lying, then the data. */
export function rawSafetensors(header: string, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const json = Buffer.from(header, "utf8");
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

/** A well-formed file, tensors laid out in the order given. */
export function safetensors(tensors: Readonly<Record<string, FixtureTensor>>): Uint8Array {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { dtype, shape, bytes }]) => {
    const start = end;
    end += bytes.byteLength;
    return [name, { dtype, shape, data_offsets: [start, end] }] as const;
  });
  return rawSafetensors(JSON.stringify(Object.fromEntries(entries)), Buffer.concat(Object.values(tensors).map(({ bytes }) => bytes)));
}

export function bfloat16(shape: readonly number[], value = 0x3f80): FixtureTensor {
  return { dtype: "BF16", shape, bytes: new Uint8Array(new Uint16Array(elements(shape)).fill(value).buffer) };
}

export function float32(shape: readonly number[], value = 1): FixtureTensor {
  return { dtype: "F32", shape, bytes: new Uint8Array(new Float32Array(elements(shape)).fill(value).buffer) };
}

export function float8(shape: readonly number[], code = 0x38): FixtureTensor {
  return { dtype: "F8_E4M3", shape, bytes: new Uint8Array(elements(shape)).fill(code) };
}

export function zeros(dtype: string, shape: readonly number[], width: number): FixtureTensor {
  return { dtype, shape, bytes: new Uint8Array(elements(shape) * width) };
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

/** Writes the files of a checkpoint; text, bytes, or an object as JSON. `null` leaves a default file out. */
export function writeCheckpoint(directory: string, changes: Readonly<Record<string, string | Uint8Array | object | null>> = {}): string {
  const contents = { "config.json": { model_type: "llama" }, "model.safetensors": safetensors({ "a.weight": bfloat16([2, 3]) }), ...changes };
  mkdirSync(directory, { recursive: true });
  for (const [name, content] of Object.entries(contents)) {
    if (content === null) continue;
    writeFileSync(join(directory, name), typeof content === "string" || content instanceof Uint8Array ? content : JSON.stringify(content));
  }
  return directory;
}

/** The error an action ends in; anything but a WorkbenchError, success included, fails the test. */
export async function errorOf(action: () => unknown): Promise<WorkbenchError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof WorkbenchError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

export const DEEPSEEK_FLOAT8 = { quantization_config: { quant_method: "fp8", fmt: "e4m3", activation_scheme: "dynamic", weight_block_size: [128, 128] } };
