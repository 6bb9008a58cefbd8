import { implementer } from "./implementer.ts";
import { pinPackage } from "./resolve-model.ts";
import { startKind } from "./start-kind.ts";

export const benchmark = {
  speed: implementer.benchmark.speed.handler(async ({ input, context: { workbench } }) =>
    startKind(workbench, "bench.speed", { ...input, model: await pinPackage(workbench, input.model) })),
};
