import { closeSync, mkdirSync, openSync, readdirSync, readSync, statSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import type { Files } from "../../../main/domain/files.ts";
import { checkVolumes } from "../../../main/bundle/volumes/check-volumes.ts";
import { joinVolumes } from "../../../main/bundle/volumes/join-volumes.ts";
import { repairVolumes } from "../../../main/bundle/volumes/repair-volumes.ts";
import { splitVolumes } from "../../../main/bundle/volumes/split-volumes.ts";
import { files, fresh } from "../bundle-fixture.ts";

export const KIB = 1024;
const never = new AbortController().signal;
const onProgress = (): void => {};
const content = { kind: "bundle", name: "model", digest: `sha256:${"d".repeat(64)}` } as const;

/** Bytes that repeat nowhere, the same for the same seed. */
export function noise(bytes: number, seed: number): Uint8Array {
  const made = new Uint8Array(bytes);
  let state = seed * 2_654_435_761 + 1;
  for (let at = 0; at < bytes; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    made[at] = state >>> 24;
  }
  return made;
}

export function makeFolder(contents: Readonly<Record<string, Uint8Array>>): string {
  const directory = fresh();
  for (const [name, bytes] of Object.entries(contents)) {
    mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    writeFileSync(path.join(directory, name), bytes);
  }
  return directory;
}

export const split = (directory: string, out: string, { mediumBytes = 160 * KIB, recoveryVolumes = 2, disk = files as Files, signal = never } = {}) =>
  splitVolumes({ files: disk, directory, content, out, mediumBytes, recoveryVolumes, onProgress, signal, beforeNaming: async () => {} });
export const check = (folders: readonly string[], expectedSet?: string) => checkVolumes({ files, folders, expectedSet, onProgress, signal: never });
export const join = (folders: readonly string[], out: string, { expectedSet, maxBytes, disk = files, signal = never }: { expectedSet?: string; maxBytes?: number; disk?: Files; signal?: AbortSignal } = {}) =>
  joinVolumes({ files: disk, folders, out, expectedSet, maxBytes, onProgress, signal, check: async () => {} });
export const repair = (folders: readonly string[], out: string) => repairVolumes({ files, folders, out, onProgress, signal: never, beforeNaming: async () => {} });

export const volumesIn = (folder: string): string[] => readdirSync(folder).sort();
/** The bytes of a volume that one medium holds. */
export const partOf = (folder: string, volume: string): string => path.join(folder, volume, `${volume}.part1`);

export function flip(file: string, at: number): void {
  const handle = openSync(file, "r+");
  const byte = new Uint8Array(1);
  readSync(handle, byte, 0, 1, at % statSync(file).size);
  byte[0] = (byte[0] as number) ^ 0xff;
  writeSync(handle, byte, 0, 1, at % statSync(file).size);
  closeSync(handle);
}
