import type { PackageManifest } from "../../shared/schemas/model-package.ts";

/** A model package on disk whose manifest has been read and whose file list has been compared with the directory. */
export interface ModelPackage {
  readonly directory: string;
  readonly manifest: PackageManifest;
  /** SHA-256 of model.json: the model's digest. */
  readonly digest: string;
}

/** File names fixed by the format (DESIGN §5). Only this module spells them. */
export const PACKAGE_FILES = {
  manifest: "model.json",
  graph: "graph.onnx",
  parity: "parity.safetensors",
  /** weights-00001.bin, weights-00002.bin, … each below 4 GiB, the largest file of FAT32. */
  weights: (index: number): string => `weights-${String(index + 1).padStart(5, "0")}.bin`,
  tokenizer: "tokenizer.json",
  tokenizerConfig: "tokenizer_config.json",
  chatTemplate: "chat_template.jinja",
  generationConfig: "generation_config.json",
} as const;

/** The proof a package carries: what it answered when it was made. */
export interface ParityRecord {
  readonly inputIds: readonly number[];
  /** [T, V] row-major. */
  readonly logits: Float32Array;
  readonly vocabSize: number;
  readonly greedyIds: readonly number[];
}
