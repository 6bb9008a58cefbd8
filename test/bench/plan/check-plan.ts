import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import type { JobContext } from "../../../main/pipeline/job-context.ts";
import { composeWorkbench } from "../../../main/hosts/compose.ts";
import { checkPlan } from "../../../main/pipeline/check-plan.ts";
import { describeThisMachine } from "../../../main/pipeline/describe-machine.ts";
import { openModelPackage } from "../../../main/pipeline/open-model-package.ts";
import { planModel } from "../../../main/pipeline/plan-model.ts";
import { readSiteFigures } from "../../../main/pipeline/read-site-figures.ts";

/*
 * node test/bench/plan/check-plan.ts PACKAGE… [--home DIR] [--contexts 512,2048] [--repeat 3]
 *
 * Plans packages for this machine, runs them and prints predicted against measured, with how often the promise was kept: memory within 5 %, decode speed within 25 %.
 * The memory bandwidth is measured anew before each run. --home: where compiled forms lie, so that a large model is compiled once. npm run bench:peers leaves a package of the
 * synthetic model in its --work folder.
 */
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { home: { type: "string" }, contexts: { type: "string", default: "512,2048" }, repeat: { type: "string", default: "3" } },
});
const home = options.home ?? mkdtempSync(path.join(os.tmpdir(), "sallyport-check-plan-"));
const workbench = await composeWorkbench(home);
const { files, clock, host, threads, createEngine } = workbench;
const context: Pick<JobContext, "files" | "clock" | "onProgress" | "signal" | "threads" | "createEngine"> = { files, clock, onProgress: () => {}, signal: new AbortController().signal, threads, createEngine };
const rows: Record<string, string | number>[] = [];
const off = ({ predicted, measured }: { readonly predicted: number; readonly measured: number }): string => `${((predicted / measured - 1) * 100).toFixed(1)} %`;
for (const directory of positionals) {
  const model = await openModelPackage(files, path.resolve(directory));
  for (const contextTokens of options.contexts.split(",").map(Number)) {
    for (let run = 0; run < Number(options.repeat); run++) {
      const machine = await describeThisMachine(host, files, { home, measure: true });
      const plan = await planModel(files, {
        location: path.resolve(directory), name: model.manifest.name, machine, contextTokens, goal: { concurrency: 1, nodes: 1, preference: "best-quality", engines: ["onnx"] }, figures: await readSiteFigures(files, null), records: [], nowMs: clock.now(),
      });
      const { decodeTokensPerSecond: decode, prefillTokensPerSecond: prefill, peakResidentBytes: memory } = await checkPlan(context, { plan, model, machine, threads });
      rows.push({
        model: `${model.manifest.name} ${model.manifest.recipe.name}`, context: contextTokens, "GB/s": ((machine.memory.readBandwidth?.bytesPerSecond ?? 0) / 1e9).toFixed(1), decode: decode.measured.toFixed(1), "decode off by": off(decode),
        prefill: prefill.measured.toFixed(0), "prefill off by": off(prefill), "peak MB": memory === null ? "–" : (memory.measured / 1e6).toFixed(1), "peak off by": memory === null ? "–" : off(memory),
      });
    }
  }
}
await workbench.close();
if (options.home === undefined) rmSync(home, { recursive: true, force: true });
console.table(rows);
