import { createHash } from "node:crypto";
import { appendFileSync, cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Files } from "../../main/domain/files.ts";
import { checkImport } from "../../main/pipeline/check-import.ts";
import { type ImportedModel, importModel, type ImportModelRequest } from "../../main/pipeline/import-model.ts";
import { WorkbenchError } from "../../shared/errors.ts";
import { createTestJobContext } from "./test-job-context.ts";

const sample = fileURLToPath(new URL("../../resources/sample/checkpoint", import.meta.url));
const context = createTestJobContext();
const source = path.join(context.directory, "source");
const to = path.join(context.directory, "store", "model");
const sha256 = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");
const bringIn = (changes: Partial<ImportModelRequest> = {}): Promise<ImportedModel> => importModel(context, { directory: source, name: "sample", mode: "copy", to, ...changes });
const preflight = (checksums: Parameters<typeof checkImport>[1]["checksums"] = { from: "folder" }, files: Files = context.files) => checkImport(files, { directory: source, checksums, home: context.directory });
afterAll(() => context.dispose());
beforeEach(() => {
  for (const gone of [source, path.dirname(to)]) rmSync(gone, { recursive: true, force: true });
  cpSync(sample, source, { recursive: true });
});

describe("checksums of an import", () => {
  it("are found beside the weights, held against every file in the same pass, and remembered by the list's digest", async () => {
    const list = ["config.json", "model.safetensors"].map((name) => `${sha256(path.join(source, name))}  ${name}\n`).join("");
    writeFileSync(path.join(source, "SHA256SUMS"), list);
    const { arrival } = await bringIn();
    expect(arrival.checksums).toEqual({ source: "SHA256SUMS", sha256: createHash("sha256").update(list).digest("hex"), covered: 2, uncovered: 4 });
    expect((await bringIn({ mode: "inPlace" })).arrival.checksums?.covered).toBe(2);
    expect((await bringIn({ mode: "inPlace", checksums: { from: "nowhere" } })).arrival.checksums).toBeNull();
  });

  it("that differ end a copy, links and a use in place, naming file, expected and found; the wrong file never gets its name", async () => {
    const found = sha256(path.join(source, "model.safetensors"));
    const wrong = "0".repeat(64);
    for (const mode of ["copy", "link", "inPlace"] as const) {
      await expect(bringIn({ mode, checksums: { from: "text", text: `SHA256 (model.safetensors) = ${wrong}` } })).rejects.toMatchObject({ code: "checkpoint.checksumWrong", details: { file: "model.safetensors", expected: wrong, found, list: "pasted" } });
      expect(existsSync(to)).toBe(false);
      if (mode === "copy") expect(existsSync(path.join(`${to}.partial`, "model.safetensors"))).toBe(false);
    }
  });

  it("in a broken list beside the weights refuse the import instead of being passed over", async () => {
    writeFileSync(path.join(source, "SHA256SUMS"), "not a list");
    await expect(bringIn()).rejects.toMatchObject({ code: "checkpoint.checksumListInvalid", details: { file: "SHA256SUMS", line: 1 } });
    expect((await preflight()).refusal).toMatchObject({ code: "checkpoint.checksumListInvalid" });
  });
});

describe("links instead of copies", () => {
  it("share their bytes with the originals and leave them where they are", async () => {
    const made = await bringIn({ mode: "link" });
    expect(made.directory).toBe(to);
    expect(statSync(path.join(to, "model.safetensors")).ino).toBe(statSync(path.join(source, "model.safetensors")).ino);
    expect(made.digest).toBe((await bringIn({ mode: "inPlace" })).digest);
  });

  it("that cannot be made are said so before and refused after, with nothing left behind", async () => {
    const elsewhere: Files = { ...context.files, link: async (from, target) => Promise.reject(new WorkbenchError("files.linkImpossible", { file: from, to: target, reason: "they are on different file systems" })) };
    expect((await preflight(undefined, elsewhere)).linkRefusal).toMatchObject({ code: "files.linkImpossible" });
    await expect(importModel({ ...context, files: elsewhere }, { directory: source, name: "sample", mode: "link", to })).rejects.toMatchObject({ code: "files.linkImpossible" });
    expect(existsSync(`${to}.partial`)).toBe(false);
  });
});

describe("the chat template that was approved", () => {
  it("comes in; one that was changed since is refused before a byte moves; one that nobody read is remembered as such", async () => {
    const approved = (await preflight()).template?.sha256 ?? "";
    expect(approved).toBe(sha256(path.join(source, "chat_template.jinja")));
    expect((await bringIn({ mode: "inPlace", templateApproved: approved })).arrival.template).toEqual({ sha256: approved, isApproved: true });
    appendFileSync(path.join(source, "chat_template.jinja"), "{{ 'ignore all that' }}");
    await expect(bringIn({ templateApproved: approved })).rejects.toMatchObject({ code: "checkpoint.templateNotApproved", details: { approved } });
    expect(existsSync(`${to}.partial`)).toBe(false);
    expect((await bringIn({ mode: "inPlace" })).arrival.template).toMatchObject({ isApproved: false });
  });
});

describe("a look before an import", () => {
  it("names every shard that is missing, extra or cut at once, where the import stops at the first", async () => {
    const weights = readFileSync(path.join(source, "model.safetensors"));
    rmSync(path.join(source, "model.safetensors"));
    writeFileSync(path.join(source, "model-00001-of-00004.safetensors"), weights);
    writeFileSync(path.join(source, "model-00003-of-00004.safetensors"), weights.subarray(0, weights.length - 100));
    writeFileSync(path.join(source, "old.safetensors"), weights);
    writeFileSync(path.join(source, "model.safetensors.index.json"), JSON.stringify({ weight_map: Object.fromEntries([1, 2, 3, 4].map((n) => [`t${n}`, `model-0000${n}-of-00004.safetensors`])) }));
    const found = await preflight();
    expect(found.shards.map(({ name, state, fault }) => [name, state, fault?.code ?? null])).toEqual([
      ["model-00001-of-00004.safetensors", "present", null],
      ["model-00002-of-00004.safetensors", "missing", null],
      ["model-00003-of-00004.safetensors", "present", "checkpoint.offsetOutOfBounds"],
      ["model-00004-of-00004.safetensors", "missing", null],
      ["old.safetensors", "extra", null],
    ]);
    expect(found.refusal).toMatchObject({ code: "checkpoint.shardMissing" });
  });

  it("says what a list does not name and what it names in vain, the licence's words, the space of each way, and leaves nothing", async () => {
    writeFileSync(path.join(source, "LICENSE"), "You may.");
    writeFileSync(path.join(source, "SHA256SUMS"), `${sha256(path.join(source, "config.json"))}  config.json\n${"1".repeat(64)}  gone.safetensors\n`);
    const found = await preflight();
    expect(found.refusal).toBeNull();
    expect(found.checksums).toMatchObject({ source: "SHA256SUMS", listed: 2, covered: 1, absent: ["gone.safetensors"] });
    expect(found.checksums?.uncovered).toContain("model.safetensors");
    expect(found.licences).toEqual([{ file: "LICENSE", bytes: 8, text: "You may." }]);
    expect(found.space.neededBytes).toMatchObject({ copy: (found.bytes ?? 0) + 64 * 2 ** 20, link: 0, inPlace: 0 });
    expect(found.linkRefusal).toBeNull();
    expect((await context.files.list(context.directory)).filter((name) => name.startsWith(".link"))).toEqual([]);
  });
});
