import path from "node:path";
import type { Files } from "../../domain/files.ts";
import { SUMS_FILE, VERIFY_SCRIPT, VERIFY_SCRIPT_WINDOWS } from "../bundle-layout.ts";
import { presentFiles } from "./present-files.ts";
import { formatSums } from "./sha256-sums.ts";
import { VERIFY_SCRIPT_TEXT } from "./verify-script.ts";
import { VERIFY_SCRIPT_WINDOWS_TEXT } from "./verify-script-windows.ts";

/** Puts beside the layout what lets a machine without Sallyport check it: SHA256SUMS and the scripts. Depends on the bundle's files alone. */
export async function sealBundle(files: Files, directory: string): Promise<void> {
  await files.writeWhole(path.join(directory, VERIFY_SCRIPT), new TextEncoder().encode(VERIFY_SCRIPT_TEXT));
  await files.writeWhole(path.join(directory, VERIFY_SCRIPT_WINDOWS), new TextEncoder().encode(VERIFY_SCRIPT_WINDOWS_TEXT));
  const present = await presentFiles(files, directory);
  present.delete(SUMS_FILE);
  await files.writeWhole(path.join(directory, SUMS_FILE), formatSums(present));
}
