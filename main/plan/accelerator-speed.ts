import type { AcceleratorLoad } from "./accelerator-memory.ts";
import { sequenceCacheBytes, stageLayers } from "./accelerator-memory.ts";
import { ENGINE_RULES, stepTokens } from "./engine-rules.ts";
import { type ModelWork, touchedExperts } from "./model-work.ts";
import { ACCELERATOR_SHARES, ALONE_LATENCY_SHARE, LAYER_LATENCY_SECONDS, NODE_LINK_BYTES_PER_SECOND } from "./speed-figures.ts";
import { type SpeedEstimate, stepSeconds, type StepTime } from "./speed-estimate.ts";
import { memoryPartOf } from "./weight-shapes.ts";

/** Bytes of an activation that travels between devices: 16 bits on the way back, 8 on the way there for the exchange of experts. */
const ACTIVATION_BYTES = 2;
const EXCHANGE_BYTES = 3;
/** PCIe 4 with half of its lanes: what is left where the table names no link. */
const LEAST_LINK = 16e9;

interface Rates {
  readonly bandwidth: number;
  readonly operations: number;
  readonly attentionOperations: number;
  /** Inside a node, and to the experts of other nodes. */
  readonly link: number;
  readonly exchangeLink: number;
  readonly layerSeconds: number;
}

/**
 * Roofline of one device of a stage, all devices alike: the slower of reading bytes and multiplying, and what a layer takes besides. Speculative decoding (MTP) is left out:
 * where an engine uses it, decoding is faster by the tokens it accepts a step. @returns null where the tables do not know the device
 */
export function acceleratorSpeed(load: AcceleratorLoad, work: ModelWork): SpeedEstimate | null {
  const rates = ratesOf(load);
  if (rates === null) return null;
  const { layout, concurrency, contextTokens, spec } = load;
  const perReplica = Math.ceil(concurrency / layout.data);
  // A pipeline works on as many batches as it has stages, where the engine overlaps them.
  const batches = ENGINE_RULES[load.engine].overlapsDecode ? Math.min(layout.pipeline, perReplica) : 1;
  const sequences = perReplica / batches;
  const decode = decodeStep(load, work, rates, sequences);
  const tokenSeconds = layout.pipeline * stepSeconds(decode);
  const prefill = prefillStep(load, work, rates);
  const chunk = Math.min(stepTokens(load.engine, contextTokens), Math.max(1, contextTokens));
  const chunkSeconds = stepSeconds(prefill);
  const prompt = Math.max(1, Math.floor(contextTokens / 2));
  const chunks = Math.ceil(prompt / chunk);
  return {
    decodeTokensPerSecond: concurrency / tokenSeconds,
    decodeTokensPerSecondEach: 1 / tokenSeconds,
    prefillTokensPerSecond: (layout.data * chunk) / chunkSeconds,
    timeToFirstTokenMs: 1000 * (chunkSeconds * Math.min(1, prompt / chunk) * (chunks + layout.pipeline - 1)),
    decode, prefill,
    derivation: {
      formula: "pp × (max(bytes / (0.6 W), operations / (0.4 F)) + exchanged bytes / (0.7 X) + layers × t)",
      terms: {
        bytes: decodeBytes(load, sequences), W: rates.bandwidth, operations: decodeOperations(load, work, sequences), F: rates.operations, X: rates.link, X_nodes: rates.exchangeLink, layers: stageLayers(spec, layout), t: rates.layerSeconds, pp: layout.pipeline,
        B: sequences * layout.data, touchedExperts: touchedExperts(spec, sequences * layout.data),
      },
    },
  };
}

function ratesOf({ pool, precision, layout }: AcceleratorLoad): Rates | null {
  const { device, share } = pool;
  if (device === null || pool.kind === "cpu" || pool.bandwidthBytesPerSecond === null) return null;
  const { peaks } = device;
  const sixteen = peaks.bf16 ?? peaks.fp16;
  const operations = { float32: sixteen / 2, bf16: sixteen, fp16: peaks.fp16, fp8: peaks.fp8 ?? sixteen, int8: peaks.int8, fp4: peaks.fp4 ?? peaks.fp8 ?? sixteen }[precision.computesIn];
  const isBlackwell = pool.computeCapability !== null && pool.computeCapability >= 10;
  const link = device.link?.bytesPerSecond ?? LEAST_LINK;
  const family = pool.kind === "nvidia" ? (isBlackwell ? "nvidiaBlackwell" : "nvidia") : device.family === "310P" ? "ascend310P" : "ascend";
  return {
    bandwidth: pool.bandwidthBytesPerSecond, operations: operations * share, attentionOperations: sixteen * share,
    link, exchangeLink: layout.nodes > 1 ? Math.min(link, NODE_LINK_BYTES_PER_SECOND[pool.kind]) : link,
    layerSeconds: LAYER_LATENCY_SECONDS[family] * (layout.devices === 1 ? ALONE_LATENCY_SHARE : 1),
  };
}

