import type { ModelSpec } from "../../shared/schemas/model-spec.ts";
import type { DeviceMemory, MemoryPart } from "../../shared/schemas/plan.ts";
import type { Weight } from "../domain/weights.ts";
import { cacheNumbersPerLayer } from "./cache-width.ts";
import type { PackageForm } from "./planned-model.ts";
import { matrixBytes, memoryPartOf } from "./weight-shapes.ts";

/*
 * The embedded engine: a Node process with one ONNX Runtime session. Figures marked "measured" are of Node 24 and ONNX Runtime 1.30 on Linux x86-64 (the sample and the
 * synthetic model of bench:peers, 4 bits in blocks of 32 and 128); test/bench/plan/check-plan.ts measures them again.
 */

/** Pages of Node, V8's heap and the runtime's libraries: measured. */
const BASE_RESIDENT_BYTES = 133.5e6;
/** A node of the session with its kernel: measured over 471 and 1,276 nodes. */
const NODE_BYTES = 18e3;
/** Logits and rows on their way through JavaScript until the collector takes them: measured. */
const GARBAGE_BYTES = 14e6;
/** Packages with less weight are packed into private memory at every start (pipeline/compile-model.ts). */
const LEAST_COMPILED_BYTES = 64 * 2 ** 20;
/** Prompt tokens of a step at most, and what its scores may take (runtime/engine-server.ts). */
const CHUNK_TOKENS = 256;
const SCORE_BYTES = 64 * 2 ** 20;
/** Scores before and after masking, soft-maxed, and cut in two. */
const SCORE_COPIES = 4;
/** Nodes of a layer that are no matrix product, and of the graph's ends: counted in the graphs. */
const NODES_PER_LAYER = 45;
const NODES_OF_ENDS = 50;

const CACHE_BYTES_PER_NUMBER = 4;

/** A form added up once: a plan weighs it under dozens of loads, and V3 has 60,000 weights. */
export interface EmbeddedForm {
  readonly packageBytes: number;
  /** Resident, by line of the memory table. */
  readonly partBytes: ReadonlyMap<MemoryPart["part"], number>;
  readonly largestMatrixBytes: number;
  /** As the kernels read them: what every token passes through, and all experts. */
  readonly commonBytes: number;
  readonly expertBytes: number;
  readonly nodes: number;
}

export interface EmbeddedLoad {
  readonly spec: ModelSpec;
  readonly form: EmbeddedForm;
  readonly contextTokens: number;
  readonly concurrency: number;
}

export function embeddedForm(spec: ModelSpec, weights: readonly Weight[], form: PackageForm): EmbeddedForm {
  const partBytes = new Map<MemoryPart["part"], number>();
  let [largestMatrixBytes, commonBytes, expertBytes] = [0, 0, 0];
  for (const weight of weights) {
    const resident = residentBytes(form, weight, spec.tiedEmbeddings);
    const read = kernelBytes(form, weight, spec.tiedEmbeddings);
    const part = memoryPartOf(weight.weightClass);
    partBytes.set(part, (partBytes.get(part) ?? 0) + resident);
    largestMatrixBytes = Math.max(largestMatrixBytes, read);
    if (weight.expert === null) commonBytes += read;
    else expertBytes += read;
  }
  return { packageBytes: form.packageBytes, partBytes, largestMatrixBytes, commonBytes, expertBytes, nodes: graphNodes(spec, weights) };
}

const isCompiled = ({ packageBytes }: Pick<PackageForm, "packageBytes">): boolean => packageBytes >= LEAST_COMPILED_BYTES;

/** Nodes of the flat graph: one a matrix (an expert's and a head's too), and what stands between them. */
function graphNodes(spec: ModelSpec, weights: readonly Weight[]): number {
  return weights.filter(({ weightClass }) => memoryPartOf(weightClass) !== "weights.other").length + NODES_PER_LAYER * spec.layers.length + NODES_OF_ENDS;
}

/**
 * Bytes of a matrix as the kernels hold and read it. MatMulNBits: codes, and a float32 scale and a float32 block sum a block; float32 as it is. The embedding is read row by
 * row where it lies, unless it serves as the head too.
 */
