import path from "node:path";
import type { Files } from "../domain/files.ts";
import type { ModelPackage } from "../domain/model-package.ts";

const LICENCE_FILE = /^(licen[cs]e|copying|notice)([.-].*)?$/i;
const README = /^readme(\..*)?$/i;
/** Model cards are a few hundred KB at most; only their head matters here. */
const MAX_README_BYTES = 4 * 2 ** 20;
/** `license: apache-2.0` in the front matter of a hub's model card. */
const FRONT_MATTER_LICENCE = /^---\r?\n(?:.*\r?\n)*?license:[ \t]*["']?([A-Za-z0-9.+-]{1,64})["']?[ \t]*\r?\n/;

export interface Licences {
  /** Files of the package that hold licence texts. */
  readonly files: readonly string[];
  /** As the model card names it; null when it names none. Never guessed from a text. */
  readonly declared: string | null;
}

/** Licences found in a package. None found is said as such by whoever asks. */
export async function findLicences(files: Files, model: ModelPackage): Promise<Licences> {
  const names = model.manifest.files.map((file) => file.path);
  const readme = names.find((name) => README.test(name));
  let declared: string | null = null;
  if (readme !== undefined) {
    const text = new TextDecoder().decode(await files.readAll(path.join(model.directory, readme), MAX_README_BYTES));
    declared = FRONT_MATTER_LICENCE.exec(text.slice(0, 65_536))?.[1] ?? null;
  }
  return { files: names.filter((name) => LICENCE_FILE.test(name)), declared };
}