/** Weights that a step of `tokens` tokens reads on one device: experts as far as somebody chose them. */
function weightBytes({ spec, precision, layout }: AcceleratorLoad, tokens: number): number {
  const ofStage = stageLayers(spec, layout) / spec.layers.length;
  const touched = touchedExperts(spec, tokens * layout.data) / layout.expert;
  return precision.classes.reduce((sum, { weightClass, bytes }) => {
    if (weightClass === "embed_tokens" && !spec.tiedEmbeddings) return sum;
    const part = memoryPartOf(weightClass as Parameters<typeof memoryPartOf>[0]);
    if (part === "weights.experts") return sum + bytes * touched * ofStage;
    return sum + (bytes / (part === "weights.other" ? 1 : layout.tensor)) * (part === "weights.embedding" ? 1 : ofStage);
  }, 0);
}

const decodeBytes = (load: AcceleratorLoad, sequences: number): number => weightBytes(load, sequences) + sequences * sequenceCacheBytes(load, load.contextTokens);

const decodeOperations = ({ spec, layout, contextTokens }: AcceleratorLoad, work: ModelWork, sequences: number): number =>
  (stageLayers(spec, layout) / spec.layers.length) * sequences * ((work.commonOperations + contextTokens * work.decodePerContextToken) / layout.tensor + (work.expertOperations * layout.data) / expertWays(layout));

/** Devices that a token's expert work is spread over. */
const expertWays = ({ expert, tensor }: AcceleratorLoad["layout"]): number => Math.max(expert, tensor);

function decodeStep(load: AcceleratorLoad, work: ModelWork, rates: Rates, sequences: number): StepTime {
  const { bandwidth, compute } = ACCELERATOR_SHARES;
  return {
    bandwidth: decodeBytes(load, sequences) / (rates.bandwidth * bandwidth),
    compute: decodeOperations(load, work, sequences) / (rates.operations * compute),
    communication: exchangeSeconds(load, rates, sequences),
    latency: stageLayers(load.spec, load.layout) * rates.layerSeconds,
  };
}

function prefillStep(load: AcceleratorLoad, work: ModelWork, rates: Rates): StepTime {
  const { spec, layout, engine, contextTokens } = load;
  const tokens = Math.min(stepTokens(engine, contextTokens), Math.max(1, contextTokens));
  const ofStage = stageLayers(spec, layout) / spec.layers.length;
  // Half the context lies behind a prompt's average token.
  const attention = (work.prefillPerContextToken * contextTokens) / 2 / layout.tensor / (rates.attentionOperations * ACCELERATOR_SHARES.compute);
  const linear = (work.commonOperations / layout.tensor + (work.expertOperations * layout.data) / expertWays(layout)) / (rates.operations * ACCELERATOR_SHARES.compute);
  return {
    bandwidth: weightBytes(load, tokens) / (rates.bandwidth * ACCELERATOR_SHARES.bandwidth),
    compute: ofStage * tokens * (attention + linear),
    communication: exchangeSeconds(load, rates, tokens),
    latency: stageLayers(spec, layout) * rates.layerSeconds,
  };
}

/** Two all-reduces a layer under tensor parallelism; there and back to the experts where replicas share them. */
function exchangeSeconds({ spec, layout }: AcceleratorLoad, rates: Rates, tokens: number): number {
  const { hiddenSize } = spec;
  const reduce = 2 * 2 * ((layout.tensor - 1) / layout.tensor) * tokens * hiddenSize * ACTIVATION_BYTES;
  const exchange = spec.moe === null || layout.data === 1 ? 0 : tokens * spec.moe.expertsPerToken * hiddenSize * EXCHANGE_BYTES;
  return (stageLayers(spec, layout) * (reduce / rates.link + exchange / rates.exchangeLink)) / ACCELERATOR_SHARES.communication;
}
