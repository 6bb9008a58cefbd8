import type { Arrangement, Considered, DeviceMemory, EngineKind, Parallelism, PlanCheck, PlanGoal, PlanSpeed, SiteFigures } from "../../shared/schemas/plan.ts";
import { type AcceleratorLoad, acceleratorMemory } from "./accelerator-memory.ts";
import { acceleratorSpeed } from "./accelerator-speed.ts";
import { cacheNumbersPerLayer } from "./cache-width.ts";
import { cpuSpeed } from "./cpu-speed.ts";
import type { DevicePool } from "./device-pools.ts";
import { type EmbeddedForm, embeddedForm, embeddedMemory } from "./embedded-memory.ts";
import { ENGINE_RULES } from "./engine-rules.ts";
import { banded, bandedTime, errorBand } from "./error-band.ts";
import { layouts } from "./layouts.ts";
import type { ModelWork } from "./model-work.ts";
import { planMedia } from "./plan-media.ts";
import type { PlannedModel } from "./planned-model.ts";
import { type Precision, precisionsFor } from "./precisions.ts";
import { runningCost } from "./running-cost.ts";
import { boundOf, type SpeedEstimate } from "./speed-estimate.ts";
import type { WeightShape } from "./weight-shapes.ts";

/** One way to run the model: devices, precision and how it is spread. Context and concurrency are not part of it: they are what is tried on it. */
export interface Candidate {
  readonly engine: EngineKind;
  readonly pool: DevicePool;
  readonly precision: Precision;
  readonly form: EmbeddedForm | null;
  readonly layout: Parallelism;
  readonly cacheBits: 32 | 16 | 8;
}

/** What all candidates of a plan are weighed with. */
export interface Weighing {
  readonly model: PlannedModel;
  readonly shapes: readonly WeightShape[];
  readonly work: ModelWork;
  readonly goal: PlanGoal;
  readonly figures: SiteFigures;
  readonly records: readonly PlanCheck[];
}

type Load = Pick<PlanGoal, "contextTokens" | "concurrency">;

const ONE_DEVICE: Parallelism = { devices: 1, nodes: 1, tensor: 1, data: 1, pipeline: 1, expert: 1, mode: null };

export function candidatesFor(engine: EngineKind, pool: DevicePool, { model, shapes, goal }: Weighing): Candidate[] {
  const precisions = precisionsFor(engine, model, shapes, pool);
  if (engine === "onnx") {
    return precisions.flatMap((precision) => model.forms.filter(({ recipe }) => recipe === precision.name).map((form) => ({ engine, pool, precision, form: embeddedForm(model.spec, model.weights, form), layout: ONE_DEVICE, cacheBits: 32 as const })));
  }
  // Eight bits are float8 in all but llama.cpp, and Ascend before 950 has none.
  const has8Bits = ENGINE_RULES[engine].cache8Bit && (pool.kind !== "ascend" || engine === "llama.cpp");
  const bits = has8Bits ? ([16, 8] as const) : ([16] as const);
  const ways = pool.kind === "cpu" ? [ONE_DEVICE] : layouts(engine, model.spec, pool, goal);
  return precisions.flatMap((precision) => ways.flatMap((layout) => bits.map((cacheBits) => ({ engine, pool, precision, form: null, layout, cacheBits }))));
}

export function memoryOf({ engine, pool, precision, form, layout, cacheBits }: Candidate, { model }: Weighing, load: Load): DeviceMemory {
  if (form !== null) return embeddedMemory({ spec: model.spec, form, ...load }, pool.capacityBytes);
  return acceleratorMemory(acceleratorLoad({ engine, pool, precision, form, layout, cacheBits }, model, load));
}

export const fits = (candidate: Candidate, weighing: Weighing, load: Load): boolean => load.concurrency <= mostSequences(candidate) && memoryOf(candidate, weighing, load).freeBytes >= 0;

const mostSequences = ({ engine, layout }: Candidate): number => (engine === "onnx" ? Number.POSITIVE_INFINITY : (ENGINE_RULES[engine].mostSequences ?? Number.POSITIVE_INFINITY) * layout.data);

function acceleratorLoad({ engine, pool, precision, layout, cacheBits }: Candidate, { spec }: PlannedModel, load: Load): AcceleratorLoad {
  return { engine: engine as Exclude<EngineKind, "onnx">, spec, precision, layout, pool, cacheBits: cacheBits === 8 ? 8 : 16, ...load };
}

export function estimateOf(candidate: Candidate, { model, work }: Weighing, load: Load): SpeedEstimate | null {
  return candidate.pool.kind === "cpu" ? cpuSpeed({ ...candidate, model, ...load }, work) : acceleratorSpeed(acceleratorLoad(candidate, model, load), work);
}

export function considered(candidate: Candidate, weighing: Weighing, load: Load): Considered {
  const { usedBytes, capacityBytes } = memoryOf(candidate, weighing, load);
  return { precision: candidate.precision.name, parallelism: candidate.layout, fits: fits(candidate, weighing, load), usedBytes, capacityBytes, decodeTokensPerSecond: estimateOf(candidate, weighing, load)?.decodeTokensPerSecond ?? null };
}

