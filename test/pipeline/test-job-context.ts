import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Progress } from "../../main/domain/progress.ts";
import { createNodeFiles } from "../../main/hosts/node-files.ts";
import { createNodeProcesses } from "../../main/hosts/node-processes.ts";
import type { JobContext } from "../../main/pipeline/job-context.ts";
import { createOnnxEngine } from "../../main/runtime/onnx-engine.ts";

const main = fileURLToPath(new URL("../../main/", import.meta.url));

export interface TestJobContext extends JobContext {
  readonly directory: string;
  readonly progress: Progress[];
  dispose(): void;
}

/** A real context on a temporary directory: real files, real worker threads, real engine processes. */
export function createTestJobContext(changes: Partial<JobContext> = {}): TestJobContext {
  const directory = mkdtempSync(path.join(os.tmpdir(), "sallyport-test-"));
  const workDirectory = path.join(directory, "work");
  mkdirSync(workDirectory);
  const progress: Progress[] = [];
  return {
    directory,
    progress,
    files: createNodeFiles(),
    clock: { now: () => Date.now(), ticks: () => performance.now() },
    processes: createNodeProcesses(),
    onProgress: (report) => progress.push(report),
    signal: new AbortController().signal,
    workDirectory,
    threads: 2,
    weightWriterEntry: path.join(main, "hosts/job/weight-writer-thread.ts"),
    blobVerifierEntry: path.join(main, "hosts/job/blob-verifier-thread.ts"),
    witness: { actor: "tester@here", system: "a test", tellError: ({ code }) => code },
    runtimeVersion: "test",
    availableMemoryBytes: () => os.freemem(),
    createEngine: (model, { threads }) => createOnnxEngine({ model, threads, entry: path.join(main, "hosts/engine/engine-process.ts") }),
    dispose: () => rmSync(directory, { recursive: true, force: true }),
    ...changes,
  };
}
