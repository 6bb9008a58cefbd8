import { isAbsolute } from "node:path";
import { WorkbenchError } from "../../shared/errors.ts";
import { createInstalledRuntime } from "../pipeline/create-runtime.ts";
import { inspectModelBundle } from "../pipeline/inspect-bundle.ts";
import { signModelBundle } from "../pipeline/sign-bundle.ts";
import { implementer } from "./implementer.ts";
import { pinModel } from "./resolve-model.ts";
import { requireAbsolute, startKind } from "./start-kind.ts";
import type { Workbench } from "./workbench.ts";

export const bundle = {
  create: implementer.bundle.create.handler(async ({ input, context: { workbench } }) => {
    requireAbsolute("out", input.out);
    for (const file of [...input.images, ...input.runtimes]) requireAbsolute("an image or a runtime", file);
    const [model = "", ...models] = await Promise.all([input.model, ...input.models].map((reference) => pinModel(workbench, reference)));
    const targets = await Promise.all(input.targets.map(async (target) => (target.model === undefined ? target : { ...target, model: await pinModel(workbench, target.model) })));
    const reports = input.reports.map((reference) => workbench.store.reports.resolve(reference).id);
    return startKind(workbench, "bundle.create", { ...input, model, models, targets, reports });
  }),
  runtime: implementer.bundle.runtime.handler(({ input, signal, context: { workbench: { files, installation } } }) => {
    requireAbsolute("out", input.out);
    return createInstalledRuntime({ files, onProgress: () => {}, signal: signal ?? new AbortController().signal }, { installation, out: input.out });
  }),
  verify: implementer.bundle.verify.handler(async ({ input, context: { workbench } }) => {
    if (input.receipt !== undefined) requireAbsolute("receipt", input.receipt);
    return startKind(workbench, "bundle.verify", { ...input, bundle: await bundlePath(workbench, input.bundle) });
  }),
  sign: implementer.bundle.sign.handler(async ({ input, context: { workbench } }) => {
    requireAbsolute("key", input.key);
    if (input.certificates !== undefined) requireAbsolute("certificates", input.certificates);
    const bundle = await bundlePath(workbench, input.bundle);
    const { files, clock, home, store } = workbench;
    const signed = await signModelBundle({ files, clock, trustDirectory: home.trust }, { ...input, bundle });
    store.audit.append("bundle.sign", signed.digest, { path: bundle, keyId: signed.keyId, purpose: signed.purpose, over: signed.over });
    return signed;
  }),
  install: implementer.bundle.install.handler(async ({ input, context: { workbench } }) => {
    requireAbsolute("to", input.to);
    return startKind(workbench, "bundle.install", { ...input, bundle: await bundlePath(workbench, input.bundle) });
  }),
  inspect: implementer.bundle.inspect.handler(async ({ input, context: { workbench } }) =>
    inspectModelBundle(workbench.files, await bundlePath(workbench, input.bundle))),
  list: implementer.bundle.list.handler(({ context: { workbench } }) => workbench.store.bundles.list()),
};

/** A bundle is named by an absolute path, or by the id or name of one that was made here. */
async function bundlePath(workbench: Workbench, reference: string): Promise<string> {
  const path = isAbsolute(reference) ? reference : workbench.store.bundles.resolve(reference).path;
  if ((await workbench.files.status(path)) === undefined) throw new WorkbenchError("bundle.notFound", { file: path });
  return path;
}
