import { IMPORT_MODES, type ChecksumSource, type ImportMode } from "../../../shared/schemas/import-preflight.ts";
import { oneOf, type Search, textIn } from "../frame/use-wizard-state.ts";

export const IMPORT_STEPS = ["folder", "check", "template", "way", "import"] as const;
export type ImportStep = (typeof IMPORT_STEPS)[number];

const LISTS = ["folder", "file", "text", "nowhere"] as const satisfies readonly ChecksumSource["from"][];

export interface ImportState {
  readonly step: ImportStep;
  readonly folder: string;
  /** Where the checksums come from. What was pasted is too long for an address: it is asked for again after a reload. */
  readonly list: ChecksumSource["from"];
  readonly listFile: string;
  /** SHA-256 of the template that was approved: another template asks again, here and in the import. */
  readonly approved: string;
  readonly mode: ImportMode;
  readonly name: string;
  readonly job: string;
}

export function readImportState(search: Search): ImportState {
  return {
    step: oneOf(search, "step", IMPORT_STEPS), folder: textIn(search, "folder"), list: oneOf(search, "list", LISTS), listFile: textIn(search, "listFile"), approved: textIn(search, "approved"),
    mode: oneOf(search, "mode", IMPORT_MODES), name: textIn(search, "name"), job: textIn(search, "job"),
  };
}

/** null: the list that was chosen is still to be named or pasted. */
export function checksumSource({ list, listFile }: Pick<ImportState, "list" | "listFile">, pasted: string): ChecksumSource | null {
  switch (list) {
    case "file":
      return listFile === "" ? null : { from: "file", file: listFile };
    case "text":
      return pasted.trim() === "" ? null : { from: "text", text: pasted };
    case "folder":
    case "nowhere":
      return { from: list };
    default:
      return list satisfies never;
  }
}

/** What the command line would be told. */
export function importCommand({ folder, list, listFile, approved, mode, name }: ImportState): string[] {
  return [
    "model", "import", folder, ...(name === "" ? [] : ["--name", name]), ...(mode === "inPlace" ? ["--in-place"] : mode === "link" ? ["--link"] : []),
    ...(list === "file" && listFile !== "" ? ["--checksums", listFile] : list === "text" ? ["--checksums", "-"] : list === "nowhere" ? ["--no-checksums"] : []),
    ...(approved === "" ? [] : ["--approve-template", approved]),
  ];
}
