import { spawn, spawnSync } from "node:child_process";
import type { EgressMeans } from "../../../shared/schemas/egress.ts";

/** What this machine lets us use to keep a program in, and to watch it. */
export interface WatchMeans {
  readonly namespace: EgressMeans;
  readonly trace: EgressMeans;
  readonly strace: string | null;
  /** strace stops a process only at the calls asked for. */
  readonly hasFilter: boolean;
}

/**
 * Every call by which something can come or go. A ring would make such calls unseen, and Node opens one for each loop: it is told that the kernel has none, and
 * makes its calls one by one.
 */
const TRACE_OPTIONS = ["-f", "-qq", "-s", "256", "-e", "trace=%network,io_uring_setup", "-e", "inject=io_uring_setup:error=ENOSYS"];
const TRY_MS = 10_000;

/** Tries both, for real: a rule that forbids either shows only so. */
export function findWatchMeans(): WatchMeans {
  const attempt = (command: string, ...args: string[]): { readonly ok: boolean; readonly said: string } => {
    const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", timeout: TRY_MS });
    return { ok: status === 0, said: (error === undefined ? `${stdout}${stderr}`.trim().split("\n").at(-1) : error.message.includes("ENOENT") ? `${command} is not installed` : error.message) || `status ${status}` };
  };
  if (process.platform !== "linux") {
    const none = { used: false, what: `not on ${process.platform}` };
    return { namespace: none, trace: none, strace: null, hasFilter: false };
  }
  const namespace = attempt("unshare", "--user", "--map-root-user", "--net", "true");
  const version = attempt("strace", "--version");
  const filtered = attempt("strace", "--seccomp-bpf", ...TRACE_OPTIONS, "-o", "/dev/null", "true");
  const traced = filtered.ok ? filtered : attempt("strace", ...TRACE_OPTIONS, "-o", "/dev/null", "true");
  const strace = spawnSync("strace", ["--version"], { encoding: "utf8" }).stdout?.split("\n")[0]?.trim() ?? null;
  return {
    namespace: { used: namespace.ok, what: namespace.ok ? "unshare --user --map-root-user --net" : namespace.said },
    trace: { used: traced.ok, what: traced.ok ? `strace ${TRACE_OPTIONS.join(" ")}` : version.ok ? traced.said : version.said },
    strace: traced.ok ? strace : null, hasFilter: filtered.ok,
  };
}

/** The command line that runs a program watched: strace within the namespace, so that the whole of it is seen. */
export function watchedCommand(means: WatchMeans, traceFile: string, program: readonly string[]): string[] {
  const inside = means.trace.used ? ["strace", ...(means.hasFilter ? ["--seccomp-bpf"] : []), ...TRACE_OPTIONS, "-A", "-o", traceFile, ...program] : [...program];
  return means.namespace.used ? ["unshare", "--user", "--map-root-user", "--net", ...inside] : inside;
}

export interface WatchedStep {
  readonly exitCode: number;
  readonly seconds: number;
  readonly stdout: string;
  /** The last lines of both. */
  readonly log: string;
}

const LOG_CHARACTERS = 4000;

export async function runWatched(means: WatchMeans, traceFile: string, program: readonly string[], options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal }): Promise<WatchedStep> {
  const started = performance.now();
  const [command = "", ...args] = watchedCommand(means, traceFile, program);
  // A group of its own: strace passes no signal on, and what it watches would outlive it.
  const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: ["ignore", "pipe", "pipe"], detached: process.platform !== "win32" });
  let [stdout, log] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    stdout += piece;
    log = (log + piece).slice(-LOG_CHARACTERS);
  });
  child.stderr.setEncoding("utf8").on("data", (piece: string) => (log = (log + piece).slice(-LOG_CHARACTERS)));
  const stop = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
    } catch {
      // It has ended in this moment.
    }
  };
  options.signal.addEventListener("abort", stop, { once: true });
  try {
    const exitCode = await new Promise<number>((resolve, reject) => child.on("error", reject).on("close", (code, signal) => resolve(code ?? (signal === null ? 1 : 128))));
    options.signal.throwIfAborted();
    return { exitCode, seconds: (performance.now() - started) / 1000, stdout, log };
  } finally {
    options.signal.removeEventListener("abort", stop);
  }
}
