import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ModelPackage } from "../../main/domain/model-package.ts";
import { readModelSpec } from "../../main/spec/read-model-spec.ts";
import type { PackageManifest } from "../../shared/schemas/model-package.ts";
import { PUBLISHED } from "../spec/published-configs.ts";

const sha256 = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");

/** A package that is whole as far as files and digests go; its weights mean nothing. */
export function makePackage(directory: string, contents: Readonly<Record<string, string>> = {}): ModelPackage {
  mkdirSync(directory, { recursive: true });
  const files: Record<string, string> = {
    "graph.onnx": "graph", "weights-00001.bin": "w".repeat(100_000), "tokenizer.json": "{}", LICENSE: "licence text", "README.md": "---\nlanguage: en\nlicense: mit\n---\nA model.", ...contents,
  };
  const listed = Object.entries(files).map(([name, text]) => {
    writeFileSync(path.join(directory, name), text);
    return { path: name, bytes: Buffer.byteLength(text), sha256: sha256(Buffer.from(text)) };
  });
  writeFileSync(path.join(directory, "parity.safetensors"), "parity");
  const manifest: PackageManifest = {
    formatVersion: 1, name: "fake", spec: readModelSpec(PUBLISHED[0]?.config ?? {}), recipe: { formatVersion: 1, name: "f32", description: "", rules: [{ pattern: "*", storage: "f32" }] }, cache: [],
    lineage: { checkpointDigest: "c".repeat(64), checkpointName: "fake", files: [] }, runtime: { name: "onnxruntime", version: "1.30.0" }, files: listed,
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  writeFileSync(path.join(directory, "model.json"), bytes);
  return { directory, manifest, digest: sha256(bytes) };
}
