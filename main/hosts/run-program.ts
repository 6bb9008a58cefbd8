import { spawn } from "node:child_process";
import type { HostRun } from "../domain/host.ts";

/** Longest honest answer: nvidia-smi -q -x of sixteen partitioned GPUs, below 2 MiB. What comes after is read and thrown away, so that the program can end. */
const OUTPUT_LIMIT_BYTES = 4 << 20;
/** How long output may still come after the program itself has ended: what is in the pipe comes at once, what a child of it holds open never ends. */
const AFTER_EXIT_MS = 250;
/** Directories that a plain user's or a service's PATH lacks and drivers install their tools to. */
const ADMIN_DIRECTORIES = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/**
 * Runs a program without a shell and without input, in the C locale, in a process group of its own. When time is up the whole group is killed; the answer comes then, whether or not the kernel lets
 * a process hanging in a driver die.
 */
export function runProgram(command: string, args: readonly string[], timeoutMs: number): Promise<HostRun> {
  return new Promise((resolve) => {
    const isWindows = process.platform === "win32";
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], shell: false, detached: !isWindows, windowsHide: true, env: environment(isWindows), ...(isWindows ? {} : { cwd: "/" }) });
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    let afterExit: NodeJS.Timeout | undefined;

    const killGroup = (): void => {
      try {
        if (child.pid !== undefined) process.kill(isWindows ? child.pid : -child.pid, "SIGKILL");
      } catch {
        // It has ended in the meantime.
      }
    };
    const finish = (answer: HostRun): void => {
      clearTimeout(timer);
      clearTimeout(afterExit);
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
      resolve(answer);
    };
    const ended = (exitCode: number | null, signal: NodeJS.Signals | null): HostRun => {
      const said = { stdout: stdout(), stderr: stderr() };
      return exitCode === null ? { kind: "signalled", signal: signal ?? "unknown", ...said } : { kind: "exited", exitCode, ...said };
    };
    const timer = setTimeout(() => {
      killGroup();
      finish({ kind: "timedOut", afterMs: timeoutMs, stdout: stdout(), stderr: stderr() });
    }, timeoutMs);

    child.once("error", (error: NodeJS.ErrnoException) => finish({ kind: error.code === "ENOENT" || error.code === "ENOTDIR" ? "missing" : "denied" }));
    child.once("exit", (exitCode, signal) => {
      afterExit = setTimeout(() => {
        killGroup();
        finish(ended(exitCode, signal));
      }, AFTER_EXIT_MS);
    });
    child.once("close", (exitCode, signal) => finish(ended(exitCode, signal)));
  });
}

function environment(isWindows: boolean): NodeJS.ProcessEnv {
  // LANGUAGE would win over LC_ALL in programs translated with gettext.
  const { LANGUAGE: _, ...inherited } = process.env;
  if (isWindows) return inherited;
  const directories = inherited["PATH"]?.split(":") ?? ["/usr/local/bin", "/usr/bin", "/bin"];
  return { ...inherited, LC_ALL: "C", PATH: [...directories, ...ADMIN_DIRECTORIES.filter((directory) => !directories.includes(directory))].join(":") };
}

/** Collects what a stream brings, up to the limit; the function gives what has come so far. */
function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let leftBytes = OUTPUT_LIMIT_BYTES;
  stream.on("data", (chunk: Buffer) => {
    const kept = chunk.subarray(0, leftBytes);
    leftBytes -= kept.byteLength;
    if (kept.byteLength > 0) chunks.push(kept);
  });
  // A pipe that breaks has said what it had to say.
  stream.on("error", () => {});
  return () => Buffer.concat(chunks).toString("utf8");
}
