import path from "node:path";
import type { Files } from "../domain/files.ts";
import type { WeightPlan } from "./weight-plan.ts";

/** Journals are short: a line of digits per weight. Above this it is not ours. */
const MAX_JOURNAL_BYTES = 64 * 2 ** 20;

/**
 * Which weights of a half-made package are on the medium. A weight is written down only after its bytes were synced, so whatever the
 * journal names can be trusted after a kill; the rest is stored again. The journal is worth nothing for another plan: its fingerprint
 * says which one it belongs to.
 */
export class WeightJournal {
  readonly #files: Files;
  readonly #file: string;
  readonly #fingerprint: string;
  readonly done: Set<number>;

  private constructor(files: Files, file: string, fingerprint: string, done: Set<number>) {
    this.#files = files;
    this.#file = file;
    this.#fingerprint = fingerprint;
    this.done = done;
  }

  /**
   * Takes up an earlier journal of the same plan, or starts an empty one. A journal whose weight files are gone, or not of their full length, speaks of
   * nothing: trusting it would leave zeros where weights should be.
   */
  static async open(files: Files, directory: string, fingerprint: string, plan: Pick<WeightPlan, "directory" | "files">): Promise<WeightJournal> {
    const file = path.join(directory, "stored-weights.json");
    const done = new Set<number>();
    if ((await files.status(file))?.kind === "file" && (await weightFilesAreThere(files, plan))) {
      const text = new TextDecoder().decode(await files.readAll(file, MAX_JOURNAL_BYTES));
      const parsed = parse(text);
      if (parsed?.fingerprint === fingerprint) for (const index of parsed.done) done.add(index);
    }
    return new WeightJournal(files, file, fingerprint, done);
  }

  /** Writes down what has been synced. Whole or not at all: the file is replaced. */
  async record(indices: readonly number[]): Promise<void> {
    for (const index of indices) this.done.add(index);
    const text = JSON.stringify({ fingerprint: this.#fingerprint, done: [...this.done] });
    await this.#files.writeWhole(this.#file, new TextEncoder().encode(text));
  }
}

async function weightFilesAreThere(files: Files, plan: Pick<WeightPlan, "directory" | "files">): Promise<boolean> {
  for (const { name, bytes } of plan.files) {
    const status = await files.status(path.join(plan.directory, name));
    if (status?.kind !== "file" || status.bytes !== bytes) return false;
  }
  return true;
}

function parse(text: string): { fingerprint: string; done: number[] } | null {
  try {
    const value = JSON.parse(text) as { fingerprint: string; done: number[] };
    return typeof value.fingerprint === "string" && Array.isArray(value.done) && value.done.every(Number.isSafeInteger) ? value : null;
  } catch {
    return null;
  }
}
