import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";
import { PACKAGE_FILES } from "../domain/model-package.ts";
import { tokenSpelling } from "./token-spelling.ts";
import { readTokenizerJson } from "./tokenizer-json.ts";

/**
 * Ids above this would only make the table large (5 bytes an id): the largest vocabularies in use have 262,144 (Gemma 3), and ids are
 * dense in all of them.
 */
const MAX_TOKENS = 2 ** 22;

/** What each token writes. */
export interface TokenBytes {
  /** One more than the largest id. The model's vocabulary may be wider: rows padded to a round number. */
  readonly size: number;
  /** Null for a token that writes no text of its own (special, control, not in the table). Do not change what comes back. */
  of(id: number): Uint8Array | null;
}

/**
 * Reads the table of a package or checkpoint directory. It takes some 100 ms for 129,280 tokens: keep it.
 * @throws runtime.noTokenizer when there is none; checkpoint.tokenizerInvalid when it cannot be read, or its tokens are not made of bytes
 */
export async function loadTokenBytes(files: Files, directory: string): Promise<TokenBytes> {
  const file = path.join(directory, PACKAGE_FILES.tokenizer);
  if ((await files.status(file)) === undefined) throw new WorkbenchError("runtime.noTokenizer", { model: directory });
  const json = await readTokenizerJson(files, file);
  const configFile = path.join(directory, PACKAGE_FILES.tokenizerConfig);
  const config = (await files.status(configFile)) === undefined ? {} : await readTokenizerJson(files, configFile);
  try {
    return tableOf(json, config);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new WorkbenchError("checkpoint.tokenizerInvalid", { file, reason: cause.message }, { cause });
  }
}

/** @throws RangeError that says what is wrong */
function tableOf(json: Record<string, unknown>, config: Record<string, unknown>): TokenBytes {
  const spell = tokenSpelling(json["decoder"], json["model"]);
  const spelled = new Map<number, Uint8Array | null>();
  for (const [id, token] of vocabularyOf(json["model"])) spelled.set(checkedId(id), spell(token));
  const silent = new Set(listOf(config["additional_special_tokens"]).map((token) => (isObject(token) ? token["content"] : token)));
  // An added token stands over an entry of the vocabulary with its id, and is written as it is, whatever the decoder does to others.
  for (const added of listOf(json["added_tokens"])) {
    if (!isObject(added) || typeof added["content"] !== "string") throw new RangeError("an added token has no content");
    const { content } = added;
    spelled.set(checkedId(added["id"]), added["special"] === true || silent.has(content) || isControl(content) ? null : new TextEncoder().encode(content));
  }
  return packed(spelled);
}

/**
 * Marks such as <｜tool▁calls▁begin｜> or <think> are often not flagged special. They would be legal inside a JSON string, and no answer
 * means them there; runs of spaces (OLMo, Phi) are added tokens too, and are text.
 */
function isControl(content: string): boolean {
  return /^<.+>$|^\[[A-Z_]+\]$/su.test(content);
}

/** BPE lists { token: id }, Unigram [[token, score]] in order of id. */
function* vocabularyOf(model: unknown): Generator<[unknown, string]> {
  const vocabulary = isObject(model) ? model["vocab"] : undefined;
  if (Array.isArray(vocabulary)) {
    for (const [id, entry] of vocabulary.entries()) {
      if (!Array.isArray(entry) || typeof entry[0] !== "string") throw new RangeError(`token ${id} has no text`);
      yield [id, entry[0]];
    }
  } else if (isObject(vocabulary)) {
    for (const [token, id] of Object.entries(vocabulary)) yield [id, token];
  } else {
    throw new RangeError("its model has no vocabulary");
  }
}

function checkedId(id: unknown): number {
  if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id >= MAX_TOKENS) throw new RangeError(`a token has the id ${String(id)}`);
  return id;
}

/** All bytes in one array: 129,280 small ones would weigh twenty times as much. */
function packed(spelled: ReadonlyMap<number, Uint8Array | null>): TokenBytes {
  let size = 0;
  let total = 0;
  for (const [id, bytes] of spelled) {
    size = Math.max(size, id + 1);
    total += bytes?.length ?? 0;
  }
  const all = new Uint8Array(total);
  const starts = new Uint32Array(size + 1);
  const writes = new Uint8Array(size);
  let end = 0;
  for (let id = 0; id < size; id++) {
    const bytes = spelled.get(id) ?? null;
    if (bytes !== null) {
      writes[id] = 1;
      all.set(bytes, end);
      end += bytes.length;
    }
    starts[id + 1] = end;
  }
  return { size, of: (id) => (writes[id] === 1 ? all.subarray(starts[id], starts[id + 1]) : null) };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
