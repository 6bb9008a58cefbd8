import { posix } from "node:path";
import { z } from "zod";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { HostNames, HostRun, HostStatus, HostText } from "../../domain/host.ts";
import type { RecordedRun, Recording } from "./recording.ts";

export const CAPTURE_FORMAT = "sallyport-capture";
const FORMAT_VERSION = 1;

/** The script cuts every answer at 2 MiB; what stands for a byte that is no UTF-8 is one character. */
const MAX_TEXT_CHARACTERS = 8 << 20;
/** A machine of 512 processors and 300 PCI devices has 5,000 files that are read; more would be listed only to fill memory. */
const MAX_ENTRIES = 100_000;
/** /dev of a server with hundreds of disks has some thousand names. */
const MAX_NAMES = 100_000;
/** Linux knows no longer path. */
const MAX_PATH_CHARACTERS = 4096;

const text = z.string().max(MAX_TEXT_CHARACTERS);
const path = z.string().min(1).max(MAX_PATH_CHARACTERS);
const unavailable = z.enum(["absent", "denied", "failed"]);
const oneOf = (fields: string) => ({ error: `expected ${fields}` });

const CapturedFile = z.object({ path, content: text.optional(), cut: z.boolean().optional(), error: unavailable.optional() })
  .refine((file) => (file.content === undefined) !== (file.error === undefined), oneOf("either content or error"));
const CapturedDirectory = z.object({ path, names: z.array(z.string().min(1).max(MAX_PATH_CHARACTERS)).max(MAX_NAMES).optional(), error: unavailable.optional() })
  .refine((directory) => (directory.names === undefined) !== (directory.error === undefined), oneOf("either names or error"));
const CapturedStatus = z.object({
  path,
  error: unavailable.optional(),
  kind: z.enum(["file", "directory", "characterDevice", "blockDevice", "other"]).optional(),
  mode: z.int().min(0).max(0o7777).optional(),
  owner: z.string().max(256).optional(),
  group: z.string().max(256).optional(),
  readable: z.boolean().nullable().optional(),
  writable: z.boolean().nullable().optional(),
}).refine((status) => (status.error !== undefined) !== (status.kind !== undefined && status.mode !== undefined && status.owner !== undefined && status.group !== undefined), oneOf("either error or kind, mode, owner and group"));
const CapturedCommand = z.object({
  argv: z.array(z.string().max(MAX_PATH_CHARACTERS)).min(1).max(256),
  error: z.enum(["missing", "denied", "skipped"]).optional(),
  exitCode: z.int().min(0).max(255).optional(),
  timedOut: z.boolean().optional(),
  limitMs: z.int().min(0).max(86_400_000).optional(),
  stdout: text.optional(),
  stderr: text.optional(),
}).refine((command) => (command.error === undefined) === (command.exitCode !== undefined && command.stdout !== undefined && command.stderr !== undefined), oneOf("either error or exitCode, stdout and stderr"));

/** Version 1. Fields that it does not name are passed over: a later script of the same version may add some. */
const Capture = z.object({
  format: z.literal(CAPTURE_FORMAT),
  formatVersion: z.literal(FORMAT_VERSION),
  capturedAt: z.iso.datetime(),
  redacted: z.boolean(),
  environment: z.record(z.string().max(256), z.string().max(65536)),
  files: z.array(CapturedFile).max(MAX_ENTRIES),
  directories: z.array(CapturedDirectory).max(MAX_ENTRIES),
  statuses: z.array(CapturedStatus).max(MAX_ENTRIES),
  commands: z.array(CapturedCommand).max(MAX_ENTRIES),
});
type Capture = z.infer<typeof Capture>;

/**
 * Reads the document that resources/capture/capture.sh writes.
 * @param file as errors name it
 * @throws machine.captureInvalid, machine.newerCapture
 */
export function parseCapture(document: string, file: string): Recording {
  const capture = parseDocument(document, file);
  const files = once(capture.files, "files", file, (entry): HostText =>
    entry.content === undefined ? unavailableFor(entry.error) : { kind: "text", text: entry.content, isCut: entry.cut ?? false });
  const directories = once(capture.directories, "directories", file, (entry): HostNames =>
    entry.names === undefined ? unavailableFor(entry.error) : { kind: "names", names: entry.names.toSorted() });
  const statuses = once(capture.statuses, "statuses", file, toStatus);
  return {
    observation: { how: "capture", at: capture.capturedAt, redacted: capture.redacted },
    files, directories, statuses,
    runs: toRuns(capture, file),
    missingPrograms: new Set(capture.commands.filter(({ error }) => error === "missing").map(({ argv }) => argv[0] ?? "")),
    environment: new Map(Object.entries(capture.environment)),
    notices: [],
  };
}

