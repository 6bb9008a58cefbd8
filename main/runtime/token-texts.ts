import { WorkbenchError } from "../../shared/errors.ts";
import type { Files } from "../domain/files.ts";
import { loadTokenBytes, type TokenBytes } from "./token-bytes.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** What one token stands for by itself, special tokens included. */
export interface TokenTexts {
  /** Bytes that are no whole character read as U+FFFD in `text`. `bytes` is null for a special token, and where the tokenizer does not tell. */
  of(id: number): { readonly text: string; readonly bytes: readonly number[] | null };
}

/** @throws what reading the directory throws; a tokenizer whose tokens are not made of bytes is no error here */
export async function loadTokenTexts(files: Files, directory: string, tokenizer: Tokenizer): Promise<TokenTexts> {
  const table = await bytesIfKnown(files, directory);
  const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
  return {
    of(id) {
      const bytes = table?.of(id) ?? null;
      if (bytes !== null) return { text: utf8.decode(bytes), bytes: [...bytes] };
      return { text: (table === null ? tokenizer.decode([id]) : "") || tokenizer.tokenName(id), bytes: null };
    },
  };
}

async function bytesIfKnown(files: Files, directory: string): Promise<TokenBytes | null> {
  try {
    return await loadTokenBytes(files, directory);
  } catch (thrown) {
    if (thrown instanceof WorkbenchError && thrown.code === "checkpoint.tokenizerInvalid") return null;
    throw thrown;
  }
}
