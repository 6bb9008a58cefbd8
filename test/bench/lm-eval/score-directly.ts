import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { composeWorkbench } from "../../../main/hosts/compose.ts";
import { openModelPackage } from "../../../main/pipeline/open-model-package.ts";
import { loadTokenizer } from "../../../main/runtime/tokenizer.ts";

/**
 * The same items as the harness scores, from the engine's logits and nothing else: no server, no log probabilities of the engine's.
 * node test/bench/lm-eval/score-directly.ts <package directory> [items.jsonl]
 */
const [directory = "", items = "items.jsonl"] = process.argv.slice(2);
const scratch = await mkdtemp(path.join(tmpdir(), "score-"));
const workbench = await composeWorkbench(path.join(scratch, "home"));
const model = await openModelPackage(workbench.files, path.resolve(directory));
const tokenizer = await loadTokenizer(workbench.files, model.directory);
const { vocabSize } = model.manifest.spec;
const engine = workbench.createEngine(model, { threads: 2 });

async function logLikelihood(context: string, continuation: string): Promise<number> {
  const ids = tokenizer.encode(context + continuation, { addSpecialTokens: false });
  const contextTokens = tokenizer.encode(context, { addSpecialTokens: false }).length;
  const file = path.join(scratch, "logits");
  await engine.logits(ids, file, { chunkTokens: null });
  const bytes = await readFile(file);
  const logits = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  let sum = 0;
  for (let place = contextTokens; place < ids.length; place++) {
    const row = logits.subarray((place - 1) * vocabSize, place * vocabSize);
    const peak = row.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
    const total = row.reduce((all, logit) => all + Math.exp(logit - peak), 0);
    sum += (row[ids[place] as number] as number) - peak - Math.log(total);
  }
  return sum;
}

const best = (scores: readonly number[]): number => scores.indexOf(Math.max(...scores));
let right = 0;
let rightByLength = 0;
const docs = readFileSync(items, "utf8").trim().split("\n").map((line) => JSON.parse(line) as { context: string; choices: string[]; answer: number });
const scored: number[][] = [];
try {
  await engine.load();
  for (const { context, choices, answer } of docs) {
    const scores: number[] = [];
    for (const choice of choices) scores.push(await logLikelihood(context, choice));
    scored.push(scores);
    if (best(scores) === answer) right++;
    if (best(scores.map((score, at) => score / (choices[at] as string).length)) === answer) rightByLength++;
  }
} finally {
  await engine.unload();
  await workbench.close();
  await rm(scratch, { recursive: true });
}
console.log(JSON.stringify({ items: docs.length, acc: right / docs.length, acc_norm: rightByLength / docs.length, firstScores: scored.slice(0, 2) }));
