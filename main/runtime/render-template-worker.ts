import { parentPort, workerData } from "node:worker_threads";
import { Template } from "@huggingface/jinja";

const { template, variables } = workerData as { template: string; variables: Record<string, unknown> };
try {
  const text = new Template(template).render(variables);
  parentPort?.postMessage({ text });
} catch (thrown) {
  parentPort?.postMessage({ reason: thrown instanceof Error ? thrown.message : String(thrown) });
}
