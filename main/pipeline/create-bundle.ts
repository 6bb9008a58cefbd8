import path from "node:path";
import { createBundle, type MadeBundle } from "../bundle/create-bundle.ts";
import { readBundle } from "../bundle/read-bundle.ts";
import type { ModelPackage } from "../domain/model-package.ts";
import type { JobContext } from "./job-context.ts";
import { readNamingRecord, writeNamingRecord } from "./naming-record.ts";

/** Makes the bundle, or finds that an earlier run of this job had just finished it when it was killed. @throws as `createBundle` */
export async function createModelBundle(context: JobContext, request: { readonly model: ModelPackage; readonly out: string }): Promise<MadeBundle & { path: string; modelDigest: string }> {
  const { files, onProgress, signal } = context;
  const { model } = request;
  const out = path.resolve(request.out);
  const earlier = (await readNamingRecord(context, out)) as MadeBundle | undefined;
  if (earlier !== undefined) await readBundle(files, out, earlier.digest);
  const made = earlier ?? (await createBundle({ files, model, out, onProgress, signal, beforeNaming: (ready) => writeNamingRecord(context, out, ready) }));
  return { ...made, path: out, modelDigest: model.digest };
}
