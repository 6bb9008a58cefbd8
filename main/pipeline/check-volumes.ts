import type { VolumeSetCheck } from "../../shared/schemas/bundle.ts";
import { checkVolumes } from "../bundle/volumes/check-volumes.ts";
import type { JobContext } from "./job-context.ts";

export function checkBundleVolumes({ files, onProgress, signal }: JobContext, request: { readonly folders: readonly string[]; readonly expectedSet?: string | undefined }): Promise<VolumeSetCheck> {
  return checkVolumes({ files, ...request, onProgress, signal });
}