/** The largest whole number in [0, most] for which `holds`, which must not hold again once it has failed. */
function largest(most: number, holds: (value: number) => boolean): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

const MOST_SEQUENCES = 1 << 20;

export const largestContext = (candidate: Candidate, weighing: Weighing, concurrency: number): number =>
  largest(weighing.model.spec.maxPositions, (contextTokens) => fits(candidate, weighing, { contextTokens, concurrency }));

export const largestConcurrency = (candidate: Candidate, weighing: Weighing, contextTokens: number): number =>
  largest(MOST_SEQUENCES, (concurrency) => fits(candidate, weighing, { contextTokens, concurrency }));

/** A candidate under a load, with everything a person wants to know of it. */
export function arrange(candidate: Candidate, weighing: Weighing, load: Load): Arrangement {
  const { engine, pool, precision, layout, cacheBits } = candidate;
  const { model, figures } = weighing;
  const speed = speedOf(candidate, weighing, load);
  const memory = memoryOf(candidate, weighing, load);
  const { quality: _, ...use } = precision;
  const packageBytes = candidate.form?.packageBytes ?? precision.bytes;
  const residentBytes = memory.parts.reduce((sum, { part, bytes }) => (part.startsWith("weights.") ? sum + bytes : sum), 0);
  return {
    devices: { label: pool.label, row: pool.row, count: layout.devices },
    precision: use, cacheBits,
    cacheBytesPerToken: cacheNumbersPerLayer(model.spec) * model.spec.layers.length * (cacheBits / 8),
    ...load, parallelism: layout, memory,
    largest: largestLoads(candidate, weighing, load),
    speed,
    // The embedded engine keeps its compiled form, raw scales and all, beside the package.
    media: planMedia(packageBytes, engine === "onnx" ? packageBytes * 2 + residentBytes : packageBytes),
    cost: speed === null || speed.decodeTokensPerSecond.value <= 0 ? null : runningCost(figures, pool, layout, speed.decodeTokensPerSecond.value),
  };
}

/** Whatever way of spreading holds most: the same devices, precision and cache. */
function largestLoads(candidate: Candidate, weighing: Weighing, { contextTokens, concurrency }: Load): Arrangement["largest"] {
  const alike = candidate.pool.kind === "cpu" ? [candidate]
    : candidatesFor(candidate.engine, candidate.pool, weighing).filter(({ precision, cacheBits }) => precision.name === candidate.precision.name && cacheBits === candidate.cacheBits);
  let longest = { tokens: -1, candidate };
  let widest = { sequences: -1, candidate };
  for (const each of alike) {
    const tokens = largestContext(each, weighing, concurrency);
    const sequences = largestConcurrency(each, weighing, contextTokens);
    if (tokens > longest.tokens) longest = { tokens, candidate: each };
    if (sequences > widest.sequences) widest = { sequences, candidate: each };
  }
  const { parts, capacityBytes } = memoryOf(widest.candidate, weighing, { contextTokens, concurrency: Math.max(1, widest.candidate.layout.data) });
  const ofSequence = parts.find(({ part }) => part === "cache")?.bytes ?? 0;
  const others = parts.reduce((sum, { part, bytes }) => (part === "cache" ? sum : sum + bytes), 0);
  const { tensor, data, pipeline } = widest.candidate.layout;
  const limit = mostSequences(widest.candidate);
  const isLimited = Number.isFinite(limit);
  const byMemory = "dp × max(0, ⌊(capacity − all but the cache) / cache of a sequence⌋)";
  return {
    contextTokens: longest.tokens, concurrency: widest.sequences,
    derivation: { formula: isLimited ? `min(engine's limit, ${byMemory})` : byMemory, terms: { capacity: capacityBytes, others, sequence: ofSequence, tp: tensor, dp: data, pp: pipeline, ...(isLimited ? { limit } : {}) } },
  };
}

function speedOf(candidate: Candidate, weighing: Weighing, load: Load): PlanSpeed | null {
  const estimate = estimateOf(candidate, weighing, load);
  if (estimate === null) return null;
  const { from, records, decode, prefill } = errorBand(weighing.records, candidate.engine, candidate.pool.label, candidate.pool.kind);
  const ms = (seconds: number): number => seconds * 1000;
  return {
    decodeTokensPerSecond: banded(estimate.decodeTokensPerSecond, decode), decodeTokensPerSecondEach: banded(estimate.decodeTokensPerSecondEach, decode),
    prefillTokensPerSecond: banded(estimate.prefillTokensPerSecond, prefill), timeToFirstTokenMs: bandedTime(estimate.timeToFirstTokenMs, prefill),
    decodeBound: boundOf(estimate.decode), prefillBound: boundOf(estimate.prefill),
    decodeStep: { bandwidthMs: ms(estimate.decode.bandwidth), computeMs: ms(estimate.decode.compute), communicationMs: ms(estimate.decode.communication), latencyMs: ms(estimate.decode.latency), derivation: estimate.derivation },
    band: { from, records, lowRatio: decode.low, highRatio: decode.high },
  };
}
