/** What one token stands for by itself, special tokens included. */
export interface TokenTexts {
  /** `bytes` is null for a special token, and where the tokenizer's way of writing bytes is not known. */
  of(id: number): { readonly text: string; readonly bytes: readonly number[] | null };
}

const BYTE_TOKEN = /^<0x([0-9A-Fa-f]{2})>$/;

/**
 * The texts of single tokens from a parsed tokenizer.json. Two ways of writing bytes as characters are known: GPT-2's table (a `ByteLevel` decoder)
 * and SentencePiece's (`▁` for a space, `<0x0A>` for a byte). Bytes that are no whole character read as U+FFFD in the text.
 * @param decode ids → text, for tokenizers that write bytes in another way
 */
export function createTokenTexts(tokenizer: Readonly<Record<string, unknown>>, decode: (ids: number[]) => string): TokenTexts {
  const pieces = readVocabulary(tokenizer);
  const added = readAddedTokens(tokenizer);
  const decoder = JSON.stringify(tokenizer["decoder"] ?? null);
  const toBytes = decoder.includes('"ByteLevel"') ? byteLevelBytes : decoder.includes('"ByteFallback"') || decoder.includes("▁") ? sentencePieceBytes : null;
  const utf8 = new TextDecoder("utf-8");
  return {
    of(id) {
      const special = added.get(id);
      if (special !== undefined) return { text: special, bytes: null };
      const piece = pieces.get(id);
      const bytes = piece === undefined || toBytes === null ? null : toBytes(piece);
      return bytes === null ? { text: decode([id]), bytes: null } : { text: utf8.decode(Uint8Array.from(bytes)), bytes };
    },
  };
}

function readVocabulary(tokenizer: Readonly<Record<string, unknown>>): Map<number, string> {
  const model = tokenizer["model"];
  const vocab = typeof model === "object" && model !== null && "vocab" in model ? model.vocab : null;
  const pieces = new Map<number, string>();
  // BPE and WordPiece write { piece: id }, Unigram [[piece, score], …].
  if (Array.isArray(vocab)) vocab.forEach((entry: unknown, id) => { if (Array.isArray(entry) && typeof entry[0] === "string") pieces.set(id, entry[0]); });
  else if (typeof vocab === "object" && vocab !== null) for (const [piece, id] of Object.entries(vocab)) if (typeof id === "number") pieces.set(id, piece);
  return pieces;
}

function readAddedTokens(tokenizer: Readonly<Record<string, unknown>>): Map<number, string> {
  const added = new Map<number, string>();
  const tokens = tokenizer["added_tokens"];
  if (!Array.isArray(tokens)) return added;
  for (const token of tokens as unknown[]) {
    if (typeof token === "object" && token !== null && "id" in token && "content" in token && typeof token.id === "number" && typeof token.content === "string") added.set(token.id, token.content);
  }
  return added;
}

/** GPT-2's bytes_to_unicode, turned around: printable Latin-1 stands for itself, the 68 other bytes for U+0100 and up. */
const BYTE_OF_CHARACTER: ReadonlyMap<number, number> = (() => {
  const table = new Map<number, number>();
  let shifted = 0;
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    table.set(printable ? byte : 0x100 + shifted++, byte);
  }
  return table;
})();

function byteLevelBytes(piece: string): number[] | null {
  const bytes: number[] = [];
  for (const character of piece) {
    const byte = BYTE_OF_CHARACTER.get(character.codePointAt(0) as number);
    if (byte === undefined) return null;
    bytes.push(byte);
  }
  return bytes;
}

function sentencePieceBytes(piece: string): number[] {
  const byte = BYTE_TOKEN.exec(piece)?.[1];
  return byte === undefined ? [...new TextEncoder().encode(piece.replaceAll("▁", " "))] : [Number.parseInt(byte, 16)];
}
