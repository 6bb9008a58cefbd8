import { createBundle } from "../bundle/create-bundle.ts";
import type { ModelPackage } from "../domain/model-package.ts";
import type { JobContext } from "./job-context.ts";

export async function createModelBundle(
  { files, onProgress, signal }: JobContext, { model, out }: { readonly model: ModelPackage; readonly out: string },
): Promise<{ digest: string; bytes: number; path: string; modelDigest: string }> {
  const made = await createBundle({ files, model, out, onProgress, signal });
  return { ...made, path: out, modelDigest: model.digest };
}
