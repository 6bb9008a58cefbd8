import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNodeHost } from "../../main/hosts/node-host.ts";
import { checkPlan } from "../../main/pipeline/check-plan.ts";
import { describeThisMachine } from "../../main/pipeline/describe-machine.ts";
import { importModel } from "../../main/pipeline/import-model.ts";
import { openModelPackage } from "../../main/pipeline/open-model-package.ts";
import { planModel } from "../../main/pipeline/plan-model.ts";
import { quantizeModel } from "../../main/pipeline/quantize-model.ts";
import { readSiteFigures } from "../../main/pipeline/read-site-figures.ts";
import { findPreset } from "../../main/quantize/presets.ts";
import type { Machine } from "../../shared/schemas/machine.ts";
import { createTestJobContext } from "../pipeline/test-job-context.ts";

const context = createTestJobContext();
const directory = fileURLToPath(new URL("../../resources/sample/checkpoint/", import.meta.url));
let machine: Machine;
let digest: string;
beforeAll(async () => {
  machine = await describeThisMachine(createNodeHost(context.clock), context.files, { home: context.directory, measure: true });
  digest = (await importModel(context, { directory, name: "sample", mode: "inPlace", to: "" })).digest;
});
afterAll(() => context.dispose());

// Resident pages differ by a few percent from run to run: which of the files' pages are in is the system's choice.
// The figures of the engine's process were measured there; speed is measured by test/bench/plan/check-plan.ts, never asserted here.
describe.runIf(os.platform() === "linux" && os.arch() === "x64")("the sample on this machine", () => {
  it.each([["int4", 512], ["f32", 512], ["mixed", 2048]])("in %s with %i tokens takes the memory that the plan says, to ten percent at the peak of resident pages", async (recipe, contextTokens) => {
    const to = path.join(context.directory, `package-${recipe}-${contextTokens}`);
    await quantizeModel(context, { checkpoint: { directory, digest, name: "sample" }, recipe: findPreset(recipe), name: "sample", to, threads: 2 });
    const model = await openModelPackage(context.files, to);
    const plan = await planModel(context.files, {
      location: to, name: "sample", machine, contextTokens, goal: { concurrency: 1, nodes: 1, preference: "best-quality", engines: ["onnx"] }, figures: await readSiteFigures(context.files, null), records: [], nowMs: context.clock.now(),
    });
    const check = await checkPlan(context, { plan, model, machine, threads: 2 });
    const { predicted, measured } = check.peakResidentBytes as { predicted: number; measured: number };
    expect(Math.abs(predicted / measured - 1), `${predicted} predicted, ${measured} measured`).toBeLessThan(0.1);
  });
});
