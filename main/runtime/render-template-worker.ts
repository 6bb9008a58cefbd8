import { parentPort, workerData } from "node:worker_threads";
import { Template } from "@huggingface/jinja";

const { template, variables } = workerData as { template: string; variables: Record<string, unknown> };
try {
  const text = new Template(template).render({
    ...variables,
    raise_exception: (message: unknown) => {
      throw new Error(String(message));
    },
  });
  parentPort?.postMessage({ text });
} catch (thrown) {
  parentPort?.postMessage({ reason: thrown instanceof Error ? thrown.message : String(thrown) });
}
