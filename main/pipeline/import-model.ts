import { createHash } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { Arrival, ChecksumSource, ImportMode } from "../../shared/schemas/import-preflight.ts";
import type { ModelArithmetic, ModelSpec } from "../../shared/schemas/model-spec.ts";
import { copyCheckpoint } from "../checkpoint/copy-checkpoint.ts";
import { checkpointDigest, hashCheckpoint } from "../checkpoint/hash-checkpoint.ts";
import { linkCheckpoint } from "../checkpoint/link-checkpoint.ts";
import { readChecksumList } from "../checkpoint/read-checksum-list.ts";
import type { Checkpoint, ExpectedDigests, HashedFile } from "../domain/checkpoint.ts";
import { modelArithmetic } from "../spec/model-arithmetic.ts";
import type { JobContext } from "./job-context.ts";
import { understandCheckpoint } from "./understand-checkpoint.ts";

export interface ImportedModel {
  readonly digest: string;
  readonly name: string;
  readonly directory: string;
  readonly bytes: number;
  readonly spec: ModelSpec;
  readonly arithmetic: ModelArithmetic;
  readonly tensors: number;
  readonly ignoredMtpTensors: number;
  readonly files: readonly HashedFile[];
  readonly arrival: Arrival;
}

export interface ImportModelRequest {
  readonly directory: string;
  readonly name: string;
  readonly mode: ImportMode;
  /** Unless said, the list that lies in the folder. */
  readonly checksums?: ChecksumSource;
  /** SHA-256 of the template that a person approved; undefined: nobody did. */
  readonly templateApproved?: string | undefined;
  readonly to: string;
}

/** Room kept free beside what a copy needs: a file system filled to the last byte stops more than this job. */
export const IMPORT_SPARE_BYTES = 64 * 2 ** 20;

/**
 * Brings a checkpoint in: opens and understands it before a byte moves, then hashes it where it lies (`inPlace`), copies it to `to`, hashing in the same pass, or
 * hashes hard links that it makes there (`link`). Copy and links are made in `to`.partial, renamed last; a killed one is taken up again.
 * @throws checkpoint.*, spec.*, files.*
 */
export async function importModel(context: JobContext, request: ImportModelRequest): Promise<ImportedModel> {
  const { files } = context;
  const { checkpoint, spec, ignoredMtp } = await understandCheckpoint(files, request.directory);
  const template = approvedTemplate(checkpoint, request.templateApproved);
  const expected = await readChecksumList(files, request.directory, request.checksums ?? { from: "folder" });
  const bytes = checkpoint.files.reduce((sum, file) => sum + file.bytes, 0);
  const hashed = await bringIn(context, request, checkpoint, bytes, expected);
  const covered = hashed.filter(({ path: name }) => expected?.byPath.has(name) === true).length;
  return {
    digest: checkpointDigest(hashed), name: request.name, directory: request.mode === "inPlace" ? request.directory : request.to, bytes, spec,
    arithmetic: modelArithmetic(spec), tensors: checkpoint.tensors.size, ignoredMtpTensors: ignoredMtp.length, files: hashed,
    arrival: {
      from: request.directory, mode: request.mode, template,
      checksums: expected === null ? null : { source: expected.source, sha256: expected.sha256, covered, uncovered: hashed.length - covered },
    },
  };
}

/** The files under their final names, with their digests. */
async function bringIn(context: JobContext, { mode, to }: ImportModelRequest, checkpoint: Checkpoint, bytes: number, expected: ExpectedDigests | null): Promise<readonly HashedFile[]> {
  const { files, onProgress, signal } = context;
  const hashAt = async (place: string): Promise<readonly HashedFile[]> => hashCheckpoint(files, (await understandCheckpoint(files, place)).checkpoint, onProgress, signal, expected);
  // Killed between the rename and the answer: what was made is whole, only its digests are wanted.
  if (mode !== "inPlace" && (await files.status(to)) !== undefined) return hashAt(to);
  switch (mode) {
    case "inPlace":
      return hashCheckpoint(files, checkpoint, onProgress, signal, expected);
    case "link":
      return makeInto(context, to, async (partial) => {
        await linkCheckpoint(files, checkpoint, partial, signal);
        return hashAt(partial);
      });
    case "copy":
      await requireSpace(files, `${to}.partial`, bytes);
      return makeInto(context, to, (partial) => copyCheckpoint(files, checkpoint, partial, onProgress, signal, expected));
    default:
      return mode satisfies never;
  }
}

/** @throws checkpoint.templateNotApproved when another one was approved than lies there */
function approvedTemplate({ chatTemplate }: Checkpoint, approved: string | undefined): Arrival["template"] {
  const sha256 = chatTemplate === null ? null : templateDigest(chatTemplate.text);
  if (approved !== undefined && approved !== sha256) throw new WorkbenchError("checkpoint.templateNotApproved", { file: chatTemplate?.source ?? "chat_template.jinja", approved, found: sha256 ?? "none" });
  return sha256 === null ? null : { sha256, isApproved: approved !== undefined };
}

/** Of the text alone, wherever a checkpoint keeps it: `sha256sum chat_template.jinja` where that is where. */
export function templateDigest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

async function makeInto<T>({ files }: JobContext, to: string, make: (partial: string) => Promise<T>): Promise<T> {
  const partial = `${to}.partial`;
  await files.makeDirectory(partial);
  try {
    const made = await make(partial);
    await files.rename(partial, to);
    return made;
  } catch (error) {
    // A full disk stays full until what was half-written is gone, and links that cannot be made are none; a cancelled or killed copy is kept for the resume.
    if (error instanceof WorkbenchError && (error.code === "files.noSpace" || error.code === "files.linkImpossible")) await files.remove(partial);
    throw error;
  }
}

/** Refuses before the first byte what could not end well. Bytes already in the partial copy are not needed again. */
async function requireSpace(files: JobContext["files"], partial: string, bytes: number): Promise<void> {
  await files.makeDirectory(partial);
  let present = 0;
  for (const name of await files.list(partial)) present += (await files.status(path.join(partial, name)))?.bytes ?? 0;
  const neededBytes = Math.max(0, bytes - present) + IMPORT_SPARE_BYTES;
  const freeBytes = await files.freeBytes(partial);
  if (freeBytes < neededBytes) {
    if (present === 0) await files.remove(partial);
    throw new WorkbenchError("files.noSpace", { file: partial, neededBytes, freeBytes });
  }
}
