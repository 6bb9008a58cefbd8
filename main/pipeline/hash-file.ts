import { createHash } from "node:crypto";
import path from "node:path";
import type { PackageFile } from "../../shared/schemas/model-package.ts";
import type { JobContext } from "./job-context.ts";

const BUFFER_BYTES = 8 * 2 ** 20;

/** SHA-256 of one file of a package, read a buffer at a time; reports progress as step "seal". */
export async function hashFile({ files, onProgress, signal }: JobContext, directory: string, name: string): Promise<PackageFile> {
  const file = await files.open(path.join(directory, name));
  try {
    const hash = createHash("sha256");
    const buffer = new Uint8Array(Math.min(BUFFER_BYTES, file.bytes));
    for (let done = 0; done < file.bytes; ) {
      signal.throwIfAborted();
      const part = buffer.subarray(0, Math.min(buffer.length, file.bytes - done));
      await file.read(part, done);
      hash.update(part);
      done += part.length;
      onProgress({ step: "seal", done, total: file.bytes, unit: "bytes" });
    }
    return { path: name, bytes: file.bytes, sha256: hash.digest("hex") };
  } finally {
    await file.close();
  }
}
