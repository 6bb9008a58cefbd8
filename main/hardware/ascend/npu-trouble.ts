import type { HostRun } from "../../domain/host.ts";
import { plainLines } from "./plain-lines.ts";

/** What keeps the driver's tool from answering, or from answering in full. */
export type NpuTrouble = { readonly command: string; /** As seen, for evidence. */ readonly words: string } & (
  | { readonly kind: "missing" | "notExecutable" }
  | { readonly kind: "libraryMissing"; readonly library: string }
  /** -8005: no device nodes, no access to them, a driver replaced without a reboot. */
  | { readonly kind: "driverUnreachable"; readonly ret: number }
  /** -8020: a container that is not privileged owns the devices. */
  | { readonly kind: "heldElsewhere"; readonly ret: number }
  /** -9005 and other refusals about one device. */
  | { readonly kind: "deviceQueryFailed"; readonly ret: number }
  | { readonly kind: "timedOut"; readonly afterMs: number }
  | { readonly kind: "killed"; readonly signal: string }
  | { readonly kind: "failed"; readonly exitCode: number }
);

const UNREACHABLE = -8005;
const HELD = -8020;
const BOARD_FAILED = -9005;

/** npu-smi exits with the low byte of what the driver returned; these three it is known to. */
const RETURNED = new Map([UNREACHABLE, HELD, BOARD_FAILED].map((ret) => [ret & 0xff, ret]));
/** The runtime's twins of -8020 in pasted logs: drvRetCode 87 is "resource occupied". */
const HELD_TWINS = /drvRetCode\s*=\s*87\b|ErrCode\s*=\s*507899\b/;
/** A question that this driver does not know, or that is not for this user or a container; nothing is broken. */
const NOT_SUPPORTED = /Error parameter of|not support|invalid (?:param|option)|^\s*Usage:/im;
const REFUSALS = new Set([-8002, -8013, -8255]);

/**
 * Judges how a run of npu-smi ended. Its own failures go to standard output and are told by the driver's number, which no language changes.
 * @returns null where it answered, where the question is unknown to this driver, and where nothing was recorded
 */
export function troubleOf(command: string, run: HostRun): NpuTrouble | null {
  switch (run.kind) {
    case "notRecorded": return null;
    case "missing": return { command, words: "", kind: "missing" };
    case "denied": return { command, words: "", kind: "notExecutable" };
    case "timedOut": return { command, words: wordsOf(linesOf(run)), kind: "timedOut", afterMs: run.afterMs };
    case "signalled": return { command, words: wordsOf(linesOf(run)), kind: "killed", signal: run.signal };
    case "exited": return troubleOfExit(command, linesOf(run), run.exitCode);
  }
}

function troubleOfExit(command: string, lines: readonly string[], exitCode: number): NpuTrouble | null {
  const words = wordsOf(lines);
  const said = /\bret(?:urn)?(?: code)?(?: is|\s*[=:])\s*(-[0-9]{4,6})\b/i.exec(words)?.[1];
  const ret = said !== undefined ? Number(said) : (RETURNED.get(exitCode) ?? (HELD_TWINS.test(words) ? HELD : null));
  // The line about the log level alone also comes before good tables.
  const isMute = /DrvMngGetConsoleLogLevel failed/.test(words) && !lines.some(isTableLine);
  if (ret === UNREACHABLE || (ret === null && isMute)) return { command, words, kind: "driverUnreachable", ret: ret ?? UNREACHABLE };
  if (ret === HELD) return { command, words, kind: "heldElsewhere", ret };
  if (NOT_SUPPORTED.test(words) || (ret !== null && REFUSALS.has(ret))) return null;
  if (ret !== null) return { command, words, kind: "deviceQueryFailed", ret };
  const library = /error while loading shared libraries: ([^\s:]+)/.exec(words)?.[1];
  if (library !== undefined) return { command, words, kind: "libraryMissing", library };
  // What a shell says, in a folder of pasted outputs; the machine itself answers `missing` and `denied`.
  if (/npu-smi.{0,20}(?:not found|No such file|未找到命令|没有那个文件)|未找到命令.{0,20}npu-smi/i.test(words)) return { command, words, kind: "missing" };
  if (/npu-smi.{0,20}(?:Permission denied|权限不够|拒绝)|sudo: a password is required|Operation not permitted/i.test(words)) return { command, words, kind: "notExecutable" };
  return exitCode === 0 ? null : { command, words, kind: "failed", exitCode };
}

function linesOf(run: { readonly stdout: string; readonly stderr: string }): string[] {
  return [...plainLines(run.stdout), ...plainLines(run.stderr)].filter((line) => line !== "");
}

/** The lines that are no table, or all of them where there is nothing else. */
function wordsOf(lines: readonly string[]): string {
  const spoken = lines.filter((line) => !isTableLine(line));
  return (spoken.length > 0 ? spoken : lines).join("\n");
}

function isTableLine(line: string): boolean {
  return /^\s*[|+]/.test(line);
}
