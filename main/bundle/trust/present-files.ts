import { createHash } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { Files } from "../../domain/files.ts";
import { BLOBS_DIRECTORY, SIGNATURES_DIRECTORY, SUMS_FILE } from "../bundle-layout.ts";
import { MAX_SUMS_BYTES, parseSums } from "./sha256-sums.ts";

const HEX = /^[0-9a-f]{64}$/;

/**
 * Every file of a bundle but its signatures, with the SHA-256 that it must have: of a blob its name says so, all others are read. Whoever relies on this
 * hashes the blobs too (`verifyBundle`, or installing, which hashes what it copies).
 * @throws bundle.entryRefused, files.*
 */
export async function presentFiles(files: Files, directory: string): Promise<Map<string, string>> {
  const present = new Map<string, string>();
  for (const name of await files.list(directory)) {
    if (name === SIGNATURES_DIRECTORY) continue;
    if (name === BLOBS_DIRECTORY) await addBlobs(files, directory, present);
    else present.set(name, await hashDocument(files, path.join(directory, name)));
  }
  return present;
}

async function addBlobs(files: Files, directory: string, present: Map<string, string>): Promise<void> {
  for (const kind of await files.list(path.join(directory, BLOBS_DIRECTORY))) {
    const folder = path.join(directory, BLOBS_DIRECTORY, kind);
    if (kind !== "sha256" || (await files.status(folder))?.kind !== "directory") throw new WorkbenchError("bundle.entryRefused", { file: folder, reason: "blobs lie in the folder sha256 alone" });
    for (const name of await files.list(folder)) {
      if (!HEX.test(name)) throw new WorkbenchError("bundle.entryRefused", { file: path.join(folder, name), reason: "a blob is named by its SHA-256" });
      present.set(`${BLOBS_DIRECTORY}/sha256/${name}`, name);
    }
  }
}

async function hashDocument(files: Files, file: string): Promise<string> {
  const status = await files.status(file);
  if (status?.kind !== "file") throw new WorkbenchError("bundle.entryRefused", { file, reason: `it is a ${status?.kind}, not a file` });
  return createHash("sha256").update(await files.readAll(file, MAX_SUMS_BYTES)).digest("hex");
}

/**
 * SHA256SUMS names every file that lies there, and no other.
 * @returns whether there is one: a copy by another tool has only the OCI layout
 * @throws bundle.sumsInvalid
 */
export async function checkSums(files: Files, directory: string, present: ReadonlyMap<string, string>): Promise<boolean> {
  if (!present.has(SUMS_FILE)) return false;
  const file = path.join(directory, SUMS_FILE);
  const sums = parseSums(await files.readAll(file, MAX_SUMS_BYTES), file);
  for (const [name, sha256] of present) {
    if (name === SUMS_FILE) continue;
    const listed = sums.get(name);
    if (listed !== sha256) throw new WorkbenchError("bundle.sumsInvalid", { file, reason: listed === undefined ? `${name} is not in it` : `it says ${listed} of ${name}, which is ${sha256}` });
  }
  for (const name of sums.keys()) if (!present.has(name) || name === SUMS_FILE) throw new WorkbenchError("bundle.sumsInvalid", { file, reason: `it names ${name}, which is not there` });
  return true;
}
