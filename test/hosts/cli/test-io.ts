import { Readable } from "node:stream";
import type { CommandIo } from "../../../main/hosts/cli/command-io.ts";
import { runCommandLine } from "../../../main/hosts/cli/run-command-line.ts";

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The last line of stdout, as a program reads it. */
  last(): Record<string, unknown>;
}

/** Runs one command line with no terminal, like a script would. */
export async function runCommand(words: readonly string[], options: { readonly home?: string; readonly stdin?: string; readonly workingDirectory?: string } = {}): Promise<Ran> {
  let stdout = "";
  let stderr = "";
  const io: CommandIo = {
    stdin: Readable.from(options.stdin === undefined ? [] : [options.stdin]),
    stdout: { isTerminal: false, columns: 80, write: (text) => void (stdout += text) },
    stderr: { isTerminal: false, columns: 80, write: (text) => void (stderr += text) },
    surroundings: { env: options.home === undefined ? {} : { SALLYPORT_HOME: options.home }, platform: process.platform, userHome: "/nowhere", workingDirectory: options.workingDirectory ?? process.cwd() },
    clock: { now: () => Date.now(), ticks: () => performance.now() },
    onInterrupt: () => () => {},
    terminal: undefined,
  };
  const status = await runCommandLine(words, io);
  return { status, stdout, stderr, last: () => JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Record<string, unknown> };
}
