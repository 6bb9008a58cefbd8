import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createRouterClient } from "@orpc/server";
import { router } from "../../main/api/router.ts";
import type { ComposedWorkbench } from "../../main/hosts/compose.ts";
import { findPreset } from "../../main/quantize/presets.ts";
import type { Job } from "../../shared/schemas/job.ts";

export const SAMPLE = fileURLToPath(new URL("../../resources/sample/checkpoint", import.meta.url));
const EVAL_TEXT = fileURLToPath(new URL("../../resources/sample/eval.txt", import.meta.url));
const H200 = fileURLToPath(new URL("../hardware/recordings/nvidia_capture_linux-x86_64__nvidia-h200__590.48.01.txt", import.meta.url));

/** One of everything that a page can show: models, reports, a bundle that was verified, a site, jobs in every state. */
export async function fillHome(workbench: ComposedWorkbench, { recipes, runs, windows }: { readonly recipes: readonly string[]; readonly runs: number; readonly windows: number }): Promise<{ end(): void }> {
  const client = createRouterClient(router, { context: { workbench } });
  const ended = async (job: Job): Promise<Record<string, { readonly id: string; readonly path: string; readonly digest: string }>> => {
    for await (const now of await client.job.watch({ id: job.id })) if (now.endedAt !== null) return (now.result ?? {}) as never;
    throw new Error("the job never ended");
  };
  await ended(await client.model.import({ directory: SAMPLE, name: "sample", mode: "copy" }));
  const checkpoint = workbench.store.models.resolve("sample");
  for (const recipe of recipes) await ended(await client.quantize.start({ model: checkpoint.id, recipe: findPreset(recipe) }));
  const packages = workbench.store.models.list().filter(({ kind }) => kind === "package").map(({ id }) => id);
  for (const model of packages) await ended(await client.benchmark.speed({ model, promptTokens: 32, generateTokens: 16, runs }));
  for (const model of packages.slice(1)) await ended(await client.evaluate.perplexity({ model, textFile: EVAL_TEXT, against: packages[0] ?? "", maxWindows: windows }));
  await ended(await client.evaluate.answers({ model: packages.at(-1) ?? "", against: packages[0] ?? "", textFile: EVAL_TEXT, prompts: 8, generateTokens: 16 }));
  await ended(await client.benchmark.compare({ contestants: packages.map((model) => ({ model })), rounds: runs }));
  await ended(await client.bundle.create({ model: packages.at(-1) ?? "", out: path.join(workbench.home.bundles, "sample") }));
  const [bundle] = workbench.store.bundles.list();
  if (bundle !== undefined) await ended(await client.bundle.verify({ bundle: bundle.path, expectedDigest: bundle.digest }));
  await client.machine.addSite({ from: H200 });
  // Fails as a real one does: there is nothing to import in a folder of sources.
  await ended(await client.model.import({ directory: path.dirname(fileURLToPath(import.meta.url)), mode: "copy" }));
  const { jobs } = workbench.store;
  jobs.insert({ id: "job-stopped", kind: "quantize", request: { model: checkpoint.id, recipe: findPreset("int8") } });
  jobs.start("job-stopped", process.pid);
  jobs.requestStop("job-stopped", "cancelled");
  jobs.stop("job-stopped");
  jobs.insertSequence("sequence", [{ id: "job-held", kind: "quantize", request: { model: checkpoint.id, recipe: findPreset("int8") }, take: {} }, { id: "job-next", kind: "bench.speed", request: {}, take: { model: { step: 0, result: "model.id" } } }]);
  jobs.start("job-held", process.pid);
  jobs.requestStop("job-held", "paused");
  jobs.stop("job-held");
  // A job is at work while a process lives that has its name in its command line.
  const busy = spawn(process.execPath, ["-e", "setTimeout(() => {}, 3_600_000)", "job-busy"], { stdio: "ignore" });
  jobs.insert({ id: "job-busy", kind: "quantize", request: { model: checkpoint.id, recipe: findPreset("int8"), name: "a name that somebody gave to a package, as long as people give them" } });
  jobs.start("job-busy", busy.pid ?? 0);
  jobs.progress("job-busy", { step: "model.layers.11.mlp.experts.down_proj", done: 805_306_368, total: 2_684_354_560, unit: "bytes", ratePerSecond: 50_331_648, secondsLeft: 37 });
  return { end: () => void busy.kill("SIGKILL") };
}
