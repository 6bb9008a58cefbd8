import { z } from "zod";
import { WeightFormat } from "./weight-format.ts";

/*
 * What a model needs on a machine, engine by engine. Every figure says by which formula it came about and what was put in, so that it can be
 * checked with pencil and paper; words for people belong to the hosts, keyed by the codes in here.
 */

export const ENGINE_KINDS = ["onnx", "llama.cpp", "vllm", "vllm-ascend", "sglang", "tensorrt-llm", "mindie"] as const;
export const EngineKind = z.enum(ENGINE_KINDS);
export type EngineKind = z.infer<typeof EngineKind>;

export const PLAN_PREFERENCES = ["smallest", "fastest", "best-quality"] as const;
export const PlanPreference = z.enum(PLAN_PREFERENCES);
export type PlanPreference = z.infer<typeof PlanPreference>;

const details = z.record(z.string().max(64), z.union([z.string().max(4096), z.number(), z.boolean()]));
/** Something a person must know, by code of main/plan's own list; the words belong to the hosts. */
export const PlanNote = z.strictObject({ code: z.string().regex(/^[a-z]+\.[A-Za-z0-9]+$/).max(64), details });
export type PlanNote = z.infer<typeof PlanNote>;

/** A formula in the symbols of main/spec/symbols.ts, and what its letters stood for. */
export const Derivation = z.strictObject({ formula: z.string().max(512), terms: z.record(z.string().max(64), z.number()) });
export type Derivation = z.infer<typeof Derivation>;

export const MEMORY_PARTS = ["weights.experts", "weights.attention", "weights.mlp", "weights.embedding", "weights.other", "cache", "activations", "runtime", "reserve", "taken"] as const;
export const MemoryPart = z.strictObject({ part: z.enum(MEMORY_PARTS), bytes: z.number().nonnegative(), derivation: Derivation });
export type MemoryPart = z.infer<typeof MemoryPart>;

/** One device of those that carry the model; all carry the same, the fullest one is shown. */
export const DeviceMemory = z.strictObject({
  capacityBytes: z.number().nonnegative(),
  usedBytes: z.number().nonnegative(),
  /** Negative: so much is missing. */
  freeBytes: z.number(),
  parts: z.array(MemoryPart),
});
export type DeviceMemory = z.infer<typeof DeviceMemory>;

/** devices = tensor × data × pipeline, over all nodes. */
export const Parallelism = z.strictObject({
  devices: z.int().positive(), nodes: z.int().positive(), tensor: z.int().positive(), data: z.int().positive(), pipeline: z.int().positive(),
  /** Devices that the experts of a layer are spread over; 1: none, or not spread. */
  expert: z.int().positive(),
  /** How the engine itself spans nodes: its own words ("nnodes", "data-parallel ranks"); null on one node. */
  mode: z.string().max(64).nullable(),
});
export type Parallelism = z.infer<typeof Parallelism>;

export const PrecisionUse = z.strictObject({
  /** "fp8", "w8a8", "int4", "Q4_0" … */
  name: z.string().max(64),
  /** Bytes per class of weights, whole model. */
  classes: z.array(z.strictObject({ weightClass: z.string().max(64), format: WeightFormat, bytes: z.number().nonnegative() })),
  bytes: z.number().nonnegative(),
  bitsPerWeight: z.number().positive(),
  computesIn: z.enum(["float32", "bf16", "fp16", "fp8", "int8", "fp4"]),
  /** Who makes files in this precision: Sallyport, the model's publisher, or a tool by name. */
  maker: z.string().max(64),
  madeBySallyport: z.boolean(),
});
export type PrecisionUse = z.infer<typeof PrecisionUse>;

export const Band = z.strictObject({ value: z.number().nonnegative(), low: z.number().nonnegative(), high: z.number().nonnegative() });
export type Band = z.infer<typeof Band>;

export const SPEED_BOUNDS = ["bandwidth", "compute", "communication", "latency"] as const;
export const SpeedBound = z.enum(SPEED_BOUNDS);
export type SpeedBound = z.infer<typeof SpeedBound>;

export const PlanSpeed = z.strictObject({
  /** All sequences together. */
  decodeTokensPerSecond: Band,
  decodeTokensPerSecondEach: Band,
  prefillTokensPerSecond: Band,
  /** One prompt of half the context on an idle system. */
  timeToFirstTokenMs: Band,
  decodeBound: SpeedBound,
  prefillBound: SpeedBound,
  /** Milliseconds of one decode step, by what they are spent on. */
  decodeStep: z.strictObject({ bandwidthMs: z.number(), computeMs: z.number(), communicationMs: z.number(), latencyMs: z.number(), derivation: Derivation }),
  /** Where the band comes from: records of `plan check`, or a stated prior. */
  band: z.strictObject({ from: z.enum(["records", "prior"]), records: z.int().nonnegative(), lowRatio: z.number().positive(), highRatio: z.number().positive() }),
});
export type PlanSpeed = z.infer<typeof PlanSpeed>;