function parseDocument(document: string, file: string): Capture {
  let json: unknown;
  try {
    json = JSON.parse(document);
  } catch (cause) {
    throw new WorkbenchError("machine.captureInvalid", { file, field: "the document", found: cause instanceof Error ? cause.message.slice(0, 200) : "not JSON", expected: "JSON, as capture.sh writes it" }, { cause });
  }
  const version = typeof json === "object" && json !== null && "formatVersion" in json && "format" in json && json.format === CAPTURE_FORMAT ? json.formatVersion : undefined;
  if (typeof version === "number" && version > FORMAT_VERSION) throw new WorkbenchError("machine.newerCapture", { file, found: version, supported: FORMAT_VERSION });
  const parsed = Capture.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue?.path ?? [];
  throw new WorkbenchError("machine.captureInvalid", { file, field: fieldName(place), found: shown(valueAt(json, place)), expected: (issue?.message ?? "a capture").replace(/^Invalid input: /, "").replace(/^expected /, "") });
}

function fieldName(place: readonly PropertyKey[]): string {
  return place.length === 0 ? "the document" : place.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("").replace(/^\./, "");
}

function valueAt(json: unknown, place: readonly PropertyKey[]): unknown {
  return place.reduce<unknown>((value, step) => (typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[step] : undefined), json);
}

/** JSON, so that control characters of a hostile file never reach a terminal, and short. */
function shown(value: unknown): string {
  const json = typeof value === "string" ? JSON.stringify(value.slice(0, 200)) : value === undefined ? "missing" : typeof value === "object" && value !== null ? (Array.isArray(value) ? "a list" : "an object") : String(value);
  return json.length <= 80 ? json : `${json.slice(0, 79)}…`;
}

/** By path. Two answers to one question would leave open which of them counts. */
function once<Entry extends { readonly path: string }, Answer>(entries: readonly Entry[], section: string, file: string, toAnswer: (entry: Entry) => Answer): Map<string, Answer> {
  const answers = new Map<string, Answer>();
  for (const [i, entry] of entries.entries()) {
    const key = posix.normalize(entry.path);
    if (answers.has(key)) throw new WorkbenchError("machine.captureInvalid", { file, field: `${section}[${i}].path`, found: shown(entry.path), expected: "each path once" });
    answers.set(key, toAnswer(entry));
  }
  return answers;
}

function unavailableFor(error: z.infer<typeof unavailable> | undefined): { readonly kind: "absent" | "denied" } | { readonly kind: "failed"; readonly reason: string } {
  return error === "absent" || error === "denied" ? { kind: error } : { kind: "failed", reason: "the script could not read it" };
}

function toStatus(entry: Capture["statuses"][number]): HostStatus {
  const { kind, mode, owner, group, readable, writable } = entry;
  if (kind === undefined || mode === undefined || owner === undefined || group === undefined) return unavailableFor(entry.error);
  return { kind, mode, owner, group, readable: readable ?? null, writable: writable ?? null };
}

function toRuns(capture: Capture, file: string): RecordedRun[] {
  const seen = new Set<string>();
  const runs: RecordedRun[] = [];
  for (const [i, entry] of capture.commands.entries()) {
    const [command = "", ...args] = entry.argv;
    const key = JSON.stringify(entry.argv);
    if (seen.has(key)) throw new WorkbenchError("machine.captureInvalid", { file, field: `commands[${i}].argv`, found: shown(entry.argv.join(" ")), expected: "each command once" });
    seen.add(key);
    const run = toRun(entry);
    if (run !== undefined) runs.push({ command, args, run });
  }
  return runs;
}

/** Undefined: the script did not ask, or there was nothing to ask. */
function toRun(entry: Capture["commands"][number]): HostRun | undefined {
  const { error, exitCode, stdout, stderr } = entry;
  if (error === "denied") return { kind: "denied" };
  if (error !== undefined || exitCode === undefined || stdout === undefined || stderr === undefined) return undefined;
  return entry.timedOut === true ? { kind: "timedOut", afterMs: entry.limitMs ?? 0, stdout, stderr } : { kind: "exited", exitCode, stdout, stderr };
}
