import { createHash, type Hash } from "node:crypto";
import path from "node:path";
import type { Files, WritableFile } from "../../domain/files.ts";
import { type Delta, dataPartName } from "./delta-document.ts";

/** One run of bytes in files of at most `partBytes`. */
export class DataWriter {
  readonly #files: Files;
  readonly #directory: string;
  readonly #partBytes: number;
  readonly #parts: Delta["data"]["parts"] = [];
  #hash: Hash = createHash("sha256");
  #target: WritableFile | null = null;
  #inPart = 0;
  bytes = 0;

  constructor(files: Files, directory: string, partBytes: number) {
    this.#files = files;
    this.#directory = directory;
    this.#partBytes = partBytes;
  }

  async write(content: Uint8Array): Promise<void> {
    this.bytes += content.length;
    for (let done = 0; done < content.length; ) {
      const piece = content.subarray(done, done + this.#partBytes - this.#inPart);
      // Its length is known only at the end, so none is reserved.
      this.#target ??= await this.#files.openForWriting(path.join(this.#directory, dataPartName(this.#parts.length)), 0);
      await this.#target.write(piece, this.#inPart);
      this.#hash.update(piece);
      this.#inPart += piece.length;
      done += piece.length;
      if (this.#inPart === this.#partBytes) await this.#endPart();
    }
  }

  async finish(): Promise<Delta["data"]["parts"]> {
    if (this.#inPart > 0) await this.#endPart();
    return this.#parts;
  }

  async close(): Promise<void> {
    const target = this.#target;
    this.#target = null;
    await target?.close();
  }

  async #endPart(): Promise<void> {
    await this.#target?.sync();
    await this.close();
    this.#parts.push({ bytes: this.#inPart, sha256: this.#hash.digest("hex") });
    this.#hash = createHash("sha256");
    this.#inPart = 0;
  }
}
