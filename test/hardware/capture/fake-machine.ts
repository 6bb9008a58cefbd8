import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

export const SCRIPT = join(import.meta.dirname, "..", "..", "..", "resources", "capture", "capture.sh");
export const RECORDINGS = join(import.meta.dirname, "..", "recordings");
/** PATH of a system's programs without what this test run put in front of it. */
const SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

export function hasProgram(name: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${name}`]).status === 0;
}

export interface Shell {
  readonly name: string;
  readonly argv: readonly string[];
  /** Directory whose programs are the only ones. */
  readonly programs: string;
}

export interface FakeMachine {
  readonly directory: string;
  /** Puts a program on the machine's PATH; `body` is shell. */
  add(name: string, body: string): void;
  run(shell: Shell, options?: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> }): Promise<Captured>;
  remove(): void;
}

export interface Captured {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly elapsedMs: number;
}

/** Shells of this machine, each with the utilities that come with it. */
export function shells(): Shell[] {
  const found: Shell[] = ["dash", "bash"].filter(hasProgram).map((name) => ({ name, argv: [name], programs: SYSTEM_PATH }));
  if (!hasProgram("busybox")) return found;
  const programs = mkdtempSync(join(tmpdir(), "sallyport-busybox-"));
  const busybox = spawnSync("sh", ["-c", "command -v busybox"], { encoding: "utf8" }).stdout.trim();
  for (const applet of spawnSync(busybox, ["--list"], { encoding: "utf8" }).stdout.trim().split("\n")) symlinkSync(busybox, join(programs, applet));
  process.on("exit", () => rmSync(programs, { recursive: true, force: true }));
  return [...found, { name: "busybox sh", argv: [busybox, "sh"], programs }];
}

export function fakeMachine(): FakeMachine {
  const directory = mkdtempSync(join(tmpdir(), "sallyport-capture-"));
  const bin = join(directory, "bin");
  mkdirSync(bin);
  return {
    directory,
    add: (name, body) => {
      writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
      chmodSync(join(bin, name), 0o755);
    },
    run: (shell, options = {}) => new Promise((resolve) => {
      const begun = performance.now();
      const [program = "sh", ...before] = shell.argv;
      const env = { PATH: [bin, shell.programs].join(delimiter), HOME: directory, ...options.env };
      const child = spawn(program, [...before, SCRIPT, ...(options.args ?? [])], { env: { ...env }, stdio: ["ignore", "pipe", "pipe"], cwd: directory });
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
      child.on("close", (status) => resolve({ status, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString(), elapsedMs: performance.now() - begun }));
    }),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** A shell function body that answers each command line with a text, by exact arguments, as the real tool was recorded. */
export function replaying(answers: Readonly<Record<string, string>>, directory: string): string {
  const cases = Object.entries(answers).map(([args, text], i) => {
    const file = join(directory, `answer-${process.hrtime.bigint()}-${i}`);
    writeFileSync(file, text);
    return `  '${args}') cat '${file}' ;;`;
  });
  return `case "$*" in\n${cases.join("\n")}\n  *) echo "Error parameter of -t"; exit 3 ;;\nesac`;
}

export function recorded(name: string): string {
  return readFileSync(join(RECORDINGS, name), "utf8").replace(/^(# source:|<!-- source:|\/\/ source:).*\n/, "");
}
