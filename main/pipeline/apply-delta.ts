import path from "node:path";
import { type AppliedDelta, applyDelta } from "../bundle/delta/apply-delta.ts";
import { readBundle } from "../bundle/read-bundle.ts";
import type { JobContext } from "./job-context.ts";
import { readNamingRecord, writeNamingRecord } from "./naming-record.ts";

/** Puts a new bundle together from one that is here and a delta, and opens it before it gets its name. @throws as `applyDelta` and `readBundle` */
export async function applyBundleDelta(context: JobContext, request: { readonly delta: string; readonly base: string; readonly out: string; readonly maxBytes?: number | undefined }): Promise<AppliedDelta> {
  const { files, onProgress, signal } = context;
  const out = path.resolve(request.out);
  const earlier = (await readNamingRecord(context, out)) as AppliedDelta | undefined;
  if (earlier !== undefined) return earlier;
  const { digest: baseDigest } = await readBundle(files, request.base);
  return applyDelta({
    files, delta: request.delta, base: request.base, baseDigest, out, maxBytes: request.maxBytes, onProgress, signal,
    check: async (directory, applied) => {
      await readBundle(files, directory, applied.digest);
      await writeNamingRecord(context, out, applied);
    },
  });
}
