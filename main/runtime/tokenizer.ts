import path from "node:path";
import { Tokenizer as HubTokenizer } from "@huggingface/tokenizers";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";
import { PACKAGE_FILES } from "../domain/model-package.ts";
import { TextDecoder } from "./text-decoder.ts";
import { readTokenizerJson } from "./tokenizer-json.ts";
import { tokenText } from "./token-text.ts";

export interface Tokenizer {
  encode(text: string, options: { readonly addSpecialTokens: boolean }): number[];
  /** Special tokens are left out. */
  decode(ids: readonly number[]): string;
  createDecoder(): TextDecoder;
  /** As the vocabulary writes it; "" when there is no such id. */
  tokenName(id: number): string;
  /** As text; "" when the tokenizer has none. */
  readonly bosToken: string;
  readonly eosToken: string;
}

/**
 * The tokenizer of a package or checkpoint directory.
 * @throws runtime.noTokenizer when there is none; checkpoint.tokenizerInvalid when it cannot be read
 */
export async function loadTokenizer(files: Files, directory: string): Promise<Tokenizer> {
  const file = path.join(directory, PACKAGE_FILES.tokenizer);
  if ((await files.status(file)) === undefined) throw new WorkbenchError("runtime.noTokenizer", { model: directory });
  const json = await readTokenizerJson(files, file);
  const configFile = path.join(directory, PACKAGE_FILES.tokenizerConfig);
  const config = (await files.status(configFile)) === undefined ? {} : await readTokenizerJson(files, configFile);
  const hub = guarded(file, () => new HubTokenizer(json, config));
  // The library refuses an empty list.
  const decode = (ids: number[]): string => ids.length === 0 ? "" : hub.decode(ids, { skip_special_tokens: true, clean_up_tokenization_spaces: false });
  return {
    encode: (text, { addSpecialTokens }) => guarded(file, () => hub.encode(text, { add_special_tokens: addSpecialTokens }).ids),
    decode: (ids) => decode([...ids]),
    createDecoder: () => new TextDecoder(decode),
    tokenName: (id) => hub.id_to_token(id) ?? "",
    bosToken: tokenText(config["bos_token"]),
    eosToken: tokenText(config["eos_token"]),
  };
}

function guarded<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new WorkbenchError("checkpoint.tokenizerInvalid", { file, reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  }
}
