import type { Notice } from "../../../shared/schemas/machine.ts";
import type { RecordingNoticeCode, RecordingNoticeDetails } from "../../../shared/schemas/recording-notices.ts";
import type { HostNames, HostRun, HostStatus, HostText } from "../../domain/host.ts";
import { commandKey } from "./command-key.ts";
import { decodeText } from "./decode-text.ts";
import { identifyByName } from "./name-convention.ts";
import { answerOf, contentOf } from "./output-answer.ts";
import { isArchive } from "./is-archive.ts";
import type { Identity } from "./output-shapes.ts";
import { CAPTURE_FORMAT } from "./parse-capture.ts";
import { readDeviceList } from "./read-device-list.ts";
import type { Heading } from "./read-heading.ts";
import { type Recognised, type Recognition, recogniseOutputs, textOf } from "./recognise-outputs.ts";
import type { RecordedRun, Recording } from "./recording.ts";
import { type Section, splitTranscript } from "./split-transcript.ts";
import { withoutTimestamps } from "./without-timestamps.ts";

export interface PastedFile {
  /** Path inside the folder. */
  readonly name: string;
  /** null: a link, a device, or a folder too deep; not read. */
  readonly bytes: Uint8Array | null;
}

interface Draft {
  readonly files: Map<string, HostText>;
  readonly directories: Map<string, HostNames>;
  readonly statuses: Map<string, HostStatus>;
  readonly runs: Map<string, RecordedRun>;
  readonly missingPrograms: Set<string>;
  readonly notices: Notice[];
}

/**
 * A machine from outputs that people saved or pasted, one or many to a file. What an output is, its heading tells (a prompt with a command, a path), else its own first
 * lines, else the file's name. Where one thing is told twice the first counts. Whatever is not understood becomes a notice.
 */
export function readPastedFiles(pasted: readonly PastedFile[]): Recording {
  const draft: Draft = { files: new Map(), directories: new Map(), statuses: new Map(), runs: new Map(), missingPrograms: new Set(), notices: [] };
  for (const file of pasted) readPastedFile(file, draft);
  // One shell may lack a program that another has on its PATH.
  for (const { command } of draft.runs.values()) draft.missingPrograms.delete(command);
  const { runs, ...rest } = draft;
  return { observation: { how: "folder", at: null, redacted: false }, ...rest, runs: [...runs.values()], environment: new Map() };
}

function readPastedFile(file: PastedFile, draft: Draft): void {
  if (file.bytes !== null && isArchive(file.bytes)) {
    notice(draft, { code: "recording.archiveNotOpened", file: file.name, details: {} });
    return;
  }
  const text = file.bytes === null ? undefined : decodeText(file.bytes);
  const obstacle = text === undefined ? "binary" : text.trim() === "" ? "empty" : isCapture(text) ? "capture" : undefined;
  if (text === undefined || obstacle !== undefined) {
    notice(draft, { code: "recording.fileNotRecognised", file: file.name, details: { reason: obstacle ?? "binary" } });
    return;
  }
  const sections = splitTranscript(withoutTimestamps(text));
  const repeated: string[] = [];
  let unknown: { line: number; text: string } | undefined;
  let count = 0;
  for (const section of sections) {
    const { outputs, unknown: unclear } = outputsOf(section, sections.length === 1 ? identifyByName(file.name) : undefined);
    count += outputs.length;
    if (unclear !== undefined) unknown ??= { line: section.line + unclear.offset, text: unclear.line };
    for (const output of outputs) if (!record(output, file.name, draft)) repeated.push(nameOf(output.identity));
  }
  if (repeated.length > 0) notice(draft, { code: "recording.saidTwice", file: file.name, details: { count: repeated.length, first: repeated[0] ?? "" } });
  const excerpt = unknown === undefined ? {} : { excerpt: unknown.text };
  if (count === 0) notice(draft, { code: "recording.fileNotRecognised", file: file.name, details: { reason: "unknown" }, ...excerpt });
  else if (unknown !== undefined) notice(draft, { code: "recording.partNotRecognised", file: file.name, details: { line: unknown.line }, ...excerpt });
}

/** One belongs opened by itself: mixed with pasted outputs, nobody could tell which of them said what. */
function isCapture(text: string): boolean {
  return text.trimStart().startsWith("{") && text.slice(0, 4096).includes(`"${CAPTURE_FORMAT}"`);
}

/** @param byName what the whole file is by its name, where it is one output without a heading */
function outputsOf(section: Section, byName: Identity | undefined): Recognition {
  const { heading, lines } = section;
  const text = textOf(lines);
  if (heading !== undefined && heading.kind !== "title" && !needsContent(heading)) return { outputs: [{ identity: heading, text }], unknown: undefined };
  const recognition = recogniseOutputs(lines);
  const { outputs, unknown } = recognition;
  if (outputs.length > 0 || unknown === undefined) return recognition;
  if (heading?.kind === "command" && heading.command === "npu-smi") return { outputs: [{ identity: { ...heading, args: withoutPlaceholders(heading.args) }, text }], unknown: undefined };
  if (heading !== undefined || byName === undefined) return recognition;
  return { outputs: [{ identity: byName, text: textOf(lines.slice(unknown.offset)) }], unknown: undefined };
}

