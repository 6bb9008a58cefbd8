import { type RepairedVolumes, repairVolumes } from "../bundle/volumes/repair-volumes.ts";
import type { JobContext } from "./job-context.ts";

export function repairBundleVolumes({ files, onProgress, signal }: JobContext, request: { readonly folders: readonly string[]; readonly out: string; readonly expectedSet?: string | undefined }): Promise<RepairedVolumes> {
  return repairVolumes({ files, ...request, onProgress, signal });
}
