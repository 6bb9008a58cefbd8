import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import type { RecoveryReply, RecoveryRequest, RecoveryRow } from "./recovery-coder.ts";

/**
 * What the package's WebAssembly offers. It is called without the package's own wrapper: `reconstruct` takes the flags and frees them, the wrapper (1.0.2) frees them
 * again, and from the second call on an instance answers that too few are present.
 */
interface ReedSolomon {
  readonly memory: { readonly buffer: ArrayBuffer };
  __wbindgen_malloc(bytes: number): number;
  /** All blocks in a row, data first. @returns 0 when done */
  encode(row: number, bytes: number, dataBlocks: number, recoveryBlocks: number): number;
  reconstruct(row: number, bytes: number, dataBlocks: number, recoveryBlocks: number, flags: number, flagCount: number): number;
}

const port = parentPort;
if (port === null) throw new Error("recovery-thread.ts runs in a worker thread");
const { memory, dataBlocks, recoveryBlocks } = workerData as RecoveryRow;
const shared = new Uint8Array(memory);
// In every engine, but not in the language's own library types.
const { WebAssembly } = globalThis as unknown as { WebAssembly: { Module: new (bytes: Uint8Array) => object; Instance: new (module: object) => { exports: unknown } } };
const wasm = new WebAssembly.Module(readFileSync(createRequire(import.meta.url).resolve("@digitaldefiance/reed-solomon-erasure.wasm/wasm")));
const code = new WebAssembly.Instance(wasm).exports as ReedSolomon;
const row = code.__wbindgen_malloc(shared.length);
const dataBytes = (shared.length / (dataBlocks + recoveryBlocks)) * dataBlocks;
/** Asked for anew each time: the memory moves when it grows. */
const bytesAt = (pointer: number, bytes: number): Uint8Array => new Uint8Array(code.memory.buffer, pointer, bytes);

function encode(): number {
  bytesAt(row, dataBytes).set(shared.subarray(0, dataBytes));
  const result = code.encode(row, shared.length, dataBlocks, recoveryBlocks);
  shared.set(bytesAt(row + dataBytes, shared.length - dataBytes), dataBytes);
  return result;
}

function restore(present: readonly boolean[]): number {
  bytesAt(row, shared.length).set(shared);
  const flags = code.__wbindgen_malloc(present.length);
  bytesAt(flags, present.length).set(present.map(Number));
  const result = code.reconstruct(row, shared.length, dataBlocks, recoveryBlocks, flags, present.length);
  shared.set(bytesAt(row, dataBytes));
  return result;
}

port.on("message", ({ present }: RecoveryRequest) => {
  const result = present === null ? encode() : restore(present);
  port.postMessage({ failure: result === 0 ? null : `result ${result}` } satisfies RecoveryReply);
});
