/** Installing without Sallyport needs the layers as a plain list; a shell cannot read a manifest's JSON. */
export interface ListedLayer {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** What lies under one manifest: a package by its name, or the delivery of all of them. */
export interface ListedPart {
  readonly kind: "package" | "delivery";
  readonly name: string;
  readonly manifestSha256: string;
  /** Hex; "" for the delivery. */
  readonly modelSha256: string;
  readonly layers: readonly ListedLayer[];
}

/**
 * files.tsv. Fields are parted by tabs, the path is the last; `x`: to be made executable.
 *
 *   sallyport-files  1
 *   bundle           sha256:HEX
 *   package          MANIFEST-HEX  MODEL-HEX  NAME          or:  delivery  MANIFEST-HEX
 *   file             HEX  BYTES  x|-  PATH                  of the package or delivery above
 *
 * It depends on the manifests alone, so whoever has a bundle can make it again and compare.
 */
export function formatInstallList(bundleDigest: string, parts: readonly ListedPart[]): string {
  const lines = [["sallyport-files", "1"], ["bundle", bundleDigest]];
  for (const part of parts) {
    lines.push(part.kind === "package" ? ["package", part.manifestSha256, part.modelSha256, plain(part.name)] : ["delivery", part.manifestSha256]);
    for (const { sha256, bytes, path } of part.layers) lines.push(["file", sha256, String(bytes), path.endsWith(".sh") ? "x" : "-", path]);
  }
  return lines.map((fields) => `${fields.join("\t")}\n`).join("");
}

/** Paths were checked when the bundle was made; a model's name may hold anything, and is only there to choose by. */
const plain = (name: string): string => name.replaceAll(/\p{Cc}/gu, " ").trim() || "-";
