import { type ChildProcess, fork } from "node:child_process";
import { errorFromRecord, type ErrorRecord, WorkbenchError } from "../../shared/errors.ts";
import type { Engine, EngineDescription, EngineMemory, GenerateTokens, TokenEvent } from "../domain/engine.ts";
import type { ModelPackage } from "../domain/model-package.ts";
import { type EngineCall, EngineReply } from "./engine-messages.ts";

/** Characters of the child's stderr that are kept to explain a crash. */
const LOG_TAIL_CHARACTERS = 4096;
/** How long a child may take to leave after its channel closed, before it is killed. */
const EXIT_GRACE_MS = 3000;

export interface OnnxEngineOptions {
  readonly model: ModelPackage;
  readonly threads: number;
  /** Module that the child process runs; it calls `serveEngine`. */
  readonly entry: string;
}

/** The embedded engine: a plain Node child process that holds the ONNX Runtime session (DESIGN §3). */
export function createOnnxEngine(options: OnnxEngineOptions): Engine {
  return new OnnxEngine(options);
}

interface Pending {
  onEvent(event: TokenEvent): void;
  onDone(result: unknown): void;
  onError(error: WorkbenchError): void;
}

/*
 * States: idle → loaded → unloaded; a child that dies moves any state to `exited`, and the next load starts a new child.
 */
class OnnxEngine implements Engine {
  readonly #options: OnnxEngineOptions;
  #child: ChildProcess | null = null;
  #version = "";
  #log = "";
  #nextId = 1;
  readonly #pending = new Map<number, Pending>();

  constructor(options: OnnxEngineOptions) {
    this.#options = options;
  }

  async load(signal?: AbortSignal): Promise<{ loadMs: number }> {
    const { model, threads } = this.#options;
    this.#start();
    // A load cannot be interrupted inside the runtime: cancelling it ends the process.
    const stop = (): void => void this.unload();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      const result = (await this.#call({ call: "load", directory: model.directory, manifest: model.manifest, threads })) as { loadMs: number; version: string };
      this.#version = result.version;
      return { loadMs: result.loadMs };
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  describe(): EngineDescription {
    const { spec } = this.#options.model.manifest;
    return { name: "onnxruntime", version: this.#version, threads: this.#options.threads, contextTokens: spec.maxPositions, vocabSize: spec.vocabSize, eosTokenIds: spec.eosTokenIds };
  }

  async *generate(request: GenerateTokens, signal?: AbortSignal): AsyncGenerator<TokenEvent> {
    signal?.throwIfAborted();
    const events: TokenEvent[] = [];
    let wake = (): void => {};
    let ended = false;
    let failure: unknown = null;
    const id = this.#send(
      { call: "generate", promptIds: [...request.promptIds], maxTokens: request.maxTokens, sampling: request.sampling, stopTokenIds: [...request.stopTokenIds] },
      {
        onEvent: (event) => {
          events.push(event);
          wake();
        },
        onDone: () => {
          ended = true;
          wake();
        },
        onError: (error) => {
          failure = error;
          ended = true;
          wake();
        },
      },
    );
    const cancel = (): void => void this.#post({ cancel: id });
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      for (;;) {
        const event = events.shift();
        if (event !== undefined) yield event;
        else if (ended) break;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
      signal?.throwIfAborted();
      if (failure !== null) throw failure;
    } finally {
      signal?.removeEventListener("abort", cancel);
      if (!ended) cancel();
    }
  }

  async logits(tokenIds: readonly number[], file: string, options: { readonly chunkTokens: number | null }, signal?: AbortSignal): Promise<void> {
    await this.#call({ call: "logits", tokenIds: [...tokenIds], file, chunkTokens: options.chunkTokens }, signal);
  }

  async reset(): Promise<void> {
    await this.#call({ call: "reset" });
  }

  async memory(): Promise<EngineMemory> {
    return (await this.#call({ call: "memory" })) as EngineMemory;
  }

  async unload(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill("SIGKILL"), EXIT_GRACE_MS);
    await exited;
    clearTimeout(timer);
  }

  #start(): void {
    if (this.#child !== null) return;
    this.#log = "";
    const child = fork(this.#options.entry, [], { execArgv: [], serialization: "advanced", stdio: ["ignore", "pipe", "pipe", "ipc"] });
    const keepTail = (chunk: Buffer): void => {
      this.#log = (this.#log + chunk.toString("utf8")).slice(-LOG_TAIL_CHARACTERS);
    };
    child.stdout?.on("data", keepTail);
    child.stderr?.on("data", keepTail);
    child.on("message", (message) => this.#receive(EngineReply.parse(message)));
    child.on("error", (cause) => this.#failAll(new WorkbenchError("runtime.engineFailed", { reason: String(cause) }, { cause })));
    child.on("exit", (exitCode, signalName) => {
      if (this.#child === child) this.#child = null;
      this.#failAll(new WorkbenchError("runtime.engineExited", { exitCode, signal: signalName, log: this.#log }));
    });
    this.#child = child;
  }

  #receive(reply: EngineReply): void {
    const pending = this.#pending.get(reply.id);
    if (pending === undefined) return;
    if ("event" in reply) {
      pending.onEvent(reply.event);
      return;
    }
    this.#pending.delete(reply.id);
    if ("error" in reply.done) pending.onError(errorFromRecord(reply.done.error as ErrorRecord));
    else pending.onDone(reply.done.result);
  }

  #failAll(error: WorkbenchError): void {
    for (const pending of this.#pending.values()) pending.onError(error);
    this.#pending.clear();
  }

  #send(call: EngineCall, pending: Pending): number {
    if (this.#child === null) throw new WorkbenchError("runtime.notLoaded", {});
    const id = this.#nextId++;
    this.#pending.set(id, pending);
    this.#post({ id, call });
    return id;
  }

  #post(message: { readonly id: number; readonly call: EngineCall } | { readonly cancel: number }): void {
    if (this.#child?.connected === true) this.#child.send(message);
  }

  async #call(call: EngineCall, signal?: AbortSignal): Promise<unknown> {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const id = this.#send(call, { onEvent: () => {}, onDone: settle(resolve), onError: settle(reject) });
      const cancel = (): void => void this.#post({ cancel: id });
      signal?.addEventListener("abort", cancel, { once: true });
      function settle<T>(then: (value: T) => void): (value: T) => void {
        return (value) => {
          signal?.removeEventListener("abort", cancel);
          if (signal?.aborted === true) reject(signal.reason);
          else then(value);
        };
      }
    });
  }
}
