/** The bytes of one token of a vocabulary; null when it stands for none. */
export type Spelling = (token: string) => Uint8Array | null;

/** One step of a decoder that works on each token by itself. */
type Step = (token: string) => string | Uint8Array | null;

/** Steps nested deeper are an attack on the stack: decoders in use are one Sequence of up to four. */
const MAX_NESTED_SEQUENCES = 8;

/**
 * How a tokenizer.json writes bytes in its tokens: its decoder, as far as it treats tokens one by one. Two ways exist in practice:
 * ByteLevel (GPT-2's alphabet of 256 printable characters: DeepSeek, Llama 3, Qwen) and SentencePiece's ("▁" for a space, <0x0A> for
 * a byte: Llama 2, Mixtral). What a decoder does to the text as a whole, removing the one space at its beginning, is left out.
 *
 * @param decoder tokenizer.json's `decoder`, nothing checked  @param model its `model`, read for `end_of_word_suffix`
 * @throws RangeError when the decoder is another one, so that a token's bytes would depend on its neighbours
 */
export function tokenSpelling(decoder: unknown, model: unknown): Spelling {
  if (fieldOf(model, "end_of_word_suffix")) throw new RangeError("its tokens end with a suffix for words, so they are not made of bytes");
  const parts = flattened(decoder, 0);
  const steps: Step[] = [];
  let fused = false;
  for (const part of parts) {
    const type = fieldOf(part, "type");
    if (type === "Fuse") fused = true;
    // Behind Fuse the text is one piece: only its two ends are touched.
    else if (type === "Strip" && fused) continue;
    else steps.push(stepOf(type, part));
  }
  return (token) => {
    let text = token;
    for (const step of steps) {
      const result = step(text);
      if (typeof result !== "string") return result;
      text = result;
    }
    return new TextEncoder().encode(text);
  };
}

function flattened(decoder: unknown, depth: number): unknown[] {
  if (depth > MAX_NESTED_SEQUENCES) throw new RangeError("its decoder is nested too deeply");
  if (fieldOf(decoder, "type") !== "Sequence") return [decoder];
  const parts = fieldOf(decoder, "decoders");
  return Array.isArray(parts) ? parts.flatMap((part) => flattened(part, depth + 1)) : [];
}

function stepOf(type: unknown, part: unknown): Step {
  if (type === "ByteLevel") return byteLevel;
  if (type === "ByteFallback") return byteFallback;
  if (type === "Metaspace") {
    const replacement = fieldOf(part, "replacement") ?? "▁";
    if (typeof replacement === "string" && replacement !== "") return (token) => token.replaceAll(replacement, " ");
  }
  if (type === "Replace") {
    const pattern = fieldOf(fieldOf(part, "pattern"), "String");
    const content = fieldOf(part, "content");
    if (typeof pattern === "string" && pattern !== "" && typeof content === "string") return (token) => token.replaceAll(pattern, () => content);
  }
  throw new RangeError(`its decoder ${String(type ?? "none")} does not write tokens as bytes`);
}

/** One byte as <0x0A>; any other token goes on as text. */
function byteFallback(token: string): string | Uint8Array {
  const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(token)?.[1];
  return byte === undefined ? token : Uint8Array.of(Number.parseInt(byte, 16));
}

const BYTE_OF_CHARACTER = byteLevelAlphabet();

function byteLevel(token: string): Uint8Array | null {
  const bytes = new Uint8Array(token.length);
  for (let i = 0; i < token.length; i++) {
    const byte = BYTE_OF_CHARACTER.get(token.charCodeAt(i));
    if (byte === undefined) return null;
    bytes[i] = byte;
  }
  return bytes;
}

/** GPT-2's `bytes_to_unicode`: printable characters of Latin-1 stand for themselves, the other bytes in order for U+0100, U+0101, … */
function byteLevelAlphabet(): ReadonlyMap<number, number> {
  const alphabet = new Map<number, number>();
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    alphabet.set(printable ? byte : next++, byte);
  }
  return alphabet;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
