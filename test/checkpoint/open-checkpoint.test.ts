import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openCheckpoint } from "../../main/checkpoint/open-checkpoint.ts";
import { createNodeFiles } from "../../main/hosts/node-files.ts";
import { bfloat16, DEEPSEEK_FLOAT8, errorOf, float8, float32, rawSafetensors, safetensors, temporaryDirectory, writeCheckpoint } from "./checkpoint-fixture.ts";

const files = createNodeFiles();
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const paths = (checkpoint: { readonly files: readonly { readonly path: string }[] }): string[] => checkpoint.files.map(({ path }) => path);

describe("a checkpoint directory", () => {
  it("lists what belongs to the model, sorted, and nothing else", async () => {
    const directory = writeCheckpoint(temporaryDirectory(), {
      "tokenizer.json": { model: { type: "BPE", vocab: {}, merges: [] } }, "tokenizer_config.json": {}, "special_tokens_map.json": {}, "generation_config.json": {},
      "LICENSE": "", "LICENSE-MODEL": "", "README.md": "", "tokenizer.model": "", "chat_template.jinja": "x", "modeling_deepseek.py": "import os", "pytorch_model.bin": "",
      "training_args.bin": "", ".gitattributes": "", "README.md.exe": "", "notes.txt": "",
    });
    mkdirSync(join(directory, "licenses"));
    expect(paths(await openCheckpoint(files, directory))).toEqual([
      "LICENSE", "LICENSE-MODEL", "README.md", "chat_template.jinja", "config.json", "generation_config.json", "model.safetensors", "special_tokens_map.json", "tokenizer.json",
      "tokenizer.model", "tokenizer_config.json",
    ]);
  });

  it("takes the shards of its index and leaves other safetensors alone", async () => {
    const checkpoint = await openCheckpoint(files, join(ROOT, "test/references/deepseek-v3"));
    expect(paths(checkpoint).filter((path) => path.endsWith(".safetensors"))).toHaveLength(8);
    expect(paths(checkpoint)).not.toContain("expected.safetensors");
    const places = [...checkpoint.tensors.values()].map(({ file, offset }) => `${file} ${String(offset).padStart(12, "0")}`);
    expect(places).toEqual([...places].sort());
  });

  it("unites files that have no index", async () => {
    const directory = writeCheckpoint(temporaryDirectory(), { "model.safetensors": null, "b.safetensors": safetensors({ one: bfloat16([2]) }), "a.safetensors": safetensors({ two: bfloat16([2]) }) });
    expect([...(await openCheckpoint(files, directory)).tensors.keys()]).toEqual(["two", "one"]);
  });

  it("keeps names that are special in JavaScript as plain names", async () => {
    const names = ["constructor", "toString", "hasOwnProperty"];
    const content = safetensors(Object.fromEntries(names.map((name) => [name, bfloat16([1])])));
    const directory = writeCheckpoint(temporaryDirectory(), { "model.safetensors": content });
    expect([...(await openCheckpoint(files, directory)).tensors.keys()]).toEqual(names);
    writeFileSync(join(directory, "model.safetensors"), rawSafetensors('{"__proto__":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}', new Uint8Array(2)));
    expect((await openCheckpoint(files, directory)).tensors.has("__proto__")).toBe(true);
    expect(({} as Record<string, unknown>)["dtype"]).toBeUndefined();
  });

  it("accepts a byte order mark before a config", async () => {
    const directory = writeCheckpoint(temporaryDirectory(), { "config.json": '\ufeff{"model_type":"llama"}' });
    expect((await openCheckpoint(files, directory)).config).toEqual({ model_type: "llama" });
  });

  it("is found behind a link to it", async () => {
    const parent = temporaryDirectory();
    writeCheckpoint(join(parent, "real"));
    symlinkSync("real", join(parent, "alias"));
    expect((await openCheckpoint(files, join(parent, "alias"))).directory).toBe(join(parent, "alias"));
  });
});

