import { createHash } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { AnswersReport } from "../../shared/schemas/report.ts";
import type { ModelPackage } from "../domain/model-package.ts";
import { compareAnswers } from "../evaluate/compare-answers.ts";
import type { JobContext } from "./job-context.ts";
import { measuredModel, measuringConditions } from "./measuring-conditions.ts";
import { encodePrompt, openTextModel, type TextModel } from "./text-model.ts";

/** As measure-perplexity. */
const MAX_TEXT_BYTES = 64 * 2 ** 20;
/** Of a prompt, as the report keeps it. */
const MAX_PROMPT_CHARACTERS = 4000;

export interface ModelAnswers {
  readonly model: ModelPackage;
  readonly against: ModelPackage;
  readonly textFile: string;
  readonly cut: AnswersReport["prompts"]["cut"];
  /** At most. */
  readonly prompts: number;
  readonly promptTokens: number;
  readonly generateTokens: number;
  readonly threads: number;
}

interface Prompt {
  readonly text: string;
  readonly ids: readonly number[];
}

/** What two packages answer to the prompts of a file. @throws evaluate.textTooShort, evaluate.vocabularyDiffers, runtime.* */
export async function compareModelAnswers(context: JobContext, request: ModelAnswers): Promise<AnswersReport> {
  const { files, signal, onProgress, clock } = context;
  const { model, against, textFile, cut, promptTokens, generateTokens, threads } = request;
  if (model.manifest.spec.vocabSize !== against.manifest.spec.vocabSize) throw new WorkbenchError("evaluate.vocabularyDiffers", { model: model.manifest.name, against: against.manifest.name });
  const bytes = await files.readAll(textFile, MAX_TEXT_BYTES);
  const speaking = await openTextModel(files, model);
  const prompts = await promptsOf(speaking, new TextDecoder().decode(bytes), request);
  const engine = context.createEngine(model, { threads });
  const other = context.createEngine(against, { threads });
  const started = clock.ticks();
  try {
    await engine.load(signal, onProgress);
    await other.load(signal, onProgress);
    const conditions = measuringConditions(model, engine, clock);
    const answers = await compareAnswers({
      engine, against: other, prompts, generateTokens, stopTokenIds: model.manifest.spec.eosTokenIds, decode: (ids) => speaking.tokenizer.decode(ids), onProgress, signal,
    });
    return {
      kind: "answers", conditions, against: measuredModel(against), ...answers,
      prompts: { file: path.basename(textFile), sha256: createHash("sha256").update(bytes).digest("hex"), cut, count: prompts.length, promptTokens, generateTokens },
      secondsTaken: (clock.ticks() - started) / 1000,
    };
  } finally {
    await engine.unload();
    await other.unload();
  }
}

function promptsOf(model: TextModel, text: string, request: ModelAnswers): Promise<readonly Prompt[]> | readonly Prompt[] {
  return request.cut === "lines" ? lines(model, text, request) : passages(model, text, request);
}

/** Beginnings of as many equal parts: spread over the text, and the same for whoever compares again. */
function passages({ tokenizer }: TextModel, text: string, { textFile, prompts, promptTokens }: ModelAnswers): readonly Prompt[] {
  const ids = tokenizer.encode(text, { addSpecialTokens: false });
  const count = Math.min(prompts, Math.floor(ids.length / promptTokens));
  if (count < 1) throw new WorkbenchError("evaluate.textTooShort", { file: textFile, tokens: ids.length, neededTokens: promptTokens });
  return Array.from({ length: count }, (_, index) => {
    const start = Math.floor((index * ids.length) / count);
    const passage = ids.slice(start, start + promptTokens);
    return { text: tokenizer.decode(passage).slice(0, MAX_PROMPT_CHARACTERS), ids: passage };
  });
}

/** A person's own questions, asked as a person would: in the model's chat form where it has one. */
async function lines(model: TextModel, text: string, { textFile, prompts }: ModelAnswers): Promise<readonly Prompt[]> {
  const asked = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "").slice(0, prompts);
  if (asked.length === 0) throw new WorkbenchError("evaluate.textTooShort", { file: textFile, tokens: 0, neededTokens: 1 });
  const found: Prompt[] = [];
  for (const line of asked) {
    const ids = await encodePrompt(model, model.chatTemplate === null ? { kind: "text", text: line } : { kind: "chat", messages: [{ role: "user", content: line }] });
    found.push({ text: line.slice(0, MAX_PROMPT_CHARACTERS), ids });
  }
  return found;
}
