import { homedir } from "node:os";
import type { CommandIo } from "./command-io.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import type { ProgressOutput } from "./progress-display.ts";
import { runCommandLine } from "./run-command-line.ts";

/** The command as a process: its streams, its signals, its status. */
export async function main(): Promise<void> {
  // A reader that went away ("sallyport audit ls | head") is no error of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT_CODES.ok.status);
    throw error;
  });
  const status = await runCommandLine(process.argv.slice(2), processIo());
  process.exitCode = status;
  await drained(process.stdout);
  await drained(process.stderr);
  // A detached job's process, or a pipe nobody closes, must not keep a finished command alive.
  process.exit(status);
}

function processIo(): CommandIo {
  const isConversation = process.stdin.isTTY === true && process.stdout.isTTY === true;
  return {
    stdin: process.stdin,
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    surroundings: { env: process.env, platform: process.platform, userHome: homedir(), workingDirectory: process.cwd() },
    clock: { now: () => Date.now(), ticks: () => performance.now() },
    onInterrupt,
    terminal: isConversation ? { input: process.stdin, output: process.stdout } : undefined,
  };
}

function output(stream: NodeJS.WriteStream): ProgressOutput {
  return { isTerminal: stream.isTTY === true, get columns() { return stream.columns || 80; }, write: (text) => void stream.write(text) };
}

function onInterrupt(handler: () => void): () => void {
  let asked = false;
  const listener = (): void => {
    if (asked) process.exit(EXIT_CODES.cancelled.status);
    asked = true;
    handler();
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}
