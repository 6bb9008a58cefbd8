import path from "node:path";
import { WorkbenchError } from "../../../shared/errors.ts";
import type { Files } from "../../domain/files.ts";
import { allVolumes, partCount, partName } from "./volume-geometry.ts";
import { digestOfList, MAX_LIST_BYTES, parseVolumeList, VOLUME_LIST_FILE, type VolumeList } from "./volume-list.ts";

/** One copy of one part of a volume, as it was found. */
export interface FoundPart {
  readonly file: string;
  readonly bytes: number;
}

/** A folder whose list is not that of the set. */
export interface OtherList {
  readonly file: string;
  /** The set that it names; null when it names none: damaged itself, or no list at all. */
  readonly set: string | null;
  readonly reason: string;
}

export interface OpenedVolumes {
  readonly set: string;
  readonly list: VolumeList;
  readonly listBytes: Uint8Array;
  /** Per volume and part, every copy in the folders. */
  readonly parts: readonly (readonly (readonly FoundPart[])[])[];
  readonly otherLists: readonly OtherList[];
}

/** Media hold a few folders; a folder of more is somebody's disk, or made to keep us busy. */
const MAX_FOLDERS = 10_000;

/**
 * Finds the volumes of one set in folders, or in folders of folders; their order and number do not matter. The set is the one that most lists agree on, or the one that is
 * asked for. Nothing is read but the lists; links are not followed.
 * @throws bundle.volumesNotFound, bundle.volumesInvalid when no list can be read, bundle.volumeForeign when lists of two sets are as many, bundle.entryRefused
 */
export async function openVolumes(files: Files, folders: readonly string[], expectedSet?: string): Promise<OpenedVolumes> {
  const places = await placesIn(files, folders);
  const lists = await readLists(files, places);
  const [chosen, ...others] = [...lists.sets].toSorted((a, b) => Number(b[0] === expectedSet) - Number(a[0] === expectedSet) || b[1].places.length - a[1].places.length);
  if (chosen === undefined) {
    const broken = lists.broken[0];
    if (broken === undefined) throw new WorkbenchError("bundle.volumesNotFound", { folders: folders.join(", ") });
    throw broken.error;
  }
  const [set, { list, bytes, places: agreeing }] = chosen;
  const rival = others.find(([, other]) => other.places.length === agreeing.length);
  if (expectedSet !== undefined ? set !== expectedSet : rival !== undefined) throw foreign(expectedSet === undefined ? (rival?.[1].places[0] as string) : (agreeing[0] as string), expectedSet ?? set, expectedSet === undefined ? (rival?.[0] as string) : set);
  return {
    set, list, listBytes: bytes, parts: await findParts(files, places, list),
    otherLists: [...others.flatMap(([other, { places: of }]) => of.map((file) => ({ file, set: other, reason: "it lists another set" }))), ...lists.broken.map(({ file, error }) => ({ file, set: null, reason: reasonOf(error) }))],
  };
}

/** Volumes of two bundles cannot be joined, and which was meant is not for us to say. @throws bundle.volumeForeign */
export function requireOneSet({ set, otherLists }: OpenedVolumes): void {
  const other = otherLists.find((list) => list.set !== null);
  if (other !== undefined) throw foreign(other.file, set, other.set as string);
}

const foreign = (file: string, expected: string, found: string): WorkbenchError => new WorkbenchError("bundle.volumeForeign", { file, expected, found });

function reasonOf(error: WorkbenchError): string {
  return "reason" in error.details ? String(error.details.reason) : error.message;
}

/** The folders, and the folders in them. */
async function placesIn(files: Files, folders: readonly string[]): Promise<string[]> {
  const places = new Set<string>();
  for (const folder of folders) {
    const status = await files.status(folder);
    if (status === undefined) throw new WorkbenchError("files.notFound", { file: folder });
    if (status.kind !== "directory") throw new WorkbenchError("files.notADirectory", { file: folder });
    places.add(folder);
    for (const name of await files.list(folder)) {
      const inner = path.join(folder, name);
      if (places.size < MAX_FOLDERS && (await files.status(inner))?.kind === "directory") places.add(inner);
    }
  }
  return [...places];
}

interface FoundLists {
  readonly sets: Map<string, { readonly list: VolumeList; readonly bytes: Uint8Array; readonly places: string[] }>;
  readonly broken: { readonly file: string; readonly error: WorkbenchError }[];
}

async function readLists(files: Files, places: readonly string[]): Promise<FoundLists> {
  const found: FoundLists = { sets: new Map(), broken: [] };
  for (const place of places) {
    const file = path.join(place, VOLUME_LIST_FILE);
    const status = await files.status(file);
    if (status === undefined) continue;
    try {
      if (status.kind !== "file") throw new WorkbenchError("bundle.entryRefused", { file, reason: `it is a ${status.kind}, not a file` });
      if (status.bytes > MAX_LIST_BYTES) throw new WorkbenchError("bundle.volumesInvalid", { file, reason: `${status.bytes} bytes, at most ${MAX_LIST_BYTES} are read` });
      const bytes = await files.readAll(file, MAX_LIST_BYTES);
      const set = digestOfList(bytes);
      const known = found.sets.get(set);
      if (known === undefined) found.sets.set(set, { list: parseVolumeList(bytes, file), bytes, places: [file] });
      else known.places.push(file);
    } catch (error) {
      // A medium with a scratched list still holds its volume; what is wrong is told if no other medium has a good one.
      if (!(error instanceof WorkbenchError)) throw error;
      found.broken.push({ file, error });
    }
  }
  return found;
}

async function findParts(files: Files, places: readonly string[], list: VolumeList): Promise<FoundPart[][][]> {
  const parts: FoundPart[][][] = [];
  const names = new Map<string, Set<string>>();
  for (const place of places) names.set(place, new Set(await files.list(place)));
  for (let volume = 0; volume < allVolumes(list); volume++) {
    const ofVolume: FoundPart[][] = [];
    for (let part = 0; part < partCount(list, volume); part++) ofVolume.push(await copiesOf(files, names, partName((list.volumes[volume] as { name: string }).name, part)));
    parts.push(ofVolume);
  }
  return parts;
}

async function copiesOf(files: Files, names: ReadonlyMap<string, ReadonlySet<string>>, name: string): Promise<FoundPart[]> {
  const copies: FoundPart[] = [];
  for (const [place, inside] of names) {
    if (!inside.has(name)) continue;
    const file = path.join(place, name);
    const status = await files.status(file);
    if (status === undefined) continue;
    if (status.kind !== "file") throw new WorkbenchError("bundle.entryRefused", { file, reason: `it is a ${status.kind}, not a file` });
    copies.push({ file, bytes: status.bytes });
  }
  return copies;
}
