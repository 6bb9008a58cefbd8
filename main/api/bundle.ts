import { isAbsolute } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import { inspectModelBundle } from "../pipeline/inspect-bundle.ts";
import { implementer } from "./implementer.ts";
import { pinPackage } from "./resolve-model.ts";
import { requireAbsolute, startKind } from "./start-kind.ts";
import type { Workbench } from "./workbench.ts";

export const bundle = {
  create: implementer.bundle.create.handler(async ({ input, context: { workbench } }) => {
    requireAbsolute("out", input.out);
    return startKind(workbench, "bundle.create", { model: await pinPackage(workbench, input.model), out: input.out });
  }),
  verify: implementer.bundle.verify.handler(async ({ input, context: { workbench } }) =>
    startKind(workbench, "bundle.verify", { ...input, bundle: await bundlePath(workbench, input.bundle) })),
  install: implementer.bundle.install.handler(async ({ input, context: { workbench } }) => {
    requireAbsolute("to", input.to);
    return startKind(workbench, "bundle.install", { ...input, bundle: await bundlePath(workbench, input.bundle) });
  }),
  split: implementer.bundle.split.handler(async ({ input, context: { workbench } }) => {
    requireAbsolute("out", input.out);
    return startKind(workbench, "bundle.split", { ...input, bundle: await bundlePath(workbench, input.bundle) });
  }),
  volumes: implementer.bundle.volumes.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.volumes", { ...input, folders: absoluteFolders(input.folders) })),
  join: implementer.bundle.join.handler(({ input, context: { workbench } }) => {
    requireAbsolute("out", input.out);
    return startKind(workbench, "bundle.join", { ...input, folders: absoluteFolders(input.folders) });
  }),
  repair: implementer.bundle.repair.handler(({ input, context: { workbench } }) => {
    requireAbsolute("out", input.out);
    return startKind(workbench, "bundle.repair", { ...input, folders: absoluteFolders(input.folders) });
  }),
  delta: implementer.bundle.delta.handler(async ({ input, context: { workbench } }) => {
    requireAbsolute("out", input.out);
    return startKind(workbench, "bundle.delta", { ...input, base: await bundlePath(workbench, input.base), bundle: await bundlePath(workbench, input.bundle) });
  }),
  apply: implementer.bundle.apply.handler(async ({ input, context: { workbench } }) => {
    requireAbsolute("out", input.out);
    return startKind(workbench, "bundle.apply", { ...input, delta: requireAbsolute("delta", input.delta), base: await bundlePath(workbench, input.base) });
  }),
  inspect: implementer.bundle.inspect.handler(async ({ input, context: { workbench } }) =>
    inspectModelBundle(workbench.files, await bundlePath(workbench, input.bundle))),
  list: implementer.bundle.list.handler(({ context: { workbench } }) => workbench.store.bundles.list()),
};

const absoluteFolders = (folders: readonly string[]): string[] => folders.map((folder) => requireAbsolute("folders", folder));

/** A bundle is named by an absolute path, or by the id or name of one that was made here. */
async function bundlePath(workbench: Workbench, reference: string): Promise<string> {
  const path = isAbsolute(reference) ? reference : workbench.store.bundles.resolve(reference).path;
  if ((await workbench.files.status(path)) === undefined) throw new WorkbenchError("bundle.notFound", { file: path });
  return path;
}
