import { JOB_REQUESTS } from "../../shared/schemas/job-requests.ts";
import { WorkbenchError } from "../../shared/errors.ts";
import { createInstalledRuntime } from "../pipeline/create-runtime.ts";
import { inspectModelBundle } from "../pipeline/inspect-bundle.ts";
import { readBundleText } from "../pipeline/read-bundle-text.ts";
import { readReceipt } from "../pipeline/read-receipt.ts";
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
  split: implementer.bundle.split.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.split", input)),
  volumes: implementer.bundle.volumes.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.volumes", input)),
  join: implementer.bundle.join.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.join", input)),
  repair: implementer.bundle.repair.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.repair", input)),
  delta: implementer.bundle.delta.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.delta", input)),
  apply: implementer.bundle.apply.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.apply", input)),
  inspect: implementer.bundle.inspect.handler(async ({ input, context: { workbench } }) =>
    inspectModelBundle(workbench.files, await bundlePath(workbench, input.bundle))),
  text: implementer.bundle.text.handler(async ({ input, context: { workbench } }) => readBundleText(workbench.files, await bundlePath(workbench, input.bundle), input.path)),
  receipt: implementer.bundle.receipt.handler(({ input, context: { workbench } }) => {
    const { id, kind, request } = workbench.store.jobs.resolve(input.id);
    const stem = kind === "bundle.verify" ? JOB_REQUESTS[kind].parse(request).receipt : undefined;
    if (stem === undefined) throw new WorkbenchError("usage.invalid", { reason: `${id} was not asked for a receipt` });
    return readReceipt(workbench.files, stem);
  }),
  list: implementer.bundle.list.handler(({ context: { workbench } }) => workbench.store.bundles.list()),
};
