import { execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { composeWorkbench } from "../../../main/hosts/compose.ts";
import type { Engine } from "../../../main/domain/engine.ts";
import type { ModelPackage } from "../../../main/domain/model-package.ts";
import { decodeModel } from "../../../main/graph/onnx/decode-model.ts";
import { openModelPackage } from "../../../main/pipeline/open-model-package.ts";
import { profileTable, type StepProfile } from "./profile-table.ts";

/*
 * npm run bench:peers -- [--work DIR] [--pairs 5] [--contexts 128,4096,16384] [--generate 48] [--threads N] [--json FILE]
 *
 * The embedded engine and llama.cpp on one shape (make-synthetic.mjs), the same threads, in turn, so that what else the machine does meets both. Needs
 * 12 GB of disk at --work the first time, and for 16384 tokens of context half an hour.
 */
const here = path.dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    work: { type: "string", default: path.join(os.tmpdir(), "sallyport-bench-peers") }, pairs: { type: "string", default: "5" }, contexts: { type: "string", default: "128,4096,16384" },
    generate: { type: "string", default: "48" }, threads: { type: "string", default: String(os.availableParallelism()) }, json: { type: "string" }, package: { type: "string" },
  },
});
const [pairs, threads, generate] = [Number(options.pairs), Number(options.threads), Number(options.generate)];
const contexts = options.contexts.split(",").map(Number);
const gguf = path.join(options.work, "q4_0.gguf");
const launcher = path.join(here, "../../../main/hosts/cli/sallyport.mjs");
const home = path.join(options.work, "home");

/** One figure of both engines, pair by pair. */
interface Figure {
  readonly name: string;
  readonly unit: string;
  /** Whether less is better. */
  readonly isCost?: boolean;
  readonly ours: number[];
  readonly theirs: number[];
}

function prepare(): string {
  if (!existsSync(path.join(here, "node_modules"))) execFileSync("npm", ["install", "--silent"], { cwd: here, stdio: "inherit" });
  if (!existsSync(gguf)) execFileSync(process.execPath, [path.join(here, "make-synthetic.mjs"), options.work, "--only", "gguf"], { stdio: "inherit" });
  if (options.package !== undefined) return options.package;
  const sallyport = (...args: string[]): string => execFileSync(process.execPath, [launcher, ...args, "--home", home, "--json"], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  const known = (): { name: string; directory: string }[] => (JSON.parse(sallyport("model", "ls").trim().split("\n").at(-1) as string) as { models: { name: string; directory: string }[] }).models;
  const made = known().find((model) => model.name === "synthetic-int4");
  if (made !== undefined) return made.directory;
  const checkpoint = path.join(options.work, "checkpoint");
  if (!existsSync(checkpoint)) execFileSync(process.execPath, [path.join(here, "make-synthetic.mjs"), options.work, "--only", "checkpoint"], { stdio: "inherit" });
  sallyport("model", "import", checkpoint, "--name", "synthetic", "--in-place");
  sallyport("quantize", "synthetic", "--recipe", "int4", "--name", "synthetic-int4");
  return (known().find((model) => model.name === "synthetic-int4") as { directory: string }).directory;
}

/** Bytes of the package's weights that one token reads: all that is not an expert, and of the experts the chosen share; embedding rows are gathered, not read through. */
function activeBytes(model: ModelPackage): number {
  const file = path.join(model.directory, "graph.onnx");
  const { spec } = model.manifest;
  const share = spec.moe === null ? 1 : spec.moe.expertsPerToken / spec.moe.expertCount;
  let bytes = 0;
  for (const { name, data } of decodeModel(readFileSync(file), file).initializers) {
    if (data.kind === "external" && !name.startsWith("embed.")) bytes += data.bytes * (/\.experts\.\d+\./.test(name) ? share : 1);
  }
  return bytes;
}

/** Where the time of a step goes, by ONNX Runtime's own profiler, on the compiled form that the engine has just made or mapped. */
function profileStep(model: ModelPackage, pastTokens: number, newTokens: number): StepProfile {
  const forms = path.join(home, "compiled", model.digest);
  const form = existsSync(forms) ? readdirSync(forms).find((name) => !name.includes(".partial-")) : undefined;
  const graphDirectory = form === undefined ? model.directory : path.join(forms, form);
  const args = [path.join(here, "profile-step.ts"), graphDirectory, path.join(model.directory, "model.json"), "--past", String(pastTokens), "--new", String(newTokens), "--threads", String(threads), "--steps", newTokens === 1 ? "24" : "4"];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8", maxBuffer: 2 ** 24 })) as StepProfile;
}

const ids = (count: number, seed: number): number[] => Array.from({ length: count }, (_, i) => 300 + ((i * 7 + seed * 13) % 20000));
const greedy = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };

