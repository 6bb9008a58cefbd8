import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { createNodeFiles } from "../../main/hosts/node-files.ts";
import { loadTokenBytes, type TokenBytes } from "../../main/runtime/token-bytes.ts";
import { loadTokenizer } from "../../main/runtime/tokenizer.ts";

const files = createNodeFiles();
const sample = fileURLToPath(new URL("../../resources/sample/checkpoint/", import.meta.url));
const home = mkdtempSync(path.join(tmpdir(), "token-bytes-"));
afterAll(() => rmSync(home, { recursive: true }));
let count = 0;

async function written(tokenizer: unknown, config: unknown = {}): Promise<string> {
  const directory = path.join(home, String(count++));
  await files.makeDirectory(directory);
  writeFileSync(path.join(directory, "tokenizer.json"), JSON.stringify(tokenizer));
  writeFileSync(path.join(directory, "tokenizer_config.json"), JSON.stringify(config));
  return directory;
}

const bytesOf = (table: TokenBytes, ids: readonly number[]) => Buffer.concat(ids.map((id) => table.of(id) ?? new Uint8Array(0)));

/** Llama 2's tokenizer.json in small: the same normalizer, decoder and byte tokens, a vocabulary of a few words. */
function sentencePiece(decoder: unknown = { type: "Sequence", decoders: [{ type: "Replace", pattern: { String: "▁" }, content: " " }, { type: "ByteFallback" }, { type: "Fuse" }, { type: "Strip", content: " ", start: 1, stop: 0 }] }) {
  const pieces = ["<unk>", "<s>", "</s>", ...Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`), "▁", "a", "b", "é", "{", '"', "▁a", "▁▁", "ab", "▁ab"];
  const merges = ["▁ a", "▁ ▁", "a b", "▁ ab"];
  const special = (id: number) => ({ id, content: pieces[id], special: true, single_word: false, lstrip: false, rstrip: false, normalized: false });
  return {
    normalizer: { type: "Sequence", normalizers: [{ type: "Prepend", prepend: "▁" }, { type: "Replace", pattern: { String: " " }, content: "▁" }] },
    pre_tokenizer: null, post_processor: null, decoder, added_tokens: [special(0), special(1), special(2)],
    model: { type: "BPE", vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])), merges, unk_token: "<unk>", byte_fallback: true, fuse_unk: true },
  };
}

const text = fc.oneof(fc.string({ unit: "grapheme", maxLength: 60 }), fc.string({ unit: fc.constantFrom("a", "b", " ", "é", "\n", '{"', "▁", "𝄞"), maxLength: 30 })).filter((each) => each.isWellFormed());

describe("what the tokens write", () => {
  it("is, for the sample's ByteLevel tokenizer, the text that was encoded, byte for byte", async () => {
    const [tokenizer, table] = await Promise.all([loadTokenizer(files, sample), loadTokenBytes(files, sample)]);
    fc.assert(
      fc.property(text, (each) => {
        expect(bytesOf(table, tokenizer.encode(each, { addSpecialTokens: false })).toString("utf8")).toBe(each);
      }),
      { numRuns: 500 },
    );
  });

  it("is, for any ids of the sample, what the library decodes", async () => {
    const [tokenizer, table] = await Promise.all([loadTokenizer(files, sample), loadTokenBytes(files, sample)]);
    expect(table.size).toBe(4096);
    fc.assert(
      fc.property(fc.array(fc.nat(4095), { maxLength: 12 }), (ids) => {
        expect(bytesOf(table, ids).toString("utf8")).toBe(tokenizer.decode(ids));
      }),
      { numRuns: 500 },
    );
    expect([0, 1, 2, 3, 4].map((id) => table.of(id))).toEqual([null, null, null, null, null]);
    expect([-1, 4096, 1.5, Number.NaN].map((id) => table.of(id))).toEqual([null, null, null, null]);
  });

  it("is, for a SentencePiece tokenizer, the text behind the one space it puts in front", async () => {
    const directory = await written(sentencePiece());
    const [tokenizer, table] = await Promise.all([loadTokenizer(files, directory), loadTokenBytes(files, directory)]);
    fc.assert(
      fc.property(text, (each) => {
        const ids = tokenizer.encode(each, { addSpecialTokens: true });
        const whole = bytesOf(table, ids).toString("utf8");
        expect(whole.replace(/^ /, "")).toBe(tokenizer.decode(ids));
        // "▁" itself becomes a space: SentencePiece cannot tell them apart.
        if (each !== "") expect(whole).toBe(` ${each}`.replaceAll("▁", " "));
      }),
      { numRuns: 300 },
    );
    expect(table.of(3 + 0x0a)).toEqual(Uint8Array.of(0x0a));
    expect(table.of(0)).toBeNull();
  });

  it("reads Metaspace, and Unigram's list", async () => {
    const table = await loadTokenBytes(files, await written({ ...sentencePiece({ type: "Metaspace", replacement: "▁" }), model: { type: "Unigram", vocab: [["<unk>", 0], ["x", 0], ["y", 0], ["▁a▁b", -1]] } }));
    expect(Buffer.from(table.of(3) as Uint8Array).toString()).toBe(" a b");
    expect(table.of(0)).toBeNull();
  });

  it("is nothing for control marks, flagged special or not, and the text of other added tokens", async () => {
    const base = sentencePiece();
    const add = (id: number, content: string, special: boolean) => ({ id, content, special });
    const added = [add(300, "<｜tool▁calls▁begin｜>", false), add(301, "[TOOL_CALLS]", false), add(302, "        ", false), add(303, "ab", true), add(304, "pad", false), add(260, "over", false)];
    const table = await loadTokenBytes(files, await written({ ...base, added_tokens: added }, { additional_special_tokens: [{ content: "pad" }] }));
    expect([300, 301, 303, 304, 299].map((id) => table.of(id))).toEqual([null, null, null, null, null]);
    expect(Buffer.from(table.of(302) as Uint8Array).toString()).toBe("        ");
    expect(Buffer.from(table.of(260) as Uint8Array).toString()).toBe("over");
    expect(table.size).toBe(305);
  });

  it.each([
    ["a decoder that looks at neighbours", sentencePiece({ type: "WordPiece", prefix: "##" })],
    ["no decoder", sentencePiece(null)],
    ["a pattern that is no string", sentencePiece({ type: "Replace", pattern: { Regex: "(a+)+" }, content: "" })],
    ["sequences without end", sentencePiece(Array.from({ length: 50 }).reduce((inner) => ({ type: "Sequence", decoders: [inner] }), { type: "Fuse" }))],
    ["an id too large to be honest", { ...sentencePiece(), added_tokens: [{ id: 2 ** 31, content: "x" }] }],
    ["an id that is no number", { ...sentencePiece(), model: { vocab: { a: "0" } } }],
    ["no vocabulary", { ...sentencePiece(), model: null }],
    ["an added token without content", { ...sentencePiece(), added_tokens: [{ id: 1 }] }],
    ["a suffix for words", { ...sentencePiece(), model: { vocab: { a: 0 }, end_of_word_suffix: "</w>" } }],
    ["no object", []],
  ])("is refused for a file with %s", async (_, tokenizer) => {
    await expect(loadTokenBytes(files, await written(tokenizer))).rejects.toMatchObject({ code: "checkpoint.tokenizerInvalid" });
  });

  it("is refused where there is no tokenizer", async () => {
    await expect(loadTokenBytes(files, home)).rejects.toMatchObject({ code: "runtime.noTokenizer" });
  });
});
