import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { collectRuntime } from "../../main/bundle/runtime/collect-runtime.ts";
import { readRuntime } from "../../main/bundle/runtime/read-runtime.ts";
import { writeRuntime } from "../../main/bundle/runtime/write-runtime.ts";
import { createNodeFiles } from "../../main/hosts/node-files.ts";
import { createModelBundle } from "../../main/pipeline/create-bundle.ts";
import { importModel } from "../../main/pipeline/import-model.ts";
import { installModelBundle } from "../../main/pipeline/install-bundle.ts";
import { quantizeModel } from "../../main/pipeline/quantize-model.ts";
import { presetMachine } from "../../main/plan/preset-machine.ts";
import { findPreset } from "../../main/quantize/presets.ts";
import { createTestJobContext } from "../pipeline/test-job-context.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const platform = `${process.platform}-${process.arch}`;
const installation = { root: repository.replace(/\/$/, ""), version: "0.1.0", node: process.execPath, nodeVersion: process.version, platform };
const files = createNodeFiles();
const signal = new AbortController().signal;
const traffic = { files, signal, onBytes: () => {} };
const root = mkdtempSync(path.join(os.tmpdir(), "sallyport-runtime-"));
const context = createTestJobContext();
afterAll(() => {
  context.dispose();
  rmSync(root, { recursive: true, force: true });
});

const archive = path.join(root, "runtime.tar");
const collected = await collectRuntime(files, installation, signal);
await writeRuntime(files, collected, archive, () => {}, signal);