async function run(engine: Engine, promptIds: readonly number[], maxTokens: number): Promise<{ firstMs: number; decodeTokensPerSecond: number }> {
  const gaps: number[] = [];
  for await (const event of engine.generate({ promptIds, maxTokens, sampling: greedy, stopTokenIds: [] })) if (event.kind === "token") gaps.push(event.ms);
  return { firstMs: gaps[0] ?? 0, decodeTokensPerSecond: ((gaps.length - 1) / gaps.slice(1).reduce((sum, ms) => sum + ms, 0)) * 1000 };
}

type Peer = (command: object) => Promise<unknown>;
async function startPeer(): Promise<{ readonly ask: Peer; readonly stop: () => void }> {
  const child = spawn(process.execPath, [path.join(here, "llama-peer.mjs"), gguf, String(threads), JSON.stringify(contexts)], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  const ask: Peer = async (command) => {
    child.stdin.write(`${JSON.stringify(command)}\n`);
    return (JSON.parse((await lines.next()).value as string) as { value: unknown }).value;
  };
  return { ask, stop: () => child.kill() };
}

async function createBandwidthProbe(): Promise<() => Promise<number>> {
  const bytes = 2 ** 29;
  const workers = Array.from({ length: threads }, () => new Worker(path.join(here, "bandwidth-thread.mjs"), { workerData: { bytes } }));
  const next = (worker: Worker): Promise<unknown> => new Promise((resolve) => worker.once("message", resolve));
  await Promise.all(workers.map(next));
  for (const worker of workers) worker.unref();
  return async () => {
    const answers = Promise.all(workers.map(next));
    const started = performance.now();
    for (const worker of workers) worker.postMessage("go");
    await answers;
    return (bytes * workers.length) / (performance.now() - started) / 1e6;
  };
}

const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);
const median = (values: readonly number[]): number => {
  const order = sorted(values);
  const middle = order.length >> 1;
  return order.length % 2 === 1 ? (order[middle] as number) : ((order[middle - 1] as number) + (order[middle] as number)) / 2;
};
const show = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
const spread = (values: readonly number[]): string => `${show(median(values))} (${show(Math.min(...values))}–${show(Math.max(...values))})`;

const directory = prepare();
const workbench = await composeWorkbench(home);
const model = await openModelPackage(workbench.files, directory);
const newEngine = (): Engine => workbench.createEngine(model, { threads });
const probe = await createBandwidthProbe();
const bandwidths: number[] = [];
const figures: Figure[] = [];
const figure = (name: string, unit: string, isCost = false): Figure => {
  const found = figures.find((each) => each.name === name);
  if (found !== undefined) return found;
  const made = { name, unit, isCost, ours: [], theirs: [] };
  figures.push(made);
  return made;
};

