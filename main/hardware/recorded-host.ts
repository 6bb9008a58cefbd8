import { Buffer } from "node:buffer";
import { posix } from "node:path";
import type { Host, HostNames, HostRun, HostStatus, HostText } from "../domain/host.ts";
import { commandKey } from "./recording/command-key.ts";
import { projectGpuQuery } from "./recording/project-gpu-query.ts";
import type { Recording } from "./recording/recording.ts";

type Unavailable = { readonly kind: "absent" | "denied" | "notRecorded" };

/**
 * A machine that is elsewhere, as its record answers for it. What the record does not hold is `notRecorded`, unless it follows: below a directory that is not there
 * nothing is, and a name that a listing lacks is absent.
 */
export function openRecordedHost(recording: Recording): Host {
  const runs = indexRuns(recording);
  return {
    observation: recording.observation,
    notices: recording.notices,
    read: async (path, limitBytes) => {
      const text: HostText = recording.files.get(normal(path)) ?? implied(recording, path);
      return limitBytes === undefined ? text : cutText(text, limitBytes);
    },
    list: async (directory) => recording.directories.get(normal(directory)) ?? impliedNames(recording, normal(directory)),
    status: async (path) => recording.statuses.get(normal(path)) ?? impliedStatus(recording, normal(path)),
    run: async (command, args) => answerRun(recording, runs, command, args),
    env: (name) => recording.environment.get(name),
    measureReadBandwidth: async () => null,
    measureDiskRead: async () => null,
  };
}

function normal(path: string): string {
  const normalized = posix.normalize(path);
  return normalized.length > 1 && normalized.endsWith("/") ? normalized.slice(0, -1) : normalized;
}

/** What the record of other paths says about one that it does not hold. */
function implied(recording: Recording, path: string): Unavailable {
  for (let at = normal(path); ; at = posix.dirname(at)) {
    for (const record of [recording.statuses.get(at), recording.directories.get(at), recording.files.get(at)]) {
      if (record?.kind === "absent") return { kind: "absent" };
      // A file that may not be read says nothing about whether it may be looked at; a directory that may not be entered does.
      if (record?.kind === "denied" && at !== normal(path)) return { kind: "denied" };
    }
    if (at === "/" || at === ".") return { kind: "notRecorded" };
    const beside = recording.directories.get(posix.dirname(at));
    if (beside?.kind === "names" && !beside.names.includes(posix.basename(at))) return { kind: "absent" };
  }
}

function impliedStatus(recording: Recording, path: string): HostStatus {
  return implied(recording, path);
}

/** Pasted outputs hold files and no listing of where they lie: the names that are known are listed then. Nothing is concluded from a name that is not among them. */
function impliedNames(recording: Recording, directory: string): HostNames {
  const conclusion = implied(recording, directory);
  if (conclusion.kind !== "notRecorded" || recording.observation.how === "capture") return conclusion;
  const names = new Set<string>();
  const prefix = directory === "/" ? "/" : `${directory}/`;
  for (const records of [recording.files, recording.statuses, recording.directories]) {
    for (const [path, { kind }] of records) {
      if (path.startsWith(prefix) && kind !== "absent") names.add(path.slice(prefix.length).split("/")[0] ?? "");
    }
  }
  return names.size === 0 ? conclusion : { kind: "names", names: [...names].sort() };
}

function cutText(text: HostText, limitBytes: number): HostText {
  if (text.kind !== "text" || Buffer.byteLength(text.text) <= limitBytes) return text;
  return { kind: "text", text: Buffer.from(text.text).subarray(0, limitBytes).toString(), isCut: true };
}

interface RunIndex {
  readonly exact: ReadonlyMap<string, HostRun>;
  /** By the program's name, wherever it was: who carries a record here need not know where it was installed there. */
  readonly byName: ReadonlyMap<string, HostRun>;
}

function indexRuns(recording: Recording): RunIndex {
  const exact = new Map<string, HostRun>();
  const byName = new Map<string, HostRun>();
  for (const { command, args, run } of recording.runs) {
    exact.set(commandKey(command, args), run);
    const name = commandKey(posix.basename(command), args);
    if (!byName.has(name)) byName.set(name, run);
  }
  return { exact, byName };
}

function answerRun(recording: Recording, runs: RunIndex, command: string, args: readonly string[]): HostRun {
  const name = posix.basename(command);
  const exact = runs.exact.get(commandKey(command, args));
  if (exact !== undefined) return exact;
  if (recording.missingPrograms.has(command)) return { kind: "missing" };
  return runs.byName.get(commandKey(name, args)) ?? projectGpuQuery(recording.runs, name, args) ?? { kind: recording.missingPrograms.has(name) && !isRecorded(recording, name) ? "missing" : "notRecorded" };
}

function isRecorded(recording: Recording, name: string): boolean {
  return recording.runs.some(({ command }) => posix.basename(command) === name);
}
