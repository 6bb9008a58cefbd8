import { createHash } from "node:crypto";

/** One file of a bundle: it lies somewhere, or is made here. */
export interface BundleSource {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly content: { readonly kind: "file"; readonly file: string } | { readonly kind: "bytes"; readonly bytes: Uint8Array };
}

export const fileSource = (path: string, file: string, { sha256, bytes }: Pick<BundleSource, "sha256" | "bytes">): BundleSource => ({ path, sha256, bytes, content: { kind: "file", file } });

export const madeSource = (path: string, bytes: Uint8Array): BundleSource => ({ path, sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length, content: { kind: "bytes", bytes } });

export const textSource = (path: string, text: string): BundleSource => madeSource(path, new TextEncoder().encode(text));

export const byPath = (a: BundleSource, b: BundleSource): number => (a.path < b.path ? -1 : 1);
