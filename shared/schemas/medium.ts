/**
 * Media that carry bundles over a border, with the bytes a person can put on them. Source of each: what the standard counts, or the label; sticks hold less than their
 * label says by what their makers keep back, so 3 % are left. One hundredth of every medium is left to its file system.
 */
export const MEDIA = {
  /** A volume that is one file on FAT32: 2^32 − 1 bytes, Microsoft FAT specification (fatgen103), DIR_FileSize. */
  fat32: { bytes: 2 ** 32 - 1 },
  /** ECMA-267: 2,295,104 sectors of 2,048. */
  dvd: { bytes: 4_700_372_992 },
  /** ECMA-267, two layers: 4,171,712 sectors. */
  dvd9: { bytes: 8_543_666_176 },
  /** Blu-ray Disc white paper: 12,219,392 sectors a layer. */
  bd25: { bytes: 25_025_314_816 },
  bd50: { bytes: 50_050_629_632 },
  usb16: { bytes: 15.5e9 },
  usb64: { bytes: 62e9 },
  usb256: { bytes: 248e9 },
} as const satisfies Record<string, { bytes: number }>;
export type Medium = keyof typeof MEDIA;

const FILE_SYSTEM_SHARE = 0.01;

/** What a bundle may take of a medium. */
export function mediumBytes(medium: Medium): number {
  const { bytes } = MEDIA[medium];
  // The limit of one file, not of a medium.
  return medium === "fat32" ? bytes : Math.floor(bytes * (1 - FILE_SYSTEM_SHARE));
}

const UNITS: Readonly<Record<string, number>> = { "": 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 };

/** "dvd" or "64MiB" → bytes; undefined for anything else. */
export function parseMediumBytes(text: string): number | undefined {
  const name = text.trim().toLowerCase();
  if (Object.hasOwn(MEDIA, name)) return mediumBytes(name as Medium);
  const found = /^(\d+(?:\.\d+)?)\s*([kmgt]?i?b?)$/.exec(name);
  const unit = UNITS[found?.[2] ?? "?"];
  if (found === null || unit === undefined) return undefined;
  const bytes = Math.floor(Number(found[1]) * unit);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
