import { WorkbenchError } from "../../shared/errors.ts";
import type { ParityReport } from "../../shared/schemas/report.ts";
import type { Engine } from "../domain/engine.ts";
import type { ModelPackage } from "../domain/model-package.ts";
import { checkModelParity } from "./check-parity.ts";
import { completeText } from "./complete-text.ts";
import type { JobContext } from "./job-context.ts";
import { openTextModel } from "./text-model.ts";

/** Long enough to go through prefill, the cache and decoding. */
const SMOKE_TOKENS = 8;
const SMOKE_PROMPT = "Hello";

export interface ModelProof {
  /** What it wrote, greedily; null for a package without a tokenizer. */
  readonly wrote: string | null;
  readonly parity: ParityReport | null;
}

/**
 * Compiles a package for this machine, lets it write a few words and, if asked, answer as recorded: everything that running it here needs, tried once. One load for all.
 * @throws parity.failed, parity.noRecord, runtime.*
 */
export async function proveModel(context: JobContext, model: ModelPackage, withParity: boolean): Promise<ModelProof> {
  const engine = context.createEngine(model, { threads: context.threads });
  try {
    await engine.load(context.signal, context.onProgress);
    const wrote = await smokeTest(context, engine, model);
    return { wrote, parity: withParity ? await requireParity({ ...context, createEngine: () => lent(engine) }, model) : null };
  } finally {
    await engine.unload();
  }
}

/** @throws parity.failed */
export async function requireParity(context: JobContext, model: ModelPackage): Promise<ParityReport> {
  const parity = await checkModelParity(context, { model, chunkTokens: null });
  if (parity.passed) return parity;
  const { maxAbsoluteDelta, toleranceAbsolute, firstDivergingToken } = parity;
  throw new WorkbenchError("parity.failed", { model: model.manifest.name, maxAbsoluteDelta, toleranceAbsolute, firstDivergingToken });
}

async function smokeTest({ files, signal, onProgress }: JobContext, engine: Engine, model: ModelPackage): Promise<string | null> {
  const text = await openTextModel(files, model).catch((error: unknown) => {
    if (error instanceof WorkbenchError && error.code === "runtime.noTokenizer") return null;
    throw error;
  });
  const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };
  let wrote = "";
  let done = 0;
  onProgress({ step: "smoke", done, total: SMOKE_TOKENS, unit: "tokens" });
  if (text === null) {
    for await (const event of engine.generate({ promptIds: [0], maxTokens: SMOKE_TOKENS, sampling, stopTokenIds: [] }, signal)) if (event.kind === "token") onProgress({ step: "smoke", done: ++done, total: SMOKE_TOKENS, unit: "tokens" });
  } else {
    for await (const event of completeText(engine, text, { prompt: { kind: "text", text: SMOKE_PROMPT }, maxTokens: SMOKE_TOKENS, sampling, stop: [] }, signal)) {
      if (event.kind === "text") wrote += event.text;
      if (event.kind === "token") onProgress({ step: "smoke", done: ++done, total: SMOKE_TOKENS, unit: "tokens" });
    }
  }
  await engine.reset();
  return text === null ? null : wrote;
}

/** A loaded engine for somebody who would load one; whoever lent it unloads it. */
function lent(engine: Engine): Engine {
  return {
    load: async () => ({ loadMs: 0 }), unload: async () => {}, describe: () => engine.describe(), generate: (request, signal) => engine.generate(request, signal),
    logits: (tokenIds, file, options, signal) => engine.logits(tokenIds, file, options, signal), reset: () => engine.reset(), memory: () => engine.memory(), cache: () => engine.cache(),
  };
}
