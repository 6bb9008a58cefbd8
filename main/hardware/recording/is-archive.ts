/** First bytes of zip (and of office documents, which are such), gzip, xz, 7z, bzip2, zstd and rar. */
const BEGINNINGS: readonly (readonly number[])[] = [
  [0x50, 0x4b, 0x03, 0x04], [0x50, 0x4b, 0x05, 0x06], [0x1f, 0x8b], [0xfd, 0x37, 0x7a, 0x58, 0x5a], [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], [0x42, 0x5a, 0x68], [0x28, 0xb5, 0x2f, 0xfd], [0x52, 0x61, 0x72, 0x21, 0x1a],
];
const TAR = { at: 257, bytes: [0x75, 0x73, 0x74, 0x61, 0x72] } as const;

/** Whether files are packed in this one. By its content: a tar of texts would else be read as one text, with all its files mixed. */
export function isArchive(bytes: Uint8Array): boolean {
  return BEGINNINGS.some((beginning) => beginning.every((byte, i) => bytes[i] === byte)) || TAR.bytes.every((byte, i) => bytes[TAR.at + i] === byte);
}
