import { runJob } from "../../api/run-job.ts";
import { WorkbenchError } from "../../../shared/errors.ts";
import { runJobProcess } from "../../jobs/run-job-process.ts";
import { composeWorkbench } from "../compose.ts";

/* The entry of a job's own process: job-process.ts HOME ID */
const [home, id] = process.argv.slice(2);
if (home === undefined || id === undefined) throw new WorkbenchError("usage.invalid", { reason: "a job process is started with its home and its job's id" });

const workbench = await composeWorkbench(home);
try {
  const { store, clock, files, threads, createEngine } = workbench;
  await runJobProcess({
    store, clock, home, id,
    work: (job, { onProgress, signal, workDirectory }) => runJob(workbench, job, { files, clock, onProgress, signal, workDirectory, threads, createEngine }),
  });
} finally {
  await workbench.close();
}