describe("a runtime", () => {
  it("is one for this platform, with every component's licence and digest", async () => {
    const { document, delivered, licences } = await readRuntime(traffic, archive);
    expect(document.platform).toBe(platform);
    for (const name of ["node", "sallyport", "onnxruntime-node", "better-sqlite3", "@huggingface/tokenizers"]) expect(document.components.find((each) => each.name === name), name).toMatchObject({ licence: expect.stringMatching(/MIT|Apache/) });
    const node = document.components.find(({ name }) => name === "node");
    expect(node?.sha256).toBe(createHash("sha256").update(readFileSync(process.execPath)).digest("hex"));
    expect(delivered.archiveDigest).toBe(`sha256:${createHash("sha256").update(readFileSync(archive)).digest("hex")}`);
    expect(licences.length).toBeGreaterThan(20);
  });

  it("leaves out what is for other systems, for building, for pages and for tests", () => {
    const paths = collected.entries.map((entry) => entry.path);
    for (const pattern of [/onnxruntime-node\/bin\/.*\/(darwin|win32)\//, /\.d\.ts$/, /^renderer\//, /^test\//, /node_modules\/(typescript|vitest|electron-builder|react)\//, /better-sqlite3\/(deps|src)\//]) expect(paths.filter((each) => pattern.test(each))).toEqual([]);
    expect(paths.filter((each) => each.endsWith(".node")).length).toBe(2);
  });

  it("is the same archive whenever it is made, and any tar reads it", async () => {
    const again = path.join(root, "again.tar");
    await writeRuntime(files, collected, again, () => {}, signal);
    expect(readFileSync(again).equals(readFileSync(archive))).toBe(true);
    const listed = execFileSync("tar", ["-tf", archive], { encoding: "utf8", maxBuffer: 1 << 24 }).trim().split("\n");
    expect(listed).toEqual(["runtime.json", ...collected.entries.map((entry) => entry.path)]);
  });

  it.each<[string, (file: string) => void, string]>([
    ["cut off", (file) => truncateSync(file, 4096), "longer than the archive"],
    ["without its document", (file) => writeTar(file, { "bin/node": "" }), "runtime.json is missing"],
    ["without a Node", (file) => writeTar(file, { "runtime.json": JSON.stringify(collected.document) }), "bin/node is missing"],
    ["of a later format", (file) => writeTar(file, { "runtime.json": JSON.stringify({ ...collected.document, formatVersion: 2 }) }), "formatVersion"],
    ["with a link in it", (file) => {
      writeTar(file, { "runtime.json": "{}" });
      execFileSync("ln", ["-s", "/etc/passwd", path.join(root, "link")]);
      execFileSync("tar", ["-C", root, "-rf", file, "link"]);
    }, "not a plain file"],
  ])("%s is refused", async (_what, damage, reason) => {
    const file = path.join(root, "damaged.tar");
    writeFileSync(file, readFileSync(archive).subarray(0, 1 << 20));
    damage(file);
    await expect(readRuntime(traffic, file)).rejects.toMatchObject({ code: "bundle.runtimeInvalid", details: { reason: expect.stringContaining(reason) } });
  });
});

function writeTar(file: string, contents: Readonly<Record<string, string>>): void {
  const directory = mkdtempSync(path.join(root, "tar-"));
  for (const [name, text] of Object.entries(contents)) {
    mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    writeFileSync(path.join(directory, name), text);
  }
  execFileSync("tar", ["-C", directory, "-cf", file, ...Object.keys(contents)]);
}

/** serve.sh, health.sh and a client with the token that serve.sh made; a free port in place of the plan's. */
async function serves(folder: string, home: string): Promise<void> {
  const port = await freePort();
  const env = { HOME: home, PATH: "" };
  const server = spawn("/bin/sh", [path.join(folder, "serve.sh"), "--port", String(port), "--threads", "2"], { env, stdio: "ignore" });
  const ended = new Promise<number | null>((resolve) => server.on("exit", resolve));
  try {
    const health = readFileSync(path.join(folder, "health.sh"), "utf8").replace(":8000", `:${port}`).replace("sleep 5", "sleep 0.2").replace("waited + 5", "waited + 1");
    expect(spawnSync("/bin/sh", ["-s", "200"], { input: health, encoding: "utf8", env: { PATH: "/usr/bin:/bin" } }).stdout).toContain("ready");
    const token = readFileSync(path.join(home, ".sallyport/api-token"), "utf8");
    const ask = (authorization: string) => fetch(`http://127.0.0.1:${port}/v1/completions`, { method: "POST", headers: { authorization, "content-type": "application/json" }, body: JSON.stringify({ model: "sample-int4", prompt: "The database", max_tokens: 4 }) });
    expect((await ask("Bearer wrong")).status).toBe(401);
    expect(await (await ask(`Bearer ${token}`)).json()).toMatchObject({ usage: { completion_tokens: 4 } });
  } finally {
    server.kill("SIGTERM");
  }
  expect(await ended).toBe(0);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const listener = createServer();
    listener.listen(0, "127.0.0.1", () => {
      const address = listener.address();
      listener.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

describe.skipIf(platform !== "linux-x64")("a bundle with the embedded engine inside", () => {
  const target = { kind: "onnx", machine: presetMachine("epyc-9654x2"), machineName: "site", contextTokens: 256, concurrency: 1, nodes: 1, preference: "best-quality", directory: "/opt/models", port: 8000 } as const;
  const packed = (async () => {
    const checkpoint = path.join(repository, "resources/sample/checkpoint");
    const { digest } = await importModel(context, { directory: checkpoint, name: "sample", mode: "inPlace", to: "" });
    const to = path.join(context.directory, "package");
    await quantizeModel(context, { checkpoint: { directory: checkpoint, name: "sample", digest }, recipe: findPreset("int4"), name: "sample-int4", to, threads: 1 });
    return to;
  })();
  const request = async (out: string) => {
    return { models: [{ directory: await packed, name: "sample-int4" }], name: null, marks: [], images: [], runtimes: [archive], reports: [], targets: [target], installation, out };
  };

  it("answers on a machine that has neither Node nor Sallyport, with nothing on its PATH", async () => {
    const bundle = path.join(root, "bundle");
    const to = path.join(root, "site with spaces");
    await createModelBundle(context, await request(bundle));
    await installModelBundle(context, { bundle, to, parity: false, trustDirectory: path.join(root, "trust"), policy: undefined });
    const home = path.join(root, "home");
    mkdirSync(home);
    const run = () => spawnSync("/bin/sh", [path.join(to, "bundle/launch/onnx-site/run.sh"), "The database", "--max-tokens", "8", "--temperature", "0"], { encoding: "utf8", env: { HOME: home, PATH: "" }, cwd: "/" });
    const first = run();
    expect(first.status, first.stderr).toBe(0);
    expect(first.stdout.trim().length).toBeGreaterThan(0);
    expect(run().stdout).toBe(first.stdout);
    await serves(path.join(to, "bundle/launch/onnx-site"), home);
  }, 60_000);

  it("for another platform asks for the runtime of it", async () => {
    const machine = presetMachine("910b3x8");
    const made = { ...(await request(path.join(root, "other"))), runtimes: [], targets: [{ ...target, machine }] };
    await expect(createModelBundle(context, made)).rejects.toMatchObject({ code: "bundle.targetInvalid", details: { reason: expect.stringContaining("its site is linux-arm64") } });
  });
});
