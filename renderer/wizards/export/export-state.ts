import { joinPath } from "../folder/join-path.ts";
import { oneOf, type Search, textIn, textsIn } from "../frame/use-wizard-state.ts";

export const EXPORT_STEPS = ["package", "target", "contents", "run", "receipt"] as const;
export type ExportStep = (typeof EXPORT_STEPS)[number];

export interface ExportState {
  readonly step: ExportStep;
  readonly model: string;
  /** The folder that the bundle's own is made in. */
  readonly folder: string;
  readonly name: string;
  /** Of the making and the checking, in this order. */
  readonly jobs: readonly string[];
}

export function readExportState(search: Search): ExportState {
  return { step: oneOf(search, "step", EXPORT_STEPS), model: textIn(search, "model"), folder: textIn(search, "folder"), name: textIn(search, "name"), jobs: textsIn(search, "jobs", 2) };
}

/** Where the bundle will lie; "" while that is open. */
export function targetOf({ folder, name }: ExportState, usualName: string): string {
  const last = name === "" ? usualName : name;
  return folder === "" || last === "" ? "" : joinPath(folder, last);
}

/** A folder's name on any file system that carries bundles: FAT refuses what Linux takes. */
export function folderName(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}<>:"/\\|?*]+/gu, "-").slice(0, 100).replaceAll(/^[ .-]+|[ .-]+$/g, "");
}
