import path from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import { readDelta } from "../bundle/delta/apply-delta.ts";
import { readBundle } from "../bundle/read-bundle.ts";
import { type JoinedVolumes, joinVolumes } from "../bundle/volumes/join-volumes.ts";
import type { JobContext } from "./job-context.ts";
import { readNamingRecord, writeNamingRecord } from "./naming-record.ts";

export interface JoinBundle {
  readonly folders: readonly string[];
  readonly out: string;
  readonly expectedSet?: string | undefined;
  readonly maxBytes?: number | undefined;
}

/** Joins volumes to the bundle, or the delta, that their list names, and opens it before it gets its name. @throws as `joinVolumes` and `readBundle` */
export async function joinBundle(context: JobContext, request: JoinBundle): Promise<JoinedVolumes> {
  const { files, onProgress, signal } = context;
  const out = path.resolve(request.out);
  const earlier = (await readNamingRecord(context, out)) as JoinedVolumes | undefined;
  if (earlier !== undefined) return earlier;
  return joinVolumes({
    files, folders: request.folders, out, expectedSet: request.expectedSet, maxBytes: request.maxBytes, onProgress, signal,
    check: async (directory, joined) => {
      const { kind, digest } = joined.content;
      const found = kind === "bundle" ? (await readBundle(files, directory, digest)).digest : (await readDelta(files, directory)).digest;
      if (found !== digest) throw new WorkbenchError("bundle.digestMismatch", { expected: digest, found });
      await writeNamingRecord(context, out, joined);
    },
  });
}
