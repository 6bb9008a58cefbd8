import { candidatesFor, estimateOf, type Weighing } from "../../main/plan/candidates.ts";
import { devicePools } from "../../main/plan/device-pools.ts";
import { modelWork } from "../../main/plan/model-work.ts";
import { presetMachine } from "../../main/plan/preset-machine.ts";
import type { SpeedEstimate } from "../../main/plan/speed-estimate.ts";
import { weightShapes } from "../../main/plan/weight-shapes.ts";
import { published, SITE_FIGURES } from "./planned-fixture.ts";
import type { PUBLISHED_THROUGHPUT } from "./published-throughput.ts";

/** What the planner says of the very arrangement a publisher ran. */
export function predictedRow(row: (typeof PUBLISHED_THROUGHPUT)[number]): SpeedEstimate {
  const model = published(row.model);
  const load = { contextTokens: row.contextTokens, concurrency: row.concurrency };
  const shapes = weightShapes(model.weights);
  const weighing: Weighing = { model, shapes, work: modelWork(model.spec, shapes), goal: { ...load, nodes: row.nodes, preference: "best-quality", engines: [row.engine] }, figures: SITE_FIGURES, records: [] };
  const [pool] = devicePools(presetMachine(row.machine)).pools;
  const candidates = pool === undefined ? [] : candidatesFor(row.engine, pool, weighing);
  const same = candidates.find(({ precision, layout, cacheBits }) =>
    precision.name === row.precision && layout.tensor === row.tensor && layout.data === row.data && layout.pipeline === 1 && layout.nodes === row.nodes && (cacheBits === row.cacheBits));
  const estimate = same === undefined ? null : estimateOf(same, weighing, load);
  if (estimate === null) throw new Error(`the planner does not weigh ${row.name}`);
  return estimate;
}
