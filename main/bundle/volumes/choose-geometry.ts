import { WorkbenchError } from "../../../shared/errors.ts";
import { allVolumes, blockCount, partCount, type VolumeGeometry } from "./volume-geometry.ts";
import { LEAST_BLOCK_BYTES, MAX_CODED_VOLUMES, MAX_ROW_BYTES, MAX_VOLUMES, MOST_BLOCK_BYTES, PART_BYTES } from "./volume-list.ts";

/** A volume of fewer blocks would be mostly its own list. */
const LEAST_BLOCKS = 16;

/**
 * The largest volumes that fit the medium beside the list and the script that every medium carries.
 * @throws bundle.volumeSizeUnfit when the medium is too small for the bundle
 */
export function chooseGeometry(placed: readonly { readonly path: string; readonly bytes: number }[], mediumBytes: number, recoveryVolumes: number): VolumeGeometry {
  const bytes = placed.reduce((sum, file) => sum + file.bytes, 0);
  for (let blockBytes = MOST_BLOCK_BYTES; blockBytes >= LEAST_BLOCK_BYTES; blockBytes /= 2) {
    const geometry = withBlocks(placed, { bytes, mediumBytes, recoveryVolumes, blockBytes });
    if (geometry !== null) return geometry;
  }
  const limit = recoveryVolumes > 0 ? MAX_CODED_VOLUMES - recoveryVolumes : MAX_VOLUMES;
  throw new WorkbenchError("bundle.volumeSizeUnfit", { mediumBytes, bytes, limit });
}

function withBlocks(placed: readonly { readonly path: string; readonly bytes: number }[], { bytes, mediumBytes, recoveryVolumes, blockBytes }: { bytes: number; mediumBytes: number; recoveryVolumes: number; blockBytes: number }): VolumeGeometry | null {
  // What the list takes depends on how many volumes there are, and the other way round: it grows towards its answer.
  let taken = 0;
  for (let round = 0; round < 8; round++) {
    const volumeBytes = Math.floor((mediumBytes - taken) / blockBytes) * blockBytes;
    if (volumeBytes < Math.min(LEAST_BLOCKS * blockBytes, Math.ceil(bytes / blockBytes) * blockBytes)) return null;
    const geometry: VolumeGeometry = { bytes, volumeBytes, blockBytes, partBytes: PART_BYTES, recoveryVolumes };
    const count = allVolumes(geometry);
    if (count > (recoveryVolumes > 0 ? MAX_CODED_VOLUMES : MAX_VOLUMES) || (recoveryVolumes > 0 && count * blockBytes > MAX_ROW_BYTES)) return null;
    const needed = documentBytes(placed, geometry);
    if (needed <= taken) return geometry;
    taken = needed;
  }
  return null;
}

/** An upper bound of what list, sums and script take on one medium. */
function documentBytes(placed: readonly { readonly path: string }[], geometry: VolumeGeometry): number {
  let bytes = 6000;
  // Each path stands in the list and twice in the script, at worst with every byte escaped.
  for (const file of placed) bytes += 4 * new TextEncoder().encode(file.path).length + 500;
  for (let volume = 0; volume < allVolumes(geometry); volume++) bytes += 400 + 8 * blockCount(geometry, volume) + 500 * partCount(geometry, volume);
  return bytes;
}
