import { randomUUID } from "node:crypto";
import path from "node:path";
import { asWorkbenchError, type ErrorRecord, WorkbenchError } from "../../shared/errors.ts";
import type { ChecksumSource, ImportPreflight } from "../../shared/schemas/import-preflight.ts";
import { readChecksumList } from "../checkpoint/read-checksum-list.ts";
import { surveyShards } from "../checkpoint/survey-shards.ts";
import { templateRisks } from "../checkpoint/template-risks.ts";
import type { Checkpoint, ExpectedDigests } from "../domain/checkpoint.ts";
import type { Files } from "../domain/files.ts";
import { IMPORT_SPARE_BYTES, templateDigest } from "./import-model.ts";
import { understandCheckpoint } from "./understand-checkpoint.ts";

const LICENCE_FILE = /^(licen[cs]e|copying|notice|model_license|use_policy)([-._].*)?$/i;
/** The beginning is read by a person; the Apache licence has 11 kB. */
const LICENCE_BYTES = 64 * 2 ** 10;

export interface CheckImport {
  readonly directory: string;
  readonly checksums: ChecksumSource;
  /** What the store keeps lies below it. */
  readonly home: string;
}

/**
 * Everything about an import that headers, names and sizes tell. What would refuse the import is an answer; the shards are told one by one, so that all that is
 * missing is known at once.
 * @throws checkpoint.notFound, checkpoint.notADirectory
 */
export async function checkImport(files: Files, { directory, checksums, home }: CheckImport): Promise<ImportPreflight> {
  const shards = await surveyShards(files, directory);
  const { value: checkpoint, error: unsound } = await attempted(async () => (await understandCheckpoint(files, directory)).checkpoint);
  const { value: expected, error: noList } = await attempted(() => readChecksumList(files, directory, checksums));
  const bytes = checkpoint?.files.reduce((sum, file) => sum + file.bytes, 0) ?? null;
  const template = checkpoint?.chatTemplate ?? null;
  return {
    directory, refusal: unsound ?? noList, bytes, files: checkpoint?.files.length ?? null, shards,
    licences: checkpoint === null ? [] : await licencesOf(files, checkpoint),
    template: template === null ? null : { ...template, sha256: templateDigest(template.text), risks: templateRisks(template.text) },
    checksums: expected === null ? null : await coverageOf(files, directory, expected, checkpoint),
    space: { freeBytes: await files.freeBytes(home), neededBytes: { copy: bytes === null ? null : bytes + IMPORT_SPARE_BYTES, link: 0, inPlace: 0 } },
    linkRefusal: checkpoint === null ? null : await tryLink(files, checkpoint, home),
  };
}

/** @throws what is no fault of the checkpoint */
async function attempted<T>(read: () => Promise<T>): Promise<{ readonly value: T | null; readonly error: ErrorRecord | null }> {
  try {
    return { value: await read(), error: null };
  } catch (thrown) {
    const error = asWorkbenchError(thrown);
    if (error.code === "internal.unexpected") throw thrown;
    return { value: null, error: error.toRecord() };
  }
}

async function licencesOf(files: Files, { directory, files: listed }: Checkpoint): Promise<ImportPreflight["licences"]> {
  const licences: ImportPreflight["licences"] = [];
  for (const { path: file, bytes } of listed.filter(({ path: name }) => LICENCE_FILE.test(name)).slice(0, 16)) {
    const open = await files.open(path.join(directory, file));
    try {
      const head = new Uint8Array(Math.min(open.bytes, LICENCE_BYTES));
      await open.read(head, 0);
      licences.push({ file, bytes, text: new TextDecoder().decode(head) });
    } finally {
      await open.close();
    }
  }
  return licences;
}

async function coverageOf(files: Files, directory: string, { source, sha256, byPath }: ExpectedDigests, checkpoint: Checkpoint | null): Promise<ImportPreflight["checksums"]> {
  const absent: string[] = [];
  for (const name of byPath.keys()) if ((await files.status(path.join(directory, name))) === undefined) absent.push(name);
  const coming = checkpoint?.files ?? [];
  const uncovered = coming.filter(({ path: name }) => !byPath.has(name)).map(({ path: name }) => name);
  return { source, sha256, listed: byPath.size, covered: coming.length - uncovered.length, uncovered, absent };
}

/**
 * Whether the store can have links to these files. Nothing but trying tells: two mounts of one file system refuse, and so does Linux for files that one may read and not
 * write. The link is gone again before the answer.
 */
async function tryLink(files: Files, { directory, files: listed }: Checkpoint, home: string): Promise<ErrorRecord | null> {
  const largest = listed.toSorted((a, b) => b.bytes - a.bytes)[0];
  if (largest === undefined) return null;
  const trial = path.join(home, `.link-${randomUUID()}`);
  try {
    await files.link(path.join(directory, largest.path), trial);
    return null;
  } catch (thrown) {
    if (thrown instanceof WorkbenchError && thrown.code.startsWith("files.")) return thrown.toRecord();
    throw thrown;
  } finally {
    await files.remove(trial);
  }
}
