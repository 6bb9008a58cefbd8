/** What decides where every byte of a set lies. All lengths in bytes. */
export interface VolumeGeometry {
  /** Of the concatenation of all files. */
  readonly bytes: number;
  /** Of a data volume; the last holds the rest. A whole number of blocks. */
  readonly volumeBytes: number;
  /** What is checked and repaired at a time. */
  readonly blockBytes: number;
  /** No file of a medium is longer, so that FAT32 and every disc's file system hold it. A whole number of blocks. */
  readonly partBytes: number;
  readonly recoveryVolumes: number;
}

export function dataVolumes({ bytes, volumeBytes }: VolumeGeometry): number {
  return Math.max(1, Math.ceil(bytes / volumeBytes));
}

export const allVolumes = (geometry: VolumeGeometry): number => dataVolumes(geometry) + geometry.recoveryVolumes;

/** Of one volume: data volumes come first, recovery volumes after them, as long as the longest. */
export function volumeLength(geometry: VolumeGeometry, volume: number): number {
  const longest = Math.min(geometry.volumeBytes, geometry.bytes);
  return volume < dataVolumes(geometry) ? Math.min(longest, geometry.bytes - volume * geometry.volumeBytes) : longest;
}

export const blockCount = (geometry: VolumeGeometry, volume: number): number => Math.ceil(volumeLength(geometry, volume) / geometry.blockBytes);

/** The last block of a volume is shorter; a row of blocks is coded as if zeros followed. */
export function blockLength(geometry: VolumeGeometry, volume: number, block: number): number {
  return Math.max(0, Math.min(geometry.blockBytes, volumeLength(geometry, volume) - block * geometry.blockBytes));
}

export const partCount = (geometry: VolumeGeometry, volume: number): number => Math.ceil(volumeLength(geometry, volume) / geometry.partBytes);

export function partLength(geometry: VolumeGeometry, volume: number, part: number): number {
  return Math.min(geometry.partBytes, volumeLength(geometry, volume) - part * geometry.partBytes);
}

/** Blocks of every volume at the same place, the unit of repair. */
export const rowCount = (geometry: VolumeGeometry): number => blockCount(geometry, 0);

/** NAME.vol003, NAME.recovery01: the folder of one medium. */
export function volumeName(name: string, geometry: VolumeGeometry, volume: number): string {
  const data = dataVolumes(geometry);
  return volume < data ? `${name}.vol${String(volume + 1).padStart(3, "0")}` : `${name}.recovery${String(volume - data + 1).padStart(2, "0")}`;
}

export const partName = (volume: string, part: number): string => `${volume}.part${part + 1}`;
