import type { Engine, EngineCache, EngineDescription, EngineMemory, GenerateTokens, TokenEvent } from "../domain/engine.ts";
import type { ModelPackage } from "../domain/model-package.ts";
import type { OnProgress } from "../domain/progress.ts";
import { EngineChannel } from "./engine-channel.ts";

export interface OnnxEngineOptions {
  readonly model: ModelPackage;
  readonly threads: number;
  /** Module that the child process runs; it calls `serveEngine`. */
  readonly entry: string;
  /** What all sequences together may keep in memory; null: half of what is left when the model is loaded. */
  readonly cacheLimitBytes?: number | null;
  /** Where the graph to run lies, made first where it must be: the package's compiled form. Absent: the package itself. */
  graphDirectory?(signal: AbortSignal, onProgress: OnProgress): Promise<string>;
}

/** The embedded engine: a plain Node child process that holds the ONNX Runtime session (DESIGN §3). */
export function createOnnxEngine(options: OnnxEngineOptions): Engine {
  return new OnnxEngine(options);
}

class OnnxEngine implements Engine {
  readonly #options: OnnxEngineOptions;
  readonly #channel: EngineChannel;
  #version = "";

  constructor(options: OnnxEngineOptions) {
    this.#options = options;
    this.#channel = new EngineChannel(options.entry);
  }

  async load(signal: AbortSignal = new AbortController().signal, onProgress: OnProgress = () => {}): Promise<{ loadMs: number }> {
    const { model, threads, cacheLimitBytes } = this.#options;
    const graphDirectory = (await this.#options.graphDirectory?.(signal, onProgress)) ?? model.directory;
    signal.throwIfAborted();
    this.#channel.open();
    // A load cannot be interrupted inside the runtime: cancelling it ends the process.
    const stop = (): void => void this.unload();
    signal.addEventListener("abort", stop, { once: true });
    try {
      const { directory, manifest } = model;
      const result = (await this.#channel.call({ call: "load", directory, graphDirectory, manifest, threads, cacheLimitBytes: cacheLimitBytes ?? null })) as { loadMs: number; version: string };
      this.#version = result.version;
      return { loadMs: result.loadMs };
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  describe(): EngineDescription {
    const { spec } = this.#options.model.manifest;
    return { name: "onnxruntime", version: this.#version, threads: this.#options.threads, contextTokens: spec.maxPositions, vocabSize: spec.vocabSize, eosTokenIds: spec.eosTokenIds };
  }

  generate({ promptIds, maxTokens, sampling, stopTokenIds, topLogprobs, promptLogprobs, constraint }: GenerateTokens, signal?: AbortSignal): AsyncGenerator<TokenEvent> {
    return this.#channel.stream(
      {
        call: "generate", promptIds: [...promptIds], maxTokens, sampling, stopTokenIds: [...stopTokenIds],
        topLogprobs: topLogprobs ?? null, promptLogprobs: promptLogprobs ?? false, constraint: constraint ?? null,
      },
      signal,
    );
  }

  async logits(tokenIds: readonly number[], file: string, options: { readonly chunkTokens: number | null }, signal?: AbortSignal): Promise<void> {
    await this.#channel.call({ call: "logits", tokenIds: [...tokenIds], file, chunkTokens: options.chunkTokens }, signal);
  }

  async reset(): Promise<void> {
    await this.#channel.call({ call: "reset" });
  }

  async memory(): Promise<EngineMemory> {
    return (await this.#channel.call({ call: "memory" })) as EngineMemory;
  }

  async cache(): Promise<EngineCache> {
    return (await this.#channel.call({ call: "cache" })) as EngineCache;
  }

  async unload(): Promise<void> {
    await this.#channel.close();
  }
}
