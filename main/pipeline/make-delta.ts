import path from "node:path";
import { BLOBS_DIRECTORY } from "../bundle/bundle-layout.ts";
import { makeDelta, type MadeDelta } from "../bundle/delta/make-delta.ts";
import { readBundle } from "../bundle/read-bundle.ts";
import type { JobContext } from "./job-context.ts";
import { readNamingRecord, writeNamingRecord } from "./naming-record.ts";
import { tensorStarts } from "./tensor-starts.ts";

/** Writes what a site that has `base` needs to have `bundle`, tensor by tensor. @throws as `makeDelta` and `readBundle` */
export async function makeBundleDelta(context: JobContext, request: { readonly base: string; readonly bundle: string; readonly out: string }): Promise<MadeDelta> {
  const { files, onProgress, signal } = context;
  const out = path.resolve(request.out);
  const earlier = (await readNamingRecord(context, out)) as MadeDelta | undefined;
  if (earlier !== undefined) return earlier;
  const side = async (directory: string) => {
    const bundle = await readBundle(files, directory);
    // Signatures, sums and scripts beside the blobs differ from copy to copy: a border signs again, other tools leave them out.
    return { directory, digest: bundle.digest, tensors: await tensorStarts(files, bundle), isLasting: (file: string) => file.startsWith(`${BLOBS_DIRECTORY}/`) };
  };
  return makeDelta({ files, base: await side(request.base), next: await side(request.bundle), out, onProgress, signal, beforeNaming: (made) => writeNamingRecord(context, out, made) });
}
