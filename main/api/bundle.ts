import { createInstalledRuntime } from "../pipeline/create-runtime.ts";
import { inspectModelBundle } from "../pipeline/inspect-bundle.ts";
import { signModelBundle } from "../pipeline/sign-bundle.ts";
import { implementer } from "./implementer.ts";
import { bundlePath } from "./pin-request.ts";
import { requireAbsolute } from "./require-absolute.ts";
import { startKind } from "./start-kind.ts";

export const bundle = {
  create: implementer.bundle.create.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.create", input)),
  runtime: implementer.bundle.runtime.handler(({ input, signal, context: { workbench: { files, installation } } }) => {
    requireAbsolute("out", input.out);
    return createInstalledRuntime({ files, onProgress: () => {}, signal: signal ?? new AbortController().signal }, { installation, out: input.out });
  }),
  verify: implementer.bundle.verify.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.verify", input)),
  sign: implementer.bundle.sign.handler(async ({ input, context: { workbench } }) => {
    requireAbsolute("key", input.key);
    if (input.certificates !== undefined) requireAbsolute("certificates", input.certificates);
    const bundle = await bundlePath(workbench, input.bundle);
    const { files, clock, home, store } = workbench;
    const signed = await signModelBundle({ files, clock, trustDirectory: home.trust }, { ...input, bundle });
    store.audit.append("bundle.sign", signed.digest, { path: bundle, keyId: signed.keyId, purpose: signed.purpose, over: signed.over });
    return signed;
  }),
  install: implementer.bundle.install.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.install", input)),
  inspect: implementer.bundle.inspect.handler(async ({ input, context: { workbench } }) =>
    inspectModelBundle(workbench.files, await bundlePath(workbench, input.bundle))),
  list: implementer.bundle.list.handler(({ context: { workbench } }) => workbench.store.bundles.list()),
};
