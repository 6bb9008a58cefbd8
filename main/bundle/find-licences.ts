import path from "node:path";
import type { Files } from "../domain/files.ts";

const LICENCE_FILE = /^(licen[cs]e|copying|notice)([._-].*)?$/i;
const README = /^readme(\..*)?$/i;
/** The front matter of real model cards is a few KB; the card below it may be of any length and is not read. */
const MAX_FRONT_MATTER_BYTES = 64 * 2 ** 10;
/** `license: apache-2.0`, or the first of a list below `license:`. */
const LICENCE_FIELD = /^license:[ \t]*(?:\r?\n[ \t]*-[ \t]*)?["']?([A-Za-z0-9][A-Za-z0-9.+-]{0,63})["']?[ \t]*(?:#.*)?$/m;

/** SPDX identifiers of what hubs write in lower case. A name with terms of its own (deepseek, llama3.1, other) has none and stays as declared. */
const SPDX = new Map(
  ["Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MPL-2.0", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "CC-BY-NC-ND-4.0", "BSL-1.0", "Zlib", "Unlicense", "EUPL-1.2"].map((id) => [id.toLowerCase(), id]),
);

const SPDX_IDS: ReadonlySet<string> = new Set(SPDX.values());
/** Whether it is an SPDX identifier of those known here. */
export const isSpdx = (licence: string): boolean => SPDX_IDS.has(licence);

/** Whether a file holds a licence text. */
export const isLicenceFile = (name: string): boolean => LICENCE_FILE.test(path.posix.basename(name));

export interface Licences {
  /** Files of the package that hold licence texts. */
  readonly files: readonly string[];
  /** As the model card names it; null when it names none. Never guessed from a text. */
  readonly declared: string | null;
  /** The SPDX identifier, where what is declared means exactly one. */
  readonly spdx: string | null;
}

/** Of a package or a checkpoint, what finding its licences needs. */
interface LicensedFiles {
  readonly directory: string;
  readonly manifest: { readonly files: readonly { readonly path: string }[] };
}

/** Licences found in a package. None found is said as such by whoever asks. */
export async function findLicences(files: Files, model: LicensedFiles): Promise<Licences> {
  const names = model.manifest.files.map((file) => file.path).toSorted();
  const readme = names.find((name) => README.test(name));
  const declared = readme === undefined ? null : declaredLicence(await readHead(files, path.join(model.directory, readme)));
  return { files: names.filter(isLicenceFile), declared, spdx: SPDX.get(declared?.toLowerCase() ?? "") ?? null };
}

/** Only between the two lines of dashes: a `license:` further down is prose, or an example about something else. */
function declaredLicence(card: string): string | null {
  const head = card.replace(/^\ufeff/, "");
  const end = /\r?\n---[ \t]*(?:\r?\n|$)/.exec(head);
  if (!/^---[ \t]*\r?\n/.test(head) || end === null) return null;
  return LICENCE_FIELD.exec(head.slice(0, end.index))?.[1] ?? null;
}

async function readHead(files: Files, file: string): Promise<string> {
  const source = await files.open(file);
  try {
    const head = new Uint8Array(Math.min(source.bytes, MAX_FRONT_MATTER_BYTES));
    await source.read(head, 0);
    return new TextDecoder().decode(head);
  } finally {
    await source.close();
  }
}
