import { fileURLToPath } from "node:url";
import { runJob } from "../../api/run-job.ts";
import { WorkbenchError } from "../../../shared/errors.ts";
import { runJobProcess } from "../../jobs/run-job-process.ts";
import { RUNTIME_VERSION } from "../../runtime/runtime-version.ts";
import { composeWorkbench } from "../compose.ts";
import { createWitness } from "../witness.ts";

/* The entry of a job's own process: job-process.ts HOME ID */
const [home, id] = process.argv.slice(2);
if (home === undefined || id === undefined) throw new WorkbenchError("usage.invalid", { reason: "a job process is started with its home and its job's id" });

const workbench = await composeWorkbench(home);
try {
  const { store, clock, files, processes, threads, createEngine } = workbench;
  const weightWriterEntry = fileURLToPath(new URL("./weight-writer-thread.ts", import.meta.url));
  const blobVerifierEntry = fileURLToPath(new URL("./blob-verifier-thread.ts", import.meta.url));
  const availableMemoryBytes = (): number => process.availableMemory();
  await runJobProcess({
    store, clock, home, id, entry: fileURLToPath(import.meta.url),
    work: (job, { onProgress, signal, workDirectory }) => runJob(workbench, job, {
      files, clock, processes, onProgress, signal, workDirectory, threads, weightWriterEntry, blobVerifierEntry, witness: createWitness(), runtimeVersion: RUNTIME_VERSION, availableMemoryBytes, createEngine,
    }),
  });
} finally {
  await workbench.close();
}
