import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CheckpointTensor } from "../../main/domain/checkpoint.ts";

export const REFERENCES = ["deepseek-v2", "deepseek-v2-lite", "deepseek-v3", "deepseek-v3-fp8", "llama", "mixtral-window", "moonlight-fused", "qwen3-moe"] as const;

const directoryOf = (name: string): string => fileURLToPath(new URL(`../references/${name}/`, import.meta.url));

export function referenceConfig(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(`${directoryOf(name)}config.json`, "utf8")) as Record<string, unknown>;
}

/** The tensors as transformers wrote them: straight from the safetensors headers, with none of our own readers in between. */
export function referenceTensors(name: string): Map<string, CheckpointTensor> {
  const tensors = new Map<string, CheckpointTensor>();
  for (const file of readdirSync(directoryOf(name)).filter((entry) => /^model.*\.safetensors$/.test(entry))) {
    const header = readHeader(directoryOf(name) + file);
    for (const [tensor, { shape }] of Object.entries(header)) {
      if (tensor === "__metadata__" || tensor.endsWith("_scale_inv")) continue;
      tensors.set(tensor, tensorOf(tensor, shape));
    }
  }
  return tensors;
}

export const tensorOf = (name: string, shape: readonly number[]): CheckpointTensor => ({ name, dtype: "BF16", shape, file: "model.safetensors", offset: 0, bytes: 0, scale: null });

function readHeader(path: string): Record<string, { shape: number[] }> {
  const file = openSync(path, "r");
  try {
    const length = Buffer.alloc(8);
    readSync(file, length, 0, 8, 0);
    const text = Buffer.alloc(Number(length.readBigUInt64LE()));
    readSync(file, text, 0, text.length, 8);
    return JSON.parse(text.toString("utf8")) as Record<string, { shape: number[] }>;
  } finally {
    closeSync(file);
  }
}
