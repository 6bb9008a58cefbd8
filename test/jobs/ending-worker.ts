import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { runJobProcess } from "../../main/jobs/run-job-process.ts";
import { openStore } from "../../main/store/open-store.ts";

/** A job process that ends in the way its request names. */
const [home = "", id = ""] = process.argv.slice(2);
const clock = { now: () => Date.now(), ticks: () => performance.now() };
const store = openStore(path.join(home, "sallyport.db"), clock, "worker");
await runJobProcess({
  store, clock, home, id, entry: fileURLToPath(import.meta.url),
  work: async (job, { onProgress, signal, workDirectory }) => {
    const { does } = job.request as { does: string };
    if (does === "exit loudly") {
      console.log(`\u001b[31m${"filler line\n".repeat(2000)}the last words`);
      await sleep(50);
      process.exit(3);
    }
    if (does === "throw elsewhere") setTimeout(() => { throw new Error("nobody waited for this"); }, 20);
    if (does === "reject elsewhere") void Promise.reject(new Error("nobody waited for this"));
    if (does === "leave a child") {
      const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
      writeFileSync(path.join(workDirectory, "child"), String(child.pid));
      for (let done = 1; ; done++) {
        onProgress({ step: "hold", done, total: 1e9, unit: "runs" });
        // Deaf to both the signal and the abort.
        await sleep(100);
      }
    }
    for (let done = 0; done < 600; done++) {
      signal.throwIfAborted();
      onProgress({ step: "count", done, total: 600, unit: "runs" });
      await sleep(50);
    }
    return {};
  },
});
store.close();
