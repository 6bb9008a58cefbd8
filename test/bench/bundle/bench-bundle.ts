import { execFileSync, spawnSync } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { closeSync, cpSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { makePackage } from "../../bundle/make-package.ts";

/*
 * npm run bench:bundle [GB] [pairs]: what making, verifying, splitting, joining and repairing a bundle costs beside sha256sum of the same files, in alternating pairs on the
 * same warm files. Each step is a process of its own (bench-step.ts), so that its peak memory is its own. The files are random: nothing here depends on content.
 */
const gigabytes = Number(process.argv[2] ?? 2);
const pairs = Number(process.argv[3] ?? 3);
const root = mkdtempSync(path.join(process.env["BENCH_DIR"] ?? os.tmpdir(), "sallyport-bench-"));
const step = fileURLToPath(new URL("./bench-step.ts", import.meta.url));
const at = (name: string): string => path.join(root, name);

interface Run {
  readonly seconds: number;
  readonly peakBytes: number;
}

const runs = new Map<string, Run[]>();

function record(name: string, run: Run): void {
  runs.set(name, [...(runs.get(name) ?? []), run]);
}

function ours(name: string, ...args: string[]): void {
  const ended = spawnSync(process.execPath, [step, name, ...args], { encoding: "utf8" });
  if (ended.status !== 0) throw new Error(`${name}: ${ended.stderr}`);
  record(name, JSON.parse(ended.stdout.trim().split("\n").at(-1) as string) as Run);
}

function sha256sum(files: readonly string[]): void {
  const started = performance.now();
  execFileSync("sha256sum", [...files], { stdio: "ignore" });
  record("sha256sum", { seconds: (performance.now() - started) / 1000, peakBytes: 0 });
}

/** A package whose weights are random bytes in files of 512 MiB. */
function makeWeights(directory: string): void {
  makePackage(directory);
  const chunk = new Uint8Array(64 * 2 ** 20);
  const listed: { path: string; bytes: number; sha256: string }[] = [];
  for (let file = 0, left = gigabytes * 1e9; left > 0; file++) {
    const name = `weights-${String(file + 1).padStart(5, "0")}.bin`;
    const bytes = Math.min(left, 512 * 2 ** 20);
    const handle = openSync(path.join(directory, name), "w");
    for (let done = 0; done < bytes; done += chunk.length) writeSync(handle, randomFillSync(chunk).subarray(0, Math.min(chunk.length, bytes - done)));
    closeSync(handle);
    listed.push({ path: name, bytes, sha256: execFileSync("sha256sum", [path.join(directory, name)]).toString().slice(0, 64) });
    left -= bytes;
  }
  const model = path.join(directory, "model.json");
  const manifest = JSON.parse(execFileSync("cat", [model]).toString()) as { files: typeof listed };
  manifest.files = [...manifest.files.filter((file) => !file.path.startsWith("weights-")), ...listed];
  writeFileSync(model, JSON.stringify(manifest));
}

try {
  makeWeights(at("package"));
  const weights = readdirSync(at("package")).filter((name) => name.startsWith("weights-")).map((name) => path.join(at("package"), name));
  const bytes = weights.reduce((sum, file) => sum + statSync(file).size, 0);
  for (let pair = 0; pair < pairs; pair++) {
    for (const name of ["bundle", "volumes", "joined", "repaired", "copy"]) rmSync(at(name), { recursive: true, force: true });
    sha256sum(weights);
    ours("create", at("package"), at("bundle"));
    sha256sum(weights);
    ours("verify", at("bundle"));
    const copying = performance.now();
    cpSync(at("bundle"), at("copy"), { recursive: true });
    spawnSync("sync", ["-f", at("copy")]);
    record("cp and sync", { seconds: (performance.now() - copying) / 1000, peakBytes: 0 });
    rmSync(at("copy"), { recursive: true });
    ours("split", at("bundle"), at("volumes"));
    ours("check", at("volumes"));
    ours("join", at("volumes"), at("joined"));
    rmSync(at("joined"), { recursive: true });
    const [first, second] = readdirSync(at("volumes")).filter((name) => name.includes(".vol"));
    for (const name of [first, second]) rmSync(path.join(at("volumes"), name as string), { recursive: true });
    ours("repair", at("volumes"), at("repaired"));
  }
  console.log(`${(bytes / 1e9).toFixed(2)} GB, ${pairs} pairs, ${os.cpus()[0]?.model}, ${os.availableParallelism()} cores. Rates of the bundle's bytes; split: 64 MiB volumes, 2 for recovery; repair: two volumes lost.`);
  const reference = median((runs.get("sha256sum") ?? []).map((run) => run.seconds));
  for (const [name, of] of runs) {
    const seconds = of.map((run) => run.seconds);
    const peak = Math.max(...of.map((run) => run.peakBytes));
    console.log(`${name.padEnd(12)} ${(bytes / 1e6 / median(seconds)).toFixed(0).padStart(6)} MB/s  (${(bytes / 1e6 / Math.max(...seconds)).toFixed(0)}–${(bytes / 1e6 / Math.min(...seconds)).toFixed(0)})  ${((100 * reference) / median(seconds)).toFixed(0).padStart(4)} % of sha256sum${peak === 0 ? "" : `  peak ${(peak / 2 ** 20).toFixed(0)} MiB`}`);
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}
