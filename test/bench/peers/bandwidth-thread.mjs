// Compares two equal buffers: memcmp reads both at the speed of memory.
import { parentPort, workerData } from "node:worker_threads";

const left = Buffer.alloc(workerData.bytes / 2, 7);
const right = Buffer.alloc(workerData.bytes / 2, 7);
left.compare(right);
parentPort.postMessage("ready");
parentPort.on("message", () => {
  const started = performance.now();
  left.compare(right);
  parentPort.postMessage(performance.now() - started);
});