export const PlanMedia = z.strictObject({
  weightBytes: z.number().nonnegative(),
  /** What the disk of the target must hold: files, and what the engine derives from them. */
  diskBytes: z.number().nonnegative(),
  fat32Files: z.int().nonnegative(),
  dvd5: z.int().nonnegative(), dvd9: z.int().nonnegative(), bd25: z.int().nonnegative(), usb64: z.int().nonnegative(), usb256: z.int().nonnegative(),
});
export type PlanMedia = z.infer<typeof PlanMedia>;

export const SiteFigures = z.strictObject({
  formatVersion: z.literal(1),
  currency: z.string().min(1).max(8),
  pricePerKilowattHour: z.number().nonnegative(),
  /** Power of the building over power of the machines. */
  powerUsageEffectiveness: z.number().min(1).max(10),
  /** Of a node without its accelerators. */
  hostPowerWatts: z.number().nonnegative(),
  /** Of one accelerator; null: the device table's. */
  devicePowerWatts: z.number().nonnegative().nullable(),
  hostPrice: z.number().nonnegative(),
  /** By row of the device tables; "other" for the rest. */
  devicePrices: z.record(z.string().max(64), z.number().nonnegative()),
  yearsOfUse: z.number().positive().max(50),
  /** Share of the hours in which it works at the predicted speed. */
  use: z.number().positive().max(1),
});
export type SiteFigures = z.infer<typeof SiteFigures>;

export const RunningCost = z.strictObject({
  powerWatts: z.number().nonnegative(),
  kilowattHoursPerMillionTokens: z.number().nonnegative(),
  energyCostPerMillionTokens: z.number().nonnegative(),
  hardwareCostPerMillionTokens: z.number().nonnegative(),
  costPerMillionTokens: z.number().nonnegative(),
  currency: z.string().max(8),
  derivation: Derivation,
});
export type RunningCost = z.infer<typeof RunningCost>;

/** What a plan may change so that the model fits. */
export const PlanChange = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("context"), tokens: z.int().positive() }),
  z.strictObject({ kind: z.literal("concurrency"), sequences: z.int().positive() }),
  z.strictObject({ kind: z.literal("cacheBits"), bits: z.literal(8) }),
  /** `expertsOnly`: all else stays as it was. */
  z.strictObject({ kind: z.literal("precision"), from: z.string().max(64), to: z.string().max(64), expertsOnly: z.boolean() }),
  z.strictObject({ kind: z.literal("nodes"), nodes: z.int().positive(), devices: z.int().positive() }),
]);
export type PlanChange = z.infer<typeof PlanChange>;

export const Verdict = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("fits") }),
  z.strictObject({ kind: z.literal("fitsWith"), changes: z.array(PlanChange).min(1) }),
  /** Bytes of the fullest device in the arrangement that comes nearest. */
  z.strictObject({ kind: z.literal("doesNotFit"), needBytes: z.number(), haveBytes: z.number(), derivation: Derivation }),
  z.strictObject({ kind: z.literal("cannotRun") }),
]);
export type Verdict = z.infer<typeof Verdict>;

/** One way that was weighed. */
export const Considered = z.strictObject({
  precision: z.string().max(64), parallelism: Parallelism, fits: z.boolean(), usedBytes: z.number(), capacityBytes: z.number(), decodeTokensPerSecond: z.number().nullable(),
});
export type Considered = z.infer<typeof Considered>;

/** What carries the model, with the plan's changes made where the verdict names any. */
export const Arrangement = z.strictObject({
  devices: z.strictObject({ label: z.string().max(256), row: z.string().max(64).nullable(), count: z.int().positive() }),
  precision: PrecisionUse,
  cacheBits: z.union([z.literal(32), z.literal(16), z.literal(8)]),
  cacheBytesPerToken: z.number().nonnegative(),
  contextTokens: z.int().positive(),
  concurrency: z.int().positive(),
  parallelism: Parallelism,
  memory: DeviceMemory,
  largest: z.strictObject({
    /** Tokens of each of the wanted sequences; never more than the model's positions. 0: not even one. */
    contextTokens: z.int().nonnegative(),
    /** Sequences of the wanted context. */
    concurrency: z.int().nonnegative(),
    derivation: Derivation,
  }),
  /** null: the tables know no bandwidth of the device. */
  speed: PlanSpeed.nullable(),
  media: PlanMedia,
  cost: RunningCost.nullable(),
});
export type Arrangement = z.infer<typeof Arrangement>;

export const EngineOption = z.strictObject({
  engine: EngineKind,
  verdict: Verdict,
  /** Why it cannot run there, or not as it would like to. */
  obstacles: z.array(PlanNote),
  /** null where it cannot run at all. Where it does not fit: the arrangement that comes nearest. */
  arrangement: Arrangement.nullable(),
  considered: z.array(Considered),
});
export type EngineOption = z.infer<typeof EngineOption>;

