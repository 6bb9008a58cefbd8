import { cpSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { GRAPH_OPERATORS } from "../../main/graph/graph-operators.ts";
import { decodeModel } from "../../main/graph/onnx/decode-model.ts";
import { encodeModel } from "../../main/graph/onnx/encode-model.ts";
import type { OnnxModel } from "../../main/graph/onnx/onnx-model.ts";
import { importModel } from "../../main/pipeline/import-model.ts";
import { openModelPackage } from "../../main/pipeline/open-model-package.ts";
import { quantizeModel } from "../../main/pipeline/quantize-model.ts";
import { findPreset } from "../../main/quantize/presets.ts";
import { createTestJobContext } from "./test-job-context.ts";

const context = createTestJobContext();
const whole = path.join(context.directory, "whole");
let copies = 0;

beforeAll(async () => {
  const directory = fileURLToPath(new URL("../references/deepseek-v3/", import.meta.url));
  const { digest } = await importModel(context, { directory, name: "tiny", mode: "inPlace", to: "" });
  await quantizeModel(context, { checkpoint: { directory, digest, name: "tiny" }, recipe: findPreset("int4"), name: "tiny", to: whole, threads: 1 });
});
afterAll(() => context.dispose());

function copy(damage: (directory: string) => void): string {
  const to = path.join(context.directory, `copy-${copies++}`);
  cpSync(whole, to, { recursive: true });
  damage(to);
  return to;
}

type Json = Record<string, unknown>;
const editManifest = (edit: (manifest: Json) => void) => (directory: string) => {
  const file = path.join(directory, "model.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as Json;
  edit(manifest);
  writeFileSync(file, JSON.stringify(manifest));
};
/** A hostile graph with a manifest that vouches for it: only the reader stands between it and the runtime. */
const editGraph = (edit: (model: OnnxModel) => OnnxModel) => (directory: string) => {
  const file = path.join(directory, "graph.onnx");
  const bytes = encodeModel(edit(decodeModel(readFileSync(file), file)));
  writeFileSync(file, bytes);
  editManifest((manifest) => {
    const listed = (manifest["files"] as { path: string; bytes: number; sha256: string }[]).find((entry) => entry.path === "graph.onnx");
    Object.assign(listed as object, { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") });
  })(directory);
};
const editExternal = (change: object) => (model: OnnxModel): OnnxModel => {
  const initializers = [...model.initializers];
  const index = initializers.findIndex((tensor) => tensor.data.kind === "external");
  const tensor = initializers[index] as (typeof initializers)[0];
  initializers[index] = { ...tensor, data: { ...tensor.data, ...change } } as typeof tensor;
  return { ...model, initializers };
};

it("opens when nothing is wrong", async () => {
  expect((await openModelPackage(context.files, whole)).manifest.name).toBe("tiny");
});

it.each([
  ["no manifest", (d: string) => writeFileSync(path.join(d, "model.json"), ""), "package.invalid"],
  ["a manifest that is no JSON", (d: string) => writeFileSync(path.join(d, "model.json"), "{"), "package.invalid"],
  ["a manifest of a later format", editManifest((m) => Object.assign(m, { formatVersion: 2 })), "package.newerFormat"],
  ["a manifest with a field nobody knows", editManifest((m) => Object.assign(m, { evil: 1 })), "package.invalid"],
  ["a file path that leaves the package", editManifest((m) => Object.assign((m["files"] as object[])[0] as object, { path: "../../etc/passwd" })), "package.invalid"],
  ["a listed file that is missing", editManifest((m) => (m["files"] as object[]).push({ path: "gone.bin", bytes: 1, sha256: "0".repeat(64) })), "package.fileMissing"],
  ["weights cut short", (d: string) => truncateSync(path.join(d, "weights-00001.bin"), 1000), "package.fileChanged"],
  ["a changed graph", (d: string) => { const f = path.join(d, "graph.onnx"); const b = readFileSync(f); b[b.length >> 1]! ^= 1; writeFileSync(f, b); }, "package.fileChanged"],
  ["a graph that reads another file", editGraph(editExternal({ file: "/etc/passwd" })), "onnx.invalid"],
  ["a graph that climbs out", editGraph(editExternal({ file: "../weights-00001.bin" })), "onnx.invalid"],
  ["a graph that reads past the end", editGraph(editExternal({ offset: 2 ** 40 })), "onnx.invalid"],
  ["a graph whose tensor lies about its length", editGraph(editExternal({ bytes: 4 })), "onnx.invalid"],
  ["a graph with an operator that is not ours", editGraph((m) => ({ ...m, nodes: [{ ...(m.nodes[0] as (typeof m.nodes)[0]), opType: "If" }, ...m.nodes.slice(1)] })), "onnx.invalid"],
] as const)("refuses %s", async (_, damage, code) => {
  await expect(openModelPackage(context.files, copy(damage as (d: string) => void))).rejects.toMatchObject({ code });
});

it("uses no operator that it would refuse, and refuses none that it uses", async () => {
  const file = path.join(whole, "graph.onnx");
  const used = new Set(decodeModel(readFileSync(file), file).nodes.map((node) => `${node.domain}:${node.opType}`));
  for (const operator of used) expect(GRAPH_OPERATORS.has(operator)).toBe(true);
});
