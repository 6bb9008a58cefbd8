import { inspectModelBundle } from "../pipeline/inspect-bundle.ts";
import { implementer } from "./implementer.ts";
import { bundlePath } from "./pin-request.ts";
import { startKind } from "./start-kind.ts";

export const bundle = {
  create: implementer.bundle.create.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.create", input)),
  verify: implementer.bundle.verify.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.verify", input)),
  install: implementer.bundle.install.handler(({ input, context: { workbench } }) => startKind(workbench, "bundle.install", input)),
  inspect: implementer.bundle.inspect.handler(async ({ input, context: { workbench } }) =>
    inspectModelBundle(workbench.files, await bundlePath(workbench, input.bundle))),
  list: implementer.bundle.list.handler(({ context: { workbench } }) => workbench.store.bundles.list()),
};