export const PlanGoal = z.strictObject({
  contextTokens: z.int().min(1).max(1 << 24),
  concurrency: z.int().min(1).max(1 << 20),
  nodes: z.int().min(1).max(1024),
  preference: PlanPreference,
  engines: z.array(EngineKind).min(1),
});
export type PlanGoal = z.infer<typeof PlanGoal>;

export const PlanModel = z.strictObject({
  name: z.string().max(256), family: z.string().max(64),
  source: z.enum(["package", "checkpoint", "config"]),
  /** Of a package: by which `plan check` finds the same bytes again. */
  digest: z.string().max(64).nullable(),
  recipe: z.string().max(64).nullable(),
  totalParameters: z.number(), activeParameters: z.number(), layers: z.int(), maxPositions: z.int(),
  cacheBytesPerToken: z.number(),
});
export type PlanModel = z.infer<typeof PlanModel>;

/** Devices of a kind that can carry a model together. */
export const PlanPool = z.strictObject({
  kind: z.enum(["cpu", "nvidia", "ascend"]),
  label: z.string().max(256),
  row: z.string().max(64).nullable(),
  count: z.int().positive(),
  capacityBytes: z.number().nonnegative(),
  takenBytes: z.number().nonnegative(),
  bandwidthBytesPerSecond: z.number().nullable(),
});
export type PlanPool = z.infer<typeof PlanPool>;

export const PLAN_FORMAT_VERSION = 1;
export const Plan = z.strictObject({
  formatVersion: z.literal(PLAN_FORMAT_VERSION),
  createdAt: z.iso.datetime(),
  model: PlanModel,
  machine: z.strictObject({ name: z.string().max(4096), how: z.enum(["live", "capture", "folder", "preset"]), at: z.iso.datetime().nullable(), pools: z.array(PlanPool) }),
  goal: PlanGoal,
  /** Best for the goal first. */
  options: z.array(EngineOption).min(1),
  verdict: Verdict,
  /** Which option the verdict speaks of; null: none can run. */
  engine: EngineKind.nullable(),
  assumptions: z.array(PlanNote),
  figures: SiteFigures,
});
export type Plan = z.infer<typeof Plan>;

/** One line of `plan explain`. */
export const ExplainedFigure = z.strictObject({ code: z.string().max(64), value: z.number(), unit: z.enum(["parameters", "bytes", "share", "ratio"]), derivation: Derivation });
export const ArticleClaim = z.strictObject({
  code: z.string().max(64),
  claimed: z.number(), unit: z.enum(["parameters", "bytes", "share"]),
  ours: z.number(), derivation: Derivation,
  agrees: z.boolean(),
  /** How the article may have come to its figure; null where it agrees. */
  likelyOrigin: Derivation.nullable(),
});
export const ModelExplanation = z.strictObject({ model: PlanModel, figures: z.array(ExplainedFigure), article: z.array(ArticleClaim) });
export type ExplainedFigure = z.infer<typeof ExplainedFigure>;
export type ArticleClaim = z.infer<typeof ArticleClaim>;
export type ModelExplanation = z.infer<typeof ModelExplanation>;

const Compared = z.strictObject({ predicted: z.number().nonnegative(), measured: z.number().positive() });
/** A prediction held against what was measured. */
export const PlanCheck = z.strictObject({
  id: z.string(),
  createdAt: z.iso.datetime(),
  engine: EngineKind,
  /** What the band of a later plan may learn from: the processor and the precision. */
  machine: z.string().max(4096),
  model: z.string().max(256),
  digest: z.string().max(64),
  precision: z.string().max(64),
  promptTokens: z.int().positive(), generateTokens: z.int().positive(),
  decodeTokensPerSecond: Compared,
  prefillTokensPerSecond: Compared,
  peakResidentBytes: Compared.nullable(),
});
export type PlanCheck = z.infer<typeof PlanCheck>;

/** `machine`: "here", the name of a preset, the id of a site, or the absolute path of a Machine document, a capture, or pasted outputs. */
export const PlanRequest = z.strictObject({
  model: z.string().min(1).max(4096),
  machine: z.string().min(1).max(4096).default("here"),
  /** Prompt and answer of a sequence; absent: 4,096, or as far as the model goes. */
  contextTokens: z.number().optional(),
  concurrency: z.number().default(1),
  nodes: z.number().default(1),
  preference: PlanPreference.default("best-quality"),
  engines: z.array(EngineKind).min(1).default([...ENGINE_KINDS]),
  /** Absolute path of the site's own figures. */
  figures: z.string().min(1).max(4096).optional(),
});
export type PlanRequest = z.output<typeof PlanRequest>;

export const PlanCheckRequest = z.strictObject({ plan: z.string().min(1).max(4096), threads: z.int().min(1).max(256).optional() });

export const PlanPreset = z.strictObject({ name: z.string(), title: z.string(), devices: z.int().nonnegative(), memoryBytes: z.number(), bandwidthBytesPerSecond: z.number(), formats: z.array(z.string()), sources: z.array(z.string()) });
export type PlanPreset = z.infer<typeof PlanPreset>;
