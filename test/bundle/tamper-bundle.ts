import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

export const hex = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");

interface Layer {
  mediaType: string;
  digest: string;
  size: number;
  annotations: Record<string, string>;
}
export interface Manifest {
  config: { digest: string; size: number };
  layers: Layer[];
  annotations: Record<string, string>;
}

const FILEPATH = "org.cncf.model.filepath";
const METADATA = "org.cncf.model.file.metadata+json";

export const indexOf = (directory: string) => JSON.parse(readFileSync(path.join(directory, "index.json"), "utf8"));
export const blobAt = (directory: string, digest: string): string => path.join(directory, "blobs/sha256", digest.replace("sha256:", ""));
const manifestOf = (directory: string): Manifest => JSON.parse(readFileSync(blobAt(directory, indexOf(directory).manifests[0].digest), "utf8"));
export const layerOf = (manifest: Manifest, name: string): Layer => manifest.layers.find((layer) => layer.annotations[FILEPATH] === name) as Layer;
export const blobOf = (directory: string, name: string): string => blobAt(directory, layerOf(manifestOf(directory), name).digest);

export const editIndex = (edit: (index: ReturnType<typeof indexOf>) => void) => (directory: string): void => {
  const index = indexOf(directory);
  edit(index);
  writeFileSync(path.join(directory, "index.json"), JSON.stringify(index));
};

/** Writes a manifest text and the index that names it: what an attacker does who can change the medium but not the digest somebody was told. */
export function replaceManifest(directory: string, text: string): void {
  rmSync(blobAt(directory, indexOf(directory).manifests[0].digest));
  writeFileSync(blobAt(directory, hex(text)), text);
  editIndex((index) => Object.assign(index.manifests[0], { digest: `sha256:${hex(text)}`, size: Buffer.byteLength(text) }))(directory);
}

/** Edits manifest and config, and keeps what an attacker would keep consistent: the file metadata and the config's list of digests. */
export const editManifest = (edit: (manifest: Manifest) => void) => (directory: string): void => {
  const manifest = manifestOf(directory);
  edit(manifest);
  for (const layer of manifest.layers) {
    const metadata = layer.annotations[METADATA];
    if (metadata !== undefined) layer.annotations[METADATA] = JSON.stringify({ ...JSON.parse(metadata), name: path.posix.basename(layer.annotations[FILEPATH] ?? ""), size: layer.size });
  }
  const config = JSON.parse(readFileSync(blobAt(directory, manifest.config.digest), "utf8"));
  config.modelfs.diffIds = manifest.layers.map((layer) => layer.digest);
  putConfig(directory, manifest, JSON.stringify(config));
  replaceManifest(directory, JSON.stringify(manifest));
};

export const editConfig = (edit: (config: { descriptor: Record<string, unknown>; modelfs: { diffIds: string[] }; config: Record<string, unknown> }) => void) => (directory: string): void => {
  const manifest = manifestOf(directory);
  const config = JSON.parse(readFileSync(blobAt(directory, manifest.config.digest), "utf8"));
  edit(config);
  putConfig(directory, manifest, JSON.stringify(config));
  replaceManifest(directory, JSON.stringify(manifest));
};

function putConfig(directory: string, manifest: Manifest, text: string): void {
  rmSync(blobAt(directory, manifest.config.digest));
  writeFileSync(blobAt(directory, hex(text)), text);
  Object.assign(manifest.config, { digest: `sha256:${hex(text)}`, size: Buffer.byteLength(text) });
}

/** Puts a file in, as a layer that is consistent in every other way. */
export const addLayer = (name: string, content: string, at: "first" | "last" = "last") => (directory: string): void => {
  writeFileSync(blobAt(directory, hex(content)), content);
  editManifest((manifest) => {
    const like = manifest.layers[0] as Layer;
    const layer = { ...structuredClone(like), digest: `sha256:${hex(content)}`, size: Buffer.byteLength(content) };
    layer.annotations[FILEPATH] = name;
    manifest.layers.splice(at === "first" ? 0 : manifest.layers.length, 0, layer);
  })(directory);
};

/** Puts other content in a layer's place. */
export const replaceLayer = (name: string, change: (content: string) => string) => (directory: string): void => {
  const old = blobOf(directory, name);
  const content = change(readFileSync(old, "utf8"));
  rmSync(old);
  writeFileSync(blobAt(directory, hex(content)), content);
  editManifest((manifest) => Object.assign(layerOf(manifest, name), { digest: `sha256:${hex(content)}`, size: Buffer.byteLength(content) }))(directory);
};

export const renameFirstLayer = (to: string) => editManifest((manifest) => {
  (manifest.layers[0] as Layer).annotations[FILEPATH] = to;
});

export const dropLayer = (name: string) => (directory: string): void => {
  const blob = blobOf(directory, name);
  editManifest((manifest) => {
    manifest.layers = manifest.layers.filter((layer) => layer.annotations[FILEPATH] !== name);
  })(directory);
  rmSync(blob);
};
