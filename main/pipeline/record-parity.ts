import path from "node:path";
import { type ModelPackage, PACKAGE_FILES } from "../domain/model-package.ts";
import { syntheticTokens } from "../domain/synthetic-tokens.ts";
import { recordParity } from "../evaluate/record-parity.ts";
import { loadTokenizer } from "../runtime/tokenizer.ts";
import type { JobContext } from "./job-context.ts";
import { writeParityFile } from "./parity-file.ts";

/** Text on which a package with a tokenizer is proven: prose, digits, code and other scripts each take their own ways through the experts. */
const PARITY_TEXT =
  "A sally port is the guarded gate of a fortress. In 1453 some 7,000 men held 23 km of walls; SELECT count(*) FROM gates WHERE open = 0; Une porte dérobée — 城门 — ворота.";
/** Positions recorded: 48 × a vocabulary of 129,280 are 25 MB. */
const POSITIONS = 48;
const GREEDY_TOKENS = 16;

/** Runs the model and stores its answers in the package as parity.safetensors; an earlier record is replaced. */
export async function recordModelParity(context: JobContext, { model }: { readonly model: ModelPackage }): Promise<{ positions: number; greedyTokens: number; file: string }> {
  const { files, signal, onProgress } = context;
  const inputIds = await parityTokens(context, model);
  const file = path.join(model.directory, PACKAGE_FILES.parity);
  const engine = context.createEngine(model, { threads: context.threads });
  try {
    onProgress({ step: "parity", done: 0, total: inputIds.length, unit: "tokens" });
    await engine.load(signal, onProgress);
    const record = await recordParity({ engine, files, scratchFile: path.join(context.workDirectory, "parity-logits.f32"), inputIds, greedyCount: GREEDY_TOKENS, signal });
    await writeParityFile(files, file, record, model.digest);
    onProgress({ step: "parity", done: inputIds.length, total: inputIds.length, unit: "tokens" });
    return { positions: inputIds.length, greedyTokens: record.greedyIds.length, file };
  } finally {
    await engine.unload();
  }
}

async function parityTokens({ files }: JobContext, model: ModelPackage): Promise<number[]> {
  const { vocabSize, maxPositions } = model.manifest.spec;
  const count = Math.min(POSITIONS, maxPositions - GREEDY_TOKENS - 1);
  if (!model.manifest.files.some((file) => file.path === PACKAGE_FILES.tokenizer)) return syntheticTokens(count, vocabSize);
  const tokenizer = await loadTokenizer(files, model.directory);
  const ids = tokenizer.encode(PARITY_TEXT, { addSpecialTokens: false }).filter((id) => id < vocabSize);
  return ids.length === 0 ? syntheticTokens(count, vocabSize) : ids.slice(0, count);
}
