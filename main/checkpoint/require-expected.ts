import { WorkbenchError } from "../../shared/errors.ts";
import type { ExpectedDigests, HashedFile } from "../domain/checkpoint.ts";

/** Refuses a file whose bytes are not those that the list names; one that is not listed passes. @throws checkpoint.checksumWrong */
export function requireExpected(expected: ExpectedDigests | null, file: HashedFile): HashedFile {
  const sha256 = expected?.byPath.get(file.path);
  if (expected !== null && sha256 !== undefined && sha256 !== file.sha256) {
    throw new WorkbenchError("checkpoint.checksumWrong", { file: file.path, expected: sha256, found: file.sha256, list: expected.source });
  }
  return file;
}
