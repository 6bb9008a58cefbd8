import { createHash } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { PerplexityReport } from "../../shared/schemas/report.ts";
import type { ModelPackage } from "../domain/model-package.ts";
import { measurePerplexity } from "../evaluate/measure-perplexity.ts";
import { loadTokenizer } from "../runtime/tokenizer.ts";
import type { JobContext } from "./job-context.ts";
import { measuredModel, measuringConditions } from "./measuring-conditions.ts";

/** A text is tokenised whole; WikiText-103's test set, the usual one, is 1.3 MB. */
const MAX_TEXT_BYTES = 64 * 2 ** 20;

export interface ModelPerplexity {
  readonly model: ModelPackage;
  readonly against: ModelPackage | null;
  readonly textFile: string;
  readonly windowTokens: number;
  readonly maxWindows?: number | undefined;
  readonly threads: number;
}

/** Perplexity of a text file; with `against`, both models side by side on the same windows. */
export async function measureModelPerplexity(context: JobContext, request: ModelPerplexity): Promise<PerplexityReport> {
  const { files, signal, onProgress, clock } = context;
  const { model, against, textFile, windowTokens, maxWindows, threads } = request;
  const limitTokens = Math.min(model.manifest.spec.maxPositions, against?.manifest.spec.maxPositions ?? Number.POSITIVE_INFINITY);
  if (windowTokens > limitTokens) throw new WorkbenchError("runtime.contextExceeded", { neededTokens: windowTokens, limitTokens });
  const bytes = await files.readAll(textFile, MAX_TEXT_BYTES);
  const tokenIds = (await loadTokenizer(files, model.directory)).encode(new TextDecoder().decode(bytes), { addSpecialTokens: false });
  const engine = context.createEngine(model, { threads });
  const other = against === null ? null : context.createEngine(against, { threads });
  const started = clock.ticks();
  try {
    await engine.load(signal, onProgress);
    await other?.load(signal, onProgress);
    const conditions = measuringConditions(model, engine, clock);
    const { windows, predictions, against: difference, ...scores } = await measurePerplexity({
      engine, against: other, names: { model: model.manifest.name, against: against?.manifest.name ?? "" }, tokenIds, textFile, windowTokens, maxWindows, files,
      scratchFile: path.join(context.workDirectory, "window-logits.f32"), onProgress, signal,
    });
    return {
      kind: "perplexity", conditions, ...scores,
      text: { file: path.basename(textFile), sha256: createHash("sha256").update(bytes).digest("hex"), tokens: tokenIds.length, windowTokens, windows, predictions },
      against: difference === null || against === null ? null : { model: measuredModel(against), ...difference },
      secondsTaken: (clock.ticks() - started) / 1000,
    };
  } finally {
    await engine.unload();
    await other?.unload();
  }
}