describe("a hub cache", () => {
  function cache(target: string): string {
    const repository = join(temporaryDirectory(), "models--org--name");
    const snapshot = join(repository, "snapshots", "0123abc");
    writeCheckpoint(snapshot, { "model.safetensors": null });
    mkdirSync(join(repository, "blobs"));
    mkdirSync(join(repository, "..", "models--org--other", "blobs"), { recursive: true });
    for (const owner of ["name", "other"]) writeFileSync(join(repository, "..", `models--org--${owner}`, "blobs", "deadbeef"), safetensors({ a: bfloat16([2]) }));
    symlinkSync(target, join(snapshot, "model.safetensors"));
    return snapshot;
  }

  it("may link from its snapshot to its blobs, and sizes are those of the blobs", async () => {
    const checkpoint = await openCheckpoint(files, cache("../../blobs/deadbeef"));
    expect(checkpoint.files.find(({ path }) => path === "model.safetensors")?.bytes).toBe(safetensors({ a: bfloat16([2]) }).byteLength);
  });

  it("may not link to the blobs of another repository", async () => {
    expect((await errorOf(() => openCheckpoint(files, cache("../../../models--org--other/blobs/deadbeef")))).code).toBe("checkpoint.linkEscapes");
  });

  it("may not link to blobs when it is no hub cache", async () => {
    const directory = writeCheckpoint(join(temporaryDirectory(), "snapshots", "1"), { "model.safetensors": null });
    mkdirSync(join(directory, "../../blobs"));
    writeFileSync(join(directory, "../../blobs/x"), safetensors({ a: bfloat16([2]) }));
    symlinkSync("../../blobs/x", join(directory, "model.safetensors"));
    expect((await errorOf(() => openCheckpoint(files, directory))).code).toBe("checkpoint.linkEscapes");
  });
});

describe("the chat template", () => {
  const template = async (changes: Parameters<typeof writeCheckpoint>[1]) => (await openCheckpoint(files, writeCheckpoint(temporaryDirectory(), changes))).chatTemplate;

  it("is null where there is none", async () => expect(await template({ "tokenizer_config.json": { chat_template: null } })).toBeNull());
  it("comes from tokenizer_config", async () =>
    expect(await template({ "tokenizer_config.json": { chat_template: "{{ a }}" } })).toEqual({ source: "tokenizer_config.json", text: "{{ a }}" }));
  it("is the default of several", async () =>
    expect((await template({ "tokenizer_config.json": { chat_template: [{ name: "tool_use", template: "t" }, { name: "default", template: "d" }] } }))?.text).toBe("d"));
  it("is the first of several without default", async () =>
    expect((await template({ "tokenizer_config.json": { chat_template: [{ name: "tool_use", template: "t" }, { name: "rag", template: "r" }] } }))?.text).toBe("t"));
  it("is the jinja file where both are there", async () =>
    expect(await template({ "chat_template.jinja": "file", "tokenizer_config.json": { chat_template: "config" } })).toEqual({ source: "chat_template.jinja", text: "file" }));
});

describe("float8", () => {
  it("is accepted as DeepSeek and as transformers write it", async () => {
    const weights = safetensors({ "a.weight": float8([2, 2]), "a.weight_scale_inv": float32([1, 1]) });
    const transformers = { quantization_config: { quant_method: "fp8", activation_scheme: "dynamic", weight_block_size: [128, 128], modules_to_not_convert: null } };
    const ue8m0 = { quantization_config: { ...DEEPSEEK_FLOAT8.quantization_config, scale_fmt: "ue8m0" } };
    for (const config of [DEEPSEEK_FLOAT8, transformers, ue8m0]) {
      const { tensors } = await openCheckpoint(files, writeCheckpoint(temporaryDirectory(), { "config.json": config, "model.safetensors": weights }));
      expect(tensors.get("a.weight")?.scale).toMatchObject({ tensor: "a.weight_scale_inv", dtype: "F32", blockRows: 128, blockColumns: 128 });
    }
  });

  it("finds scales in another shard", async () => {
    const { tensors } = await openCheckpoint(files, writeCheckpoint(temporaryDirectory(), {
      "config.json": DEEPSEEK_FLOAT8, "model.safetensors": null, "a.safetensors": safetensors({ "a.weight": float8([2, 2]) }), "b.safetensors": safetensors({ "a.weight_scale_inv": float32([1, 1]) }),
    }));
    expect(tensors.get("a.weight")?.scale?.file).toBe("b.safetensors");
  });
});
