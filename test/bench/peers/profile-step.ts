/**
 * Where a step's time goes: ONNX Runtime's profiler over a few steps behind S cached rows of noise.
 *   node profile-step.ts GRAPH_DIRECTORY MANIFEST [--past 128] [--new 1] [--steps 24] [--threads 2]
 * Prints one JSON object. A process of its own, because profiling slows every node down.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import ort from "onnxruntime-node";
import { PackageManifest } from "../../../shared/schemas/model-package.ts";
import { type Part, partsOf } from "./node-parts.ts";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { past: { type: "string", default: "128" }, new: { type: "string", default: "1" }, steps: { type: "string", default: "24" }, threads: { type: "string", default: "2" } },
});
const [graphDirectory = "", manifestFile = ""] = positionals;
const pastTokens = Number(options.past);
const newTokens = Number(options.new);
const steps = Number(options.steps);
const WARM_UP_STEPS = 3;

interface Row {
  key: string;
  part: Part;
  operator: string;
  microseconds: number;
  calls: number;
}

const manifest = PackageManifest.parse(JSON.parse(readFileSync(manifestFile, "utf8")));
const traces = mkdtempSync(path.join(tmpdir(), "profile-"));
const graphFile = path.join(graphDirectory, "graph.onnx");
const partOf = partsOf(graphFile);
/** As main/runtime/model-session.ts makes it. */
const sessionOptions: ort.InferenceSession.SessionOptions = {
  executionProviders: ["cpu"], intraOpNumThreads: Number(options.threads), interOpNumThreads: 1, graphOptimizationLevel: "all", executionMode: "sequential", enableMemPattern: false, logSeverityLevel: 3,
};

const { spec } = manifest;
const noise = Float32Array.from({ length: pastTokens * Math.max(...manifest.cache.map((stream) => stream.width)) }, () => Math.random() - 0.5);
const feeds = (step: number): Record<string, ort.Tensor> => ({
  input_ids: new ort.Tensor("int64", BigInt64Array.from({ length: newTokens }, (_, i) => BigInt(300 + ((i * 7919 + step * 104729) % (spec.vocabSize - 600)))), [newTokens]),
  position_ids: new ort.Tensor("int64", BigInt64Array.from({ length: newTokens }, (_, i) => BigInt(pastTokens + i)), [newTokens]),
  logit_rows: new ort.Tensor("int64", BigInt64Array.of(BigInt(newTokens - 1)), [1]),
  hidden_shape: new ort.Tensor("int64", BigInt64Array.of(-1n, BigInt(spec.hiddenSize)), [2]),
  inverse_frequencies: new ort.Tensor("float32", Float32Array.from(spec.rope.inverseFrequencies), [spec.rope.inverseFrequencies.length]),
  ...Object.fromEntries(manifest.cache.map((stream) => [stream.past, new ort.Tensor("float32", noise.subarray(0, pastTokens * stream.width), [pastTokens, stream.width])])),
});

/** @returns milliseconds per step behind the warm-up */
async function run(session: ort.InferenceSession): Promise<number> {
  let started = 0;
  for (let step = 0; step < WARM_UP_STEPS + steps; step++) {
    if (step === WARM_UP_STEPS) started = performance.now();
    await session.run(feeds(step));
  }
  return (performance.now() - started) / steps;
}

const plain = await ort.InferenceSession.create(graphFile, sessionOptions);
const plainStepMs = await run(plain);
await plain.release();
const session = await ort.InferenceSession.create(graphFile, { ...sessionOptions, enableProfiling: true, profileFilePrefix: path.join(traces, "trace") });
await run(session);
session.endProfiling();
await session.release();

interface TraceEvent {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly args?: { readonly op_name?: string; readonly input_type_shape?: readonly Readonly<Record<string, readonly number[]>>[] };
}
const [trace = ""] = readdirSync(traces);
const events = JSON.parse(readFileSync(path.join(traces, trace), "utf8")) as TraceEvent[];
rmSync(traces, { recursive: true });

const runs = events.filter((event) => event.name === "model_run");
// Events lie in the order they ended: everything up to the warm-up's last model_run is not counted.
const firstCounted = events.indexOf(runs[WARM_UP_STEPS - 1] as TraceEvent) + 1;
const rows = new Map<string, Row>();
let nodeMicroseconds = 0;
for (const { cat, name, dur, args } of events.slice(firstCounted)) {
  if (cat !== "Node" || !name.endsWith("_kernel_time")) continue;
  // Experts nobody chose get zero rows, and still cost a call.
  const rowsIn = Object.values(args?.input_type_shape?.[0] ?? {})[0]?.[0];
  const operator = `${args?.op_name ?? "?"}${rowsIn === 0 ? " of no rows" : ""}`;
  const part = partOf(name.slice(0, -"_kernel_time".length), operator);
  const key = `${part} · ${operator}`;
  const row = rows.get(key) ?? { key, part, operator, microseconds: 0, calls: 0 };
  row.microseconds += dur;
  row.calls += 1;
  rows.set(key, row);
  nodeMicroseconds += dur;
}
const runMicroseconds = runs.slice(WARM_UP_STEPS).reduce((sum, run) => sum + run.dur, 0);
console.log(JSON.stringify({
  pastTokens, newTokens, steps, plainStepMs, stepMs: runMicroseconds / steps / 1000, betweenNodesMs: (runMicroseconds - nodeMicroseconds) / steps / 1000,
  rows: [...rows.values()].map(({ part, operator, microseconds, calls }) => ({ part, operator, msPerStep: microseconds / steps / 1000, callsPerStep: calls / steps })).sort((a, b) => b.msPerStep - a.msPerStep),
}));
