import path from "node:path";
import "./deny-telemetry.ts";
import ort from "onnxruntime-node";
import { WorkbenchError } from "../../shared/errors.ts";
import type { PackageManifest } from "../../shared/schemas/model-package.ts";
import { PACKAGE_FILES } from "../domain/model-package.ts";
import { SequenceCache } from "./sequence-cache.ts";

export const ONNXRUNTIME_VERSION = ort.env.versions.common;

/**
 * The model loaded into ONNX Runtime. The only place where tensors of the runtime are made. Symbols: spec/symbols.ts.
 * `run` blocks this process's JavaScript thread (notes/onnxruntime.md §4), which is why it lives in a process of its own.
 */
export class ModelSession {
  readonly #session: ort.InferenceSession;
  readonly #manifest: PackageManifest;
  readonly #hiddenShape: ort.Tensor;
  readonly #inverseFrequencies: ort.Tensor;

  private constructor(session: ort.InferenceSession, manifest: PackageManifest) {
    this.#session = session;
    this.#manifest = manifest;
    this.#hiddenShape = new ort.Tensor("int64", BigInt64Array.of(-1n, BigInt(manifest.spec.hiddenSize)), [2]);
    const { inverseFrequencies } = manifest.spec.rope;
    this.#inverseFrequencies = new ort.Tensor("float32", Float32Array.from(inverseFrequencies), [inverseFrequencies.length]);
  }

  /** Maps the weights and packs what the kernels want packed. @throws runtime.engineFailed with the runtime's own words */
  static async load(directory: string, manifest: PackageManifest, threads: number): Promise<ModelSession> {
    try {
      const session = await ort.InferenceSession.create(path.join(directory, PACKAGE_FILES.graph), {
        executionProviders: ["cpu"],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        graphOptimizationLevel: "all",
        executionMode: "sequential",
        // Shapes change with every step: a plan made for one is waste for the next.
        enableMemPattern: false,
        logSeverityLevel: 3,
      });
      return new ModelSession(session, manifest);
    } catch (cause) {
      throw new WorkbenchError("runtime.engineFailed", { reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
    }
  }

  newCache(): SequenceCache {
    return new SequenceCache(this.#manifest.cache, this.#manifest.spec.maxPositions);
  }

  /**
   * Runs T new tokens behind the S cached ones and appends their rows to the cache.
   * @param logitRows which of the T rows to compute logits for (0-based); prefill needs none but the last.
   * @returns logits [logitRows.length, V]
   */
  async step(tokenIds: readonly number[], cache: SequenceCache, logitRows: readonly number[]): Promise<Float32Array> {
    const start = cache.length;
    const count = tokenIds.length;
    const feeds: Record<string, ort.Tensor> = {
      input_ids: new ort.Tensor("int64", BigInt64Array.from(tokenIds, BigInt), [count]),
      position_ids: new ort.Tensor("int64", BigInt64Array.from({ length: count }, (_, i) => BigInt(start + i)), [count]),
      logit_rows: new ort.Tensor("int64", BigInt64Array.from(logitRows, BigInt), [logitRows.length]),
      hidden_shape: this.#hiddenShape,
      inverse_frequencies: this.#inverseFrequencies,
    };
    const streams = this.#manifest.cache;
    streams.forEach((stream, index) => {
      feeds[stream.past] = new ort.Tensor("float32", cache.view(index), [start, stream.width]);
    });
    let results: ort.InferenceSession.ReturnType;
    try {
      results = await this.#session.run(feeds);
    } catch (cause) {
      throw new WorkbenchError("runtime.engineFailed", { reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
    }
    cache.append(streams.map((stream) => floats(results, stream.fresh)), tokenIds);
    return floats(results, "logits");
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

function floats(results: ort.InferenceSession.ReturnType, name: string): Float32Array {
  const tensor = results[name];
  if (tensor === undefined || !(tensor.data instanceof Float32Array)) throw new WorkbenchError("runtime.engineFailed", { reason: `the graph gave no float32 output ${name}` });
  return tensor.data;
}
