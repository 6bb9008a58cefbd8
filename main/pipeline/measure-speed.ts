import { WorkbenchError } from "../../shared/errors.ts";
import type { SpeedReport } from "../../shared/schemas/report.ts";
import { measureSpeed } from "../benchmark/measure-speed.ts";
import type { ModelPackage } from "../domain/model-package.ts";
import { syntheticTokens } from "../domain/synthetic-tokens.ts";
import type { JobContext } from "./job-context.ts";
import { measuringConditions } from "./measuring-conditions.ts";

export interface ModelSpeed {
  readonly model: ModelPackage;
  readonly promptTokens: number;
  readonly generateTokens: number;
  readonly runs: number;
  readonly warmupRuns: number;
  readonly threads: number;
}

/** Loads the model in a process of its own and times it on token ids without meaning. */
export async function measureModelSpeed(context: Pick<JobContext, "clock" | "onProgress" | "signal" | "createEngine">, request: ModelSpeed): Promise<SpeedReport> {
  const { signal, onProgress, clock } = context;
  const { model, promptTokens, generateTokens, runs, warmupRuns, threads } = request;
  const { vocabSize, maxPositions } = model.manifest.spec;
  if (promptTokens + generateTokens > maxPositions) throw new WorkbenchError("runtime.contextExceeded", { neededTokens: promptTokens + generateTokens, limitTokens: maxPositions });
  const engine = context.createEngine(model, { threads });
  try {
    const { loadMs } = await engine.load(signal, onProgress);
    const conditions = measuringConditions(model, engine, clock);
    const measured = await measureSpeed({ engine, promptOf: (run) => syntheticTokens(promptTokens, vocabSize, run), generateTokens, runs, warmupRuns, onProgress, signal });
    return { kind: "speed", conditions, workload: { promptTokens, generateTokens, runs, warmupRuns }, loadMs, ...measured };
  } finally {
    await engine.unload();
  }
}
