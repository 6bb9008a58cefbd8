import { collectRuntime } from "../bundle/runtime/collect-runtime.ts";
import { writeRuntime } from "../bundle/runtime/write-runtime.ts";
import type { Installation } from "../domain/installation.ts";
import type { JobContext } from "./job-context.ts";

/** Packs the engine of this installation: for embedded targets here, or on a machine that bundles are made on. @throws bundle.runtimeInvalid */
export async function createInstalledRuntime({ files, onProgress, signal }: Pick<JobContext, "files" | "onProgress" | "signal">, { installation, out }: { readonly installation: Installation; readonly out: string }): Promise<{ path: string; platform: string; components: number }> {
  const collected = await collectRuntime(files, installation, signal);
  const total = collected.entries.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  const onBytes = (bytes: number): void => {
    done += bytes;
    onProgress({ step: "runtime", done, total, unit: "bytes" });
  };
  await writeRuntime(files, collected, out, onBytes, signal);
  return { path: out, platform: collected.document.platform, components: collected.document.components.length };
}
