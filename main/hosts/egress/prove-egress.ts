import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { release } from "node:os";
import { join } from "node:path";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { EgressEvidence, EgressVerdict } from "../../../shared/schemas/egress.ts";
import type { OnProgress } from "../../domain/progress.ts";
import { type NetworkTrace, parseStrace } from "./parse-strace.ts";
import { findWatchMeans, runWatched, type WatchMeans } from "./watched-run.ts";

/** The main job makes some 3,000 lines of 150 bytes; more than this was made to fill memory. */
const MAX_TRACE_BYTES = 256 * 2 ** 20;

/** One command of the job that is watched; a later one may use what an earlier one printed. */
export type EgressStep = (home: string) => readonly string[];

/** The main job, as a person would type it: import, quantize, run, pack, verify, install at a site and prove, go back. */
export function mainJob(checkpoint: string): readonly EgressStep[] {
  const bundle = (home: string): string => join(home, "out", "bundle");
  const site = (home: string): string => join(home, "out", "site");
  return [
    () => ["model", "import", checkpoint, "--name", "sample"],
    () => ["quantize", "sample", "--recipe", "int4", "--name", "sample-int4"],
    () => ["run", "sample-int4", "The sqlite3_open() interface", "--max-tokens", "8"],
    (home) => ["bundle", "create", "sample-int4", "--out", bundle(home)],
    (home) => ["bundle", "verify", bundle(home)],
    (home) => ["bundle", "install", bundle(home), "--site", site(home)],
    () => ["audit", "verify"],
  ];
}

export interface ProveEgress {
  /** The command that steps are given to, as [node, sallyport.ts]. */
  readonly program: readonly string[];
  readonly steps: readonly EgressStep[];
  readonly workDirectory: string;
  readonly at: string;
  readonly versions: { readonly sallyport: string; readonly runtime: string };
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  /** Found by trying, unless said. */
  readonly means?: WatchMeans;
}

/**
 * Runs a job where nothing can get out, and watches that nothing tries. Never says more than was watched.
 * @throws egress.cannotWatch where neither can be had; egress.jobFailed when the job did not come to its end, which would prove nothing
 */
export async function proveEgress(request: ProveEgress): Promise<EgressEvidence> {
  const { program, steps, workDirectory, onProgress, signal } = request;
  const means = request.means ?? findWatchMeans();
  if (!means.namespace.used && !means.trace.used) throw new WorkbenchError("egress.cannotWatch", { namespace: means.namespace.what, trace: means.trace.what });
  const [home, traceFile] = [join(workDirectory, "watched-home"), join(workDirectory, "network.trace")];
  for (const old of [home, traceFile]) await rm(old, { recursive: true, force: true });
  await mkdir(join(home, "out"), { recursive: true });
  const run = (command: readonly string[]) => runWatched(means, traceFile, command, { cwd: home, env: { ...process.env, SALLYPORT_HOME: join(home, "sallyport") }, signal });
  try {
    const done: EgressEvidence["steps"] = [];
    const interfaces = await interfacesSeen(means, home, signal);
    for (const [index, step] of steps.entries()) {
      onProgress({ step: "egress", done: index, total: steps.length, unit: "runs" });
      const words = step(home);
      const { exitCode, seconds, log } = await run([...program, ...words, "--json"]);
      const command = ["sallyport", ...words.map((word) => word.replace(home, "…"))].join(" ");
      if (exitCode !== 0) throw new WorkbenchError("egress.jobFailed", { command, exitCode, log });
      done.push({ command, exitCode, seconds: Math.round(seconds * 100) / 100 });
    }
    onProgress({ step: "egress", done: steps.length, total: steps.length, unit: "runs" });
    const seen = means.trace.used ? parseStrace(await readTrace(traceFile)) : null;
    return {
      formatVersion: 1, kind: "egress", at: request.at, versions: { ...request.versions, node: process.version, kernel: release(), strace: means.strace },
      namespace: { ...means.namespace, interfaces }, trace: { ...means.trace, calls: seen?.calls ?? 0, processes: seen?.processes ?? 0, unreadLines: seen?.unreadLines ?? 0 },
      steps: done, sockets: [...(seen?.sockets ?? [])], verdict: verdictOf(seen, done.length),
    };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** @param steps each is at least one process; a trace without them has seen nothing */
export function verdictOf(seen: NetworkTrace | null, steps: number): EgressVerdict {
  if (seen === null) return "confined";
  if (seen.sockets.some(({ scope }) => scope === "outside" || scope === "lookup")) return "outside";
  return seen.sockets.some(({ scope }) => scope === "unseen") || seen.unreadLines > 0 || seen.processes < steps ? "unclear" : "none";
}

/** What the namespace's own kernel tables list; untraced, because it is about the place and not about the job. */
async function interfacesSeen(means: WatchMeans, cwd: string, signal: AbortSignal): Promise<string[]> {
  if (!means.namespace.used) return [];
  const { stdout } = await runWatched({ ...means, trace: { used: false, what: "" } }, "", ["cat", "/proc/net/dev"], { cwd, env: process.env, signal });
  return [...stdout.matchAll(/^\s*([^\s:|]+):/gm)].map((match) => match[1] as string);
}

async function readTrace(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size > MAX_TRACE_BYTES) throw new WorkbenchError("files.readFailed", { file, reason: `${size} bytes, above the limit of ${MAX_TRACE_BYTES}` });
  return readFile(file, "utf8");
}
