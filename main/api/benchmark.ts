import { implementer } from "./implementer.ts";
import { startKind } from "./start-kind.ts";

export const benchmark = {
  speed: implementer.benchmark.speed.handler(({ input, context: { workbench } }) => startKind(workbench, "bench.speed", input)),
};
