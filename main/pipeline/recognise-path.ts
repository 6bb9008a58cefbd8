import type { Recognised } from "../../shared/schemas/folder.ts";
import { INDEX_FILE, LAYOUT_FILE } from "../bundle/bundle-layout.ts";
import type { Files } from "../domain/files.ts";
import { PACKAGE_FILES } from "../domain/model-package.ts";
import { CAPTURE_FORMAT } from "../hardware/recording/parse-capture.ts";

/** The capture's format stands among its first fields. */
const CAPTURE_BEGINNING_BYTES = 512;
const CAPTURE = new RegExp(`^\\s*\\{\\s*"format"\\s*:\\s*"${CAPTURE_FORMAT}"`);

/** What a folder holds, by the names in it: opening it properly is left to whoever takes it. @throws files.* */
export async function recogniseFolder(files: Files, folder: string): Promise<Recognised | null> {
  const names = new Set(await files.list(folder));
  if (names.has(PACKAGE_FILES.manifest) && names.has(PACKAGE_FILES.graph)) return "package";
  if (names.has(LAYOUT_FILE) && names.has(INDEX_FILE)) return "bundle";
  if (!names.has("config.json")) return null;
  return [...names].some((name) => name.endsWith(".safetensors")) ? "checkpoint" : "config";
}

/** What a regular file is, by its first bytes. @throws files.* */
export async function recogniseFile(files: Files, file: string, bytes: number): Promise<Recognised | null> {
  if (!file.endsWith(".json") || bytes === 0) return null;
  const opened = await files.open(file);
  try {
    const beginning = new Uint8Array(Math.min(opened.bytes, CAPTURE_BEGINNING_BYTES));
    await opened.read(beginning, 0);
    return CAPTURE.test(new TextDecoder().decode(beginning)) ? "capture" : null;
  } finally {
    await opened.close();
  }
}
