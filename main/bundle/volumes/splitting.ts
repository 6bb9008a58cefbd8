import path from "node:path";
import type { Files } from "../../domain/files.ts";
import { partName, type VolumeGeometry, volumeName } from "./volume-geometry.ts";
import type { SourceFile } from "./volume-source.ts";

/** A split under way. */
export interface Splitting {
  readonly files: Files;
  readonly signal: AbortSignal;
  readonly name: string;
  readonly geometry: VolumeGeometry;
  readonly placed: readonly SourceFile[];
  readonly source: string;
  /** Where the volumes lie until all are whole. */
  readonly partial: string;
  onBytes(bytes: number): void;
}

export function partFile({ partial, name, geometry }: Pick<Splitting, "partial" | "name" | "geometry">, volume: number, part: number): string {
  const folder = volumeName(name, geometry, volume);
  return path.join(partial, folder, partName(folder, part));
}
