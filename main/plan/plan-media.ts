import type { PlanMedia } from "../../shared/schemas/plan.ts";

/** The largest file of FAT32, the file system of sticks that every machine reads. */
const FAT32_FILE_BYTES = 2 ** 32 - 1;
/** User data of a medium, as standards and labels say. */
const MEDIA_BYTES = { dvd5: 4_700_372_992, dvd9: 8_543_666_176, bd25: 25_025_314_816, usb64: 62e9, usb256: 248e9 } as const;

/** What carries `weightBytes` through the gate: media are filled whole, because bundles split at any byte. */
export function planMedia(weightBytes: number, diskBytes: number): PlanMedia {
  const pieces = (bytes: number): number => Math.ceil(weightBytes / bytes);
  return {
    weightBytes, diskBytes, fat32Files: pieces(FAT32_FILE_BYTES), dvd5: pieces(MEDIA_BYTES.dvd5), dvd9: pieces(MEDIA_BYTES.dvd9), bd25: pieces(MEDIA_BYTES.bd25), usb64: pieces(MEDIA_BYTES.usb64), usb256: pieces(MEDIA_BYTES.usb256),
  };
}
