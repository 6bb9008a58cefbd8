import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { runJobProcess } from "../../main/jobs/run-job-process.ts";
import { openStore } from "../../main/store/open-store.ts";

/** A job process whose work does as its request says. */
const [home = "", id = ""] = process.argv.slice(2);
const clock = { now: () => Date.now(), ticks: () => performance.now() };
const store = openStore(path.join(home, "sallyport.db"), clock, "worker");
await runJobProcess({
  store, clock, home, id, entry: fileURLToPath(import.meta.url),
  work: async (job, { onProgress, signal, workDirectory }) => {
    const { does } = job.request as { does: string };
    const file = path.join(workDirectory, "count");
    if (does === "crash") process.exit(3);
    if (does === "fail") throw new Error("the work went wrong");
    if (does === "ignore SIGTERM") for (;;) await sleep(1000);
    let count = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
    const resumedAt = count;
    for (; count < 20; count++) {
      signal.throwIfAborted();
      writeFileSync(file, String(count));
      onProgress({ step: "count", done: count, total: 20, unit: "runs" });
      await sleep(does === "quick" ? 1 : 60);
    }
    return { count, resumedAt };
  },
});
store.close();
