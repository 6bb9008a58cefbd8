import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, truncateSync, writeSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type BlobToVerify, verifyBlobs } from "../../main/bundle/verify-blobs.ts";
import { files, fresh } from "./bundle-fixture.ts";

const BYTES = 70 * 2 ** 20;
const threads = { count: 2, entry: fileURLToPath(new URL("../../main/hosts/job/blob-verifier-thread.ts", import.meta.url)) };

/** Sparse files, large enough together that threads are started. */
const directory = fresh();
mkdirSync(directory, { recursive: true });
const zeros = createHash("sha256");
for (let done = 0; done < BYTES; done += 2 ** 20) zeros.update(new Uint8Array(2 ** 20));
const sha256 = zeros.digest("hex");
function blob(name: string): BlobToVerify {
  const file = path.join(directory, name);
  closeSync(openSync(file, "w"));
  truncateSync(file, BYTES);
  return { file, bytes: BYTES, sha256 };
}
const blobs = ["a", "b", "c"].map(blob);
const run = (list: readonly BlobToVerify[], { signal = new AbortController().signal, onBytes = (_: number): void => {} } = {}) => verifyBlobs({ files, signal, onBytes }, list, threads);

describe("hashing on threads", () => {
  it("counts every byte of what is right", async () => {
    let bytes = 0;
    await run(blobs, { onBytes: (more) => void (bytes += more) });
    expect(bytes).toBe(3 * BYTES);
  });

  it("names the blob with one bit changed, and the one that is gone", async () => {
    const changed = blob("changed");
    const file = openSync(changed.file, "r+");
    writeSync(file, new Uint8Array([1]), 0, 1, BYTES - 1);
    closeSync(file);
    await expect(run([...blobs, changed])).rejects.toMatchObject({ code: "bundle.blobChanged", details: { file: changed.file } });
    await expect(run([...blobs, { ...changed, file: path.join(directory, "gone") }])).rejects.toMatchObject({ code: "bundle.blobMissing" });
  });

  it("ends at once when it is cancelled", async () => {
    const controller = new AbortController();
    const running = run(blobs, { signal: controller.signal, onBytes: () => controller.abort(new Error("enough")) });
    await expect(running).rejects.toThrow("enough");
    await expect(run(blobs, { signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow("before");
  });
});
