import { createHash } from "node:crypto";
import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import type { ChecksumSource } from "../../shared/schemas/import-preflight.ts";
import type { ExpectedDigests } from "../domain/checkpoint.ts";
import type { Files } from "../domain/files.ts";
import { CHECKSUM_LIST_BYTES_LIMIT, parseChecksumList } from "./parse-checksum-list.ts";

/** As publishers name it. Names that do not say SHA-256 are left alone: they may hold another hash. */
const LIST_NAME = /^(sha256(sums?)?(\.txt)?|checksums?\.sha256)$/i;
const PASTED = "pasted";

/**
 * The list that files are compared with on their way in; null where there is none.
 * @throws checkpoint.checksumListInvalid; files.readFailed when a named list cannot be read
 */
export async function readChecksumList(files: Files, directory: string, wanted: ChecksumSource): Promise<ExpectedDigests | null> {
  switch (wanted.from) {
    case "nowhere":
      return null;
    case "text":
      return digestsIn(new TextEncoder().encode(wanted.text), PASTED);
    case "file":
      return digestsIn(await readList(files, wanted.file), wanted.file);
    case "folder": {
      const name = (await files.list(directory)).find((entry) => LIST_NAME.test(entry));
      return name === undefined ? null : digestsIn(await readList(files, path.join(directory, name)), name);
    }
    default:
      return wanted satisfies never;
  }
}

async function readList(files: Files, file: string): Promise<Uint8Array> {
  const real = await files.realPath(file);
  const bytes = (await files.status(real))?.bytes ?? 0;
  if (bytes > CHECKSUM_LIST_BYTES_LIMIT) throw new WorkbenchError("checkpoint.checksumListInvalid", { file, line: null, reason: `${bytes} bytes; the limit is ${CHECKSUM_LIST_BYTES_LIMIT}` });
  return files.readAll(real, CHECKSUM_LIST_BYTES_LIMIT);
}

function digestsIn(bytes: Uint8Array, source: string): ExpectedDigests {
  return { source, sha256: createHash("sha256").update(bytes).digest("hex"), byPath: parseChecksumList(new TextDecoder().decode(bytes), source) };
}
