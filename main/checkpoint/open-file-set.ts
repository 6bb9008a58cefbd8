import { WorkbenchError } from "../../shared/errors.ts";
import type { Checkpoint } from "../domain/checkpoint.ts";
import type { Files } from "../domain/files.ts";
import { openUnchanged, type UnchangedFile } from "./unchanged-file.ts";

/** A tensor and its scales may lie in two files, and readers walk shards in order: a few handles serve a thousand shards. */
const OPEN_LIMIT = 4;

/** The files of a checkpoint that are open, the longest unused closed first. */
export class OpenFileSet {
  readonly #files: Files;
  readonly #checkpoint: Checkpoint;
  readonly #open = new Map<string, UnchangedFile>();

  constructor(files: Files, checkpoint: Checkpoint) {
    this.#files = files;
    this.#checkpoint = checkpoint;
  }

  async get(path: string): Promise<UnchangedFile> {
    let file = this.#open.get(path);
    this.#open.delete(path);
    if (file === undefined) {
      const listed = this.#checkpoint.files.find((entry) => entry.path === path);
      if (listed === undefined) throw new WorkbenchError("internal.unexpected", { reason: `${path} is no file of the checkpoint` });
      file = await openUnchanged(this.#files, this.#checkpoint.directory, listed);
    }
    this.#open.set(path, file);
    for (const [oldest, unused] of this.#open) {
      if (this.#open.size <= OPEN_LIMIT) break;
      this.#open.delete(oldest);
      await unused.close();
    }
    return file;
  }

  async close(): Promise<void> {
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const file of open) await file.close();
  }
}
