import path from "node:path";
import { readBundle } from "../bundle/read-bundle.ts";
import { DELTA_FILE } from "../bundle/delta/delta-document.ts";
import { readDelta } from "../bundle/delta/apply-delta.ts";
import { openVolumes } from "../bundle/volumes/open-volumes.ts";
import { type SplitSet, splitVolumes } from "../bundle/volumes/split-volumes.ts";
import type { VolumeList } from "../bundle/volumes/volume-list.ts";
import type { Files } from "../domain/files.ts";
import type { JobContext } from "./job-context.ts";
import { readNamingRecord, writeNamingRecord } from "./naming-record.ts";

type Content = VolumeList["content"];

/** Writes a bundle, or a delta, as volumes for media of one size, or finds that an earlier run of this job had just finished when it was killed. @throws as `splitVolumes` */
export async function splitBundle(context: JobContext, request: { readonly bundle: string; readonly out: string; readonly mediumBytes: number; readonly recoveryVolumes: number }): Promise<SplitSet & { content: Content }> {
  const { files, onProgress, signal } = context;
  const content = await contentOf(files, request.bundle);
  const out = path.resolve(request.out);
  const earlier = (await readNamingRecord(context, out)) as SplitSet | undefined;
  if (earlier !== undefined) {
    await openVolumes(files, [out], earlier.set);
    return { content, ...earlier };
  }
  const made = await splitVolumes({
    files, directory: request.bundle, content, out, mediumBytes: request.mediumBytes, recoveryVolumes: request.recoveryVolumes, onProgress, signal, beforeNaming: (ready) => writeNamingRecord(context, out, ready),
  });
  return { content, ...made };
}

async function contentOf(files: Files, directory: string): Promise<Content> {
  const name = nameOf(directory);
  if ((await files.status(path.join(directory, DELTA_FILE))) === undefined) return { kind: "bundle", name, digest: (await readBundle(files, directory)).digest };
  return { kind: "delta", name, digest: (await readDelta(files, directory)).digest };
}

/** The folder's own, as every file system and every shell takes it. */
function nameOf(directory: string): string {
  const plain = path.basename(path.resolve(directory)).normalize("NFKD").replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "").slice(0, 40).replace(/[^A-Za-z0-9]+$/, "");
  return plain === "" ? "bundle" : plain;
}
