import { oneOf, type Search, textIn } from "../frame/use-wizard-state.ts";

export const IMPORT_STEPS = ["folder", "check", "template", "way", "import"] as const;
export type ImportStep = (typeof IMPORT_STEPS)[number];

export interface ImportState {
  readonly step: ImportStep;
  readonly folder: string;
  /** The mark of the template that was approved: another template asks again. */
  readonly approved: string;
  readonly mode: "copy" | "inPlace";
  readonly name: string;
  readonly job: string;
}

export function readImportState(search: Search): ImportState {
  return {
    step: oneOf(search, "step", IMPORT_STEPS), folder: textIn(search, "folder"), approved: textIn(search, "approved"), mode: oneOf(search, "mode", ["copy", "inPlace"]), name: textIn(search, "name"),
    job: textIn(search, "job"),
  };
}

/** Tells one template from another in the address. Not a proof: what is imported is hashed by the import. */
export function templateMark(template: string): string {
  let mark = 0x811c9dc5;
  for (let at = 0; at < template.length; at++) mark = Math.imul(mark ^ template.charCodeAt(at), 0x01000193) >>> 0;
  return `${template.length}-${mark.toString(16)}`;
}