function kernelBytes(form: PackageForm, { id, weightClass, rows, columns }: Weight, isTied: boolean): number {
  const storage = form.storage.get(id) ?? { kind: "float32" };
  if (weightClass === "embed_tokens" && !isTied) return 0;
  if (storage.kind === "float32") return rows * columns * 4;
  return matrixBytes(`blocks${storage.bits}/${storage.blockSize}`, rows, columns) + blockBytes(storage.blockSize, rows, columns);
}

/** The compiled form keeps the package's scales mapped beside the packed ones. */
function residentBytes(form: PackageForm, weight: Weight, isTied: boolean): number {
  const storage = form.storage.get(weight.id) ?? { kind: "float32" };
  const held = kernelBytes(form, weight, isTied);
  return held === 0 || storage.kind === "float32" || !isCompiled(form) ? held : held + blockBytes(storage.blockSize, weight.rows, weight.columns);
}

const blockBytes = (blockSize: number, rows: number, columns: number): number => 4 * rows * Math.ceil(columns / blockSize);

/**
 * What the kernel counts as resident at the peak (VmHWM), mapped weights included once all were read: what a machine must have for it to run without reading weights
 * from disk again and again. Sequences reserve what they may reach: prompt and answer, float32.
 */
export function embeddedMemory({ spec, form, contextTokens, concurrency }: EmbeddedLoad, capacityBytes: number): DeviceMemory {
  const compiled = isCompiled(form);
  const formula = `codes + ${compiled ? 12 : 8} B a block (scale, block sum${compiled ? ", the package's own scale" : ""}); float32: 4 B`;
  const weightParts: MemoryPart[] = [...form.partBytes].map(([part, bytes]) => ({ part, bytes, derivation: { formula, terms: { packageBytes: form.packageBytes } } }));

  const width = cacheNumbersPerLayer(spec) * spec.layers.length * CACHE_BYTES_PER_NUMBER;
  const cacheBytes = concurrency * contextTokens * width;
  const { nodes, largestMatrixBytes } = form;
  const scratch = stepBytes(spec, contextTokens);
  // Each matrix is packed once more in passing, and the allocator keeps the room for the steps to come.
  const activationBytes = GARBAGE_BYTES + Math.max(scratch, compiled ? largestMatrixBytes : 0);
  const parts: MemoryPart[] = [
    ...weightParts,
    { part: "cache", bytes: cacheBytes, derivation: { formula: spec.attention.kind === "mla" ? "C × S × L (R + P) × 4" : "C × S × 2 L H_kv d × 4", terms: { C: concurrency, S: contextTokens, L: spec.layers.length, width: cacheNumbersPerLayer(spec) } } },
    { part: "activations", bytes: activationBytes, derivation: { formula: "garbage + max(4 T (K (2 D + 3 I) + 4 H (S + T)), largest packed matrix)", terms: { garbage: GARBAGE_BYTES, step: scratch, largest: largestMatrixBytes } } },
    { part: "runtime", bytes: BASE_RESIDENT_BYTES + nodes * NODE_BYTES, derivation: { formula: "base + nodes × 18 kB", terms: { base: BASE_RESIDENT_BYTES, nodes } } },
  ];
  const usedBytes = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  return { capacityBytes, usedBytes, freeBytes: capacityBytes - usedBytes, parts };
}

/** Scratch of the largest prefill step: the chosen experts' rows and widths, and the scores, as the engine's chunks bound them. */
function stepBytes({ hiddenSize: D, moe, attention, layers }: ModelSpec, contextTokens: number): number {
  const T = Math.min(CHUNK_TOKENS, contextTokens);
  const widest = layers.reduce((width, layer) => Math.max(width, layer.kind === "dense" ? layer.intermediateSize : 0), 0);
  const experts = moe === null ? 0 : moe.expertsPerToken * (2 * D + 3 * moe.expertIntermediateSize);
  const scores = Math.min(SCORE_BYTES, 4 * attention.headCount * T * contextTokens);
  return 4 * T * Math.max(experts, 2 * D + 3 * widest) + SCORE_COPIES * scores;
}
