import path from "node:path";
import { type RepairedVolumes, repairVolumes } from "../bundle/volumes/repair-volumes.ts";
import type { JobContext } from "./job-context.ts";
import { readNamingRecord, writeNamingRecord } from "./naming-record.ts";

/** Writes lost and damaged volumes anew, or finds that an earlier run of this job had just done so when it was killed. @throws as `repairVolumes` */
export async function repairBundleVolumes(context: JobContext, request: { readonly folders: readonly string[]; readonly out: string; readonly expectedSet?: string | undefined }): Promise<RepairedVolumes> {
  const { files, onProgress, signal } = context;
  const out = path.resolve(request.out);
  const earlier = (await readNamingRecord(context, out)) as RepairedVolumes | undefined;
  return earlier ?? repairVolumes({ files, ...request, out, onProgress, signal, beforeNaming: (repaired) => writeNamingRecord(context, out, repaired) });
}
