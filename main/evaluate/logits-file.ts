import type { Files, ReadableFile } from "../domain/files.ts";

/** Reads float32 rows [V] of a logits file into one buffer that is reused. Logits never stand in memory whole: [256, 129280] are 132 MB. */
export class LogitsFile {
  readonly #file: ReadableFile;
  readonly #row: Float32Array;

  private constructor(file: ReadableFile, vocabSize: number) {
    this.#file = file;
    this.#row = new Float32Array(vocabSize);
  }

  static async open(files: Files, path: string, vocabSize: number): Promise<LogitsFile> {
    return new LogitsFile(await files.open(path), vocabSize);
  }

  /** Logits of one position; valid until the next call. */
  async row(position: number): Promise<Float32Array> {
    await this.#file.read(new Uint8Array(this.#row.buffer), position * this.#row.byteLength);
    return this.#row;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