// Compiled before anything is timed: that happens once on a machine.
const engine = newEngine();
await engine.load();
const peer = await startPeer();
for (const tokens of [128, 512]) {
  for (let pair = -1; pair < pairs; pair++) {
    await engine.reset();
    const { firstMs } = await run(engine, ids(tokens, pair + 2), 1);
    const theirs = (await peer.ask({ kind: "prefill", tokens, seed: pair + 2 })) as number;
    if (pair < 0) continue;
    figure(`prefill ${tokens}`, "tokens/s").ours.push((tokens / firstMs) * 1000);
    figure(`prefill ${tokens}`, "tokens/s").theirs.push(theirs);
    bandwidths.push(await probe());
  }
}
/** Pages that only an engine's process holds, and the most it ever had: first as it serves short contexts, then at the end of the longest. */
async function memoryFigures(when: string): Promise<void> {
  const [ours, theirs] = [await engine.memory(), (await peer.ask({ kind: "memory" })) as { privateBytes: number; peakResidentBytes: number }];
  figures.push({ name: `private memory ${when}`, unit: "MB", isCost: true, ours: [(ours.privateBytes ?? 0) / 1e6], theirs: [theirs.privateBytes / 1e6] });
  figures.push({ name: `peak resident ${when}`, unit: "MB", isCost: true, ours: [(ours.peakResidentBytes ?? 0) / 1e6], theirs: [theirs.peakResidentBytes / 1e6] });
}
await memoryFigures("after 512 tokens");
for (const tokens of contexts) {
  for (let pair = -1; pair < pairs; pair++) {
    const { decodeTokensPerSecond } = await run(engine, ids(tokens, 1), generate + 1);
    const theirs = (await peer.ask({ kind: "decode", tokens, generate })) as number;
    if (pair < 0) continue;
    figure(`decode at ${tokens}`, "tokens/s").ours.push(decodeTokensPerSecond);
    figure(`decode at ${tokens}`, "tokens/s").theirs.push(theirs);
    bandwidths.push(await probe());
  }
}
await memoryFigures(`after ${Math.max(...contexts)}`);
await engine.unload();
peer.stop();
for (let pair = 0; pair < pairs; pair++) {
  let started = performance.now();
  const fresh = newEngine();
  await fresh.load();
  await run(fresh, ids(16, 1), 1);
  figure("start to first token", "ms", true).ours.push(performance.now() - started);
  await fresh.unload();
  started = performance.now();
  const other = await startPeer();
  await other.ask({ kind: "first", tokens: 16, seed: 1 });
  figure("start to first token", "ms", true).theirs.push(performance.now() - started);
  other.stop();
}
await workbench.close();

const bytesPerToken = activeBytes(model);
const bandwidth = median(bandwidths);
const cacheRowBytes = model.manifest.cache.reduce((sum, { width }) => sum + width * 4, 0);
const limit = (bandwidth * 1e9) / bytesPerToken;
/** A token also reads every row of the cache once. */
const limitBehind = (tokens: number): number => (bandwidth * 1e9) / (bytesPerToken + tokens * cacheRowBytes);
const weightBytes = model.manifest.files.filter((file) => file.path.startsWith("weights-")).reduce((sum, file) => sum + file.bytes, 0);
console.log(`${os.cpus()[0]?.model}, ${threads} threads of ${os.cpus().length}; ${pairs} pairs in turn after one to warm up; median (least–most); ${new Date().toISOString()}; load ${os.loadavg()[0]?.toFixed(1)}`);
console.table(Object.fromEntries(figures.map(({ name, unit, ours, theirs, isCost }) => {
  const ratio = median(ours) / median(theirs);
  return [name, { unit, sallyport: spread(ours), "llama.cpp": spread(theirs), ratio: `${ratio.toFixed(2)}${isCost === true ? " (less is better)" : ""}` }];
})));
console.log(`read bandwidth ${spread(bandwidths)} GB/s, ${bandwidths.length} times; a token reads ${(bytesPerToken / 1e6).toFixed(0)} MB of weights: limit ${limit.toFixed(1)} tokens/s`);
for (const tokens of contexts) {
  const { ours, theirs } = figure(`decode at ${tokens}`, "tokens/s");
  const share = (values: readonly number[]): string => `${((median(values) / limitBehind(tokens)) * 100).toFixed(0)} %`;
  console.log(`decode at ${tokens}: ${share(ours)} of the limit with its cache rows, ${limitBehind(tokens).toFixed(1)} tokens/s (llama.cpp ${share(theirs)} of the same)`);
}
for (const { name, ours } of figures) if (name.startsWith("private memory")) console.log(`${name}: ${((median(ours) * 1e8) / weightBytes).toFixed(1)} % of ${(weightBytes / 1e9).toFixed(2)} GB of weights`);
const profiles = [profileStep(model, 128, 1), profileStep(model, 4096, 1), profileStep(model, 0, 128)];
console.log(`\nWhere a step's time goes\n${profiles.map((profile) => profileTable(profile).join("\n")).join("\n\n")}`);
if (options.json !== undefined) writeFileSync(options.json, JSON.stringify({ threads, pairs, figures, bandwidths, bytesPerToken, cacheRowBytes, limit, weightBytes, profiles }, null, 2));
process.exit(0);