/** Names in a listing, and ids where a manual writes ${device_id}, stand in what follows. */
function needsContent(heading: Heading): boolean {
  return heading.kind === "command" && (/^(ls|ll|echo|date|cd)$/.test(heading.command) || heading.args.some((arg) => PLACEHOLDER.test(arg)));
}

const PLACEHOLDER = /[${}<>]/;

/** An option without its value says nothing either. */
function withoutPlaceholders(args: readonly string[]): readonly string[] {
  return args.filter((arg, i) => !PLACEHOLDER.test(arg) && !PLACEHOLDER.test(args[i + 1] ?? ""));
}

/** False: it was told before, otherwise. */
function record({ identity, text }: Recognised, file: string, draft: Draft): boolean {
  if (identity.kind === "deviceNodes") {
    for (const [path, status] of readDeviceList(text)) recordNode(path, status, draft);
    return true;
  }
  if (identity.kind === "file") return recordOnce(draft.files, identity.path, contentOf(identity.path, text));
  const { command, args } = completed(identity, file, draft);
  const run = answerOf(command, text);
  if (run.kind === "missing") {
    draft.missingPrograms.add(command);
    return true;
  }
  return recordOnce(draft.runs, commandKey(command, args), { command, args, run }) && recordDerived(command, args, run, draft);
}

function recordOnce<Answer>(answers: Map<string, Answer>, key: string, answer: Answer): boolean {
  const before = answers.get(key);
  if (before !== undefined) return JSON.stringify(before) === JSON.stringify(answer);
  answers.set(key, answer);
  return true;
}

function recordNode(path: string, status: HostStatus | undefined, draft: Draft): void {
  if (status !== undefined) draft.statuses.set(path, status);
  const known = draft.directories.get("/dev");
  const names = new Set(known?.kind === "names" ? known.names : []);
  names.add(path.slice("/dev/".length));
  draft.directories.set("/dev", { kind: "names", names: [...names].sort() });
}

/** Answers of other commands that follow from one. */
function recordDerived(command: string, args: readonly string[], run: HostRun, draft: Draft): true {
  // Of all file systems, however it was asked; one that prints no blocks says nothing to who asks for them.
  if (command === "df" && args.every((arg) => /^-[PkTl]+$/.test(arg))) recordOnce(draft.runs, commandKey(command, ["-Pk"]), { command, args: ["-Pk"], run });
  if (command !== "uname" || run.kind !== "exited" || args.join(" ") !== "-a") return true;
  const [, system = "", release = ""] = /^(\S+) \S+ (\S+)/.exec(run.stdout) ?? [];
  const machine = /\b(x86_64|aarch64|arm64|riscv64|ppc64le|loongarch64)\b(?!.*\b(?:x86_64|aarch64)\b)/.exec(run.stdout)?.[1];
  const derived = ["-srm"];
  if (machine !== undefined) recordOnce(draft.runs, commandKey(command, derived), { command, args: derived, run: { ...run, stdout: `${system} ${release} ${machine}\n` } });
  return true;
}

/** An excerpt may have lost which NPU it is of: by the file's name, else the first, and said so. */
function completed(identity: Identity & { readonly kind: "command" }, file: string, draft: Draft): { readonly command: string; readonly args: readonly string[] } {
  const { command, args } = identity;
  const type = args[args.indexOf("-t") + 1];
  if (!/npu-smi$/.test(command) || !args.includes("-t") || type === "topo" || args.includes("-i")) return identity;
  const named = identifyByName(file);
  const npu = named?.kind === "command" && named.args.includes("-i") ? (named.args[named.args.indexOf("-i") + 1] ?? "0") : "0";
  notice(draft, { code: "recording.idAssumed", file, details: { command: [command, ...args].join(" "), npu } });
  return { command, args: [...args, "-i", npu] };
}

function nameOf(identity: Identity): string {
  return identity.kind === "file" ? identity.path : identity.kind === "command" ? [identity.command, ...identity.args].join(" ").slice(0, 200) : "/dev";
}

interface Noticed<C extends RecordingNoticeCode> {
  readonly code: C;
  readonly file: string;
  readonly details: RecordingNoticeDetails[C];
  readonly excerpt?: string;
}

function notice<C extends RecordingNoticeCode>(draft: Draft, { code, file, details, excerpt }: Noticed<C>): void {
  const subject = file.slice(0, 1024);
  const severity = code === "recording.fileNotRecognised" || code === "recording.archiveNotOpened" ? "warning" : "info";
  draft.notices.push({ code, severity, subject, details: { ...details }, evidence: [{ source: subject, excerpt: excerpt?.replace(/\p{Cc}/gu, " ").slice(0, 200) ?? null }] });
}
