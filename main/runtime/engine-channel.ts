import { type ChildProcess, fork } from "node:child_process";
import { errorFromRecord, type ErrorRecord, WorkbenchError } from "../../shared/errors.ts";
import type { TokenEvent } from "../domain/engine.ts";
import { type EngineCall, EngineReply } from "./engine-messages.ts";
import { TELEMETRY_DENIED } from "./deny-telemetry.ts";

/** Characters of the child's stderr that are kept to explain a crash. */
const LOG_TAIL_CHARACTERS = 4096;
/** How long a child may take to leave after its channel closed, before it is killed. */
const EXIT_GRACE_MS = 3000;

interface Pending {
  onEvent(event: TokenEvent): void;
  onDone(result: unknown): void;
  onError(error: WorkbenchError): void;
}

/*
 * States: closed → open → closed; a child that dies closes the channel and fails every pending call, and the next `open` starts a new child.
 */
export class EngineChannel {
  readonly #entry: string;
  #child: ChildProcess | null = null;
  #log = "";
  #nextId = 1;
  readonly #pending = new Map<number, Pending>();

  /** @param entry module that the child process runs; it calls `serveEngine` */
  constructor(entry: string) {
    this.#entry = entry;
  }

  open(): void {
    if (this.#child !== null) return;
    this.#log = "";
    const child = fork(this.#entry, [], { env: { ...process.env, ...TELEMETRY_DENIED }, execArgv: [], serialization: "advanced", stdio: ["ignore", "pipe", "pipe", "ipc"] });
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

  async close(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill("SIGKILL"), EXIT_GRACE_MS);
    await exited;
    clearTimeout(timer);
  }

  /** @throws runtime.notLoaded when closed, runtime.engineExited, and what the call throws in the child */
  async call(call: EngineCall, signal?: AbortSignal): Promise<unknown> {
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

  /** The events of a call as they come; leaving early cancels it. */
  async *stream(call: EngineCall, signal?: AbortSignal): AsyncGenerator<TokenEvent> {
    signal?.throwIfAborted();
    const events: TokenEvent[] = [];
    let wake = (): void => {};
    let ended = false;
    let failure: unknown = null;
    const end = (error: unknown): void => {
      failure = error;
      ended = true;
      wake();
    };
    const id = this.#send(call, {
      onEvent: (event) => {
        events.push(event);
        wake();
      },
      onDone: () => end(null),
      onError: end,
    });
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
}
