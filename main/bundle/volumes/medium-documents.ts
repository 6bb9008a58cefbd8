import { createHash } from "node:crypto";
import path from "node:path";
import type { Files } from "../../domain/files.ts";
import { joinScript } from "./join-script.ts";
import { partName } from "./volume-geometry.ts";
import { JOIN_SCRIPT_FILE, VOLUME_LIST_FILE, VOLUME_SUMS_FILE, type VolumeList } from "./volume-list.ts";

export type MediumDocuments = readonly (readonly [file: string, content: Uint8Array])[];

export const encodeJoinScript = (list: VolumeList, listBytes: Uint8Array): Uint8Array => new TextEncoder().encode(joinScript(list, listBytes));

/** What lies beside a volume on its medium, by name. `sha256sum -c SHA256SUMS` checks all of it. List and script are the same on each. */
export function mediumDocuments(list: VolumeList, volume: number, listBytes: Uint8Array, script: Uint8Array): MediumDocuments {
  const { name, parts } = list.volumes[volume] as VolumeList["volumes"][number];
  const hex = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
  const lines = [...parts.map(({ sha256 }, part) => [sha256, partName(name, part)]), [hex(listBytes), VOLUME_LIST_FILE], [hex(script), JOIN_SCRIPT_FILE]];
  const sums = lines.map(([sum, file]) => `${sum}  ${file}\n`).join("");
  return [[VOLUME_LIST_FILE, listBytes], [JOIN_SCRIPT_FILE, script], [VOLUME_SUMS_FILE, new TextEncoder().encode(sums)]];
}

export async function writeMediumDocuments(files: Files, directory: string, documents: MediumDocuments): Promise<void> {
  for (const [file, content] of documents) await files.writeWhole(path.join(directory, file), content);
  await files.makeExecutable(path.join(directory, JOIN_SCRIPT_FILE));
}
