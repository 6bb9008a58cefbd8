import { z } from "zod";

/** Dimensions carry the symbols of main/spec/symbols.ts; the limits stop a config.json from making us allocate by its word alone. */
const dimension = z.int().min(1).max(1 << 24);
const count = z.int().min(0).max(1 << 20);

export const FAMILIES = ["deepseek_v2", "deepseek_v3", "kimi_k2", "llama", "qwen3_moe", "mixtral"] as const;
export const Family = z.enum(FAMILIES);
export type Family = z.infer<typeof Family>;

/** Multi-head latent attention: one latent row [R + P] a token, shared by all heads. */
export const MlaAttention = z.strictObject({
  kind: z.literal("mla"),
  headCount: dimension,
  /** null: the query is projected directly (V2-Lite). */
  qLoraRank: dimension.nullable(),
  kvLoraRank: dimension,
  nopeHeadDim: dimension,
  ropeHeadDim: dimension,
  valueHeadDim: dimension,
  /** Scale of the scores: (nope + rope)^−½, times mscale² under YaRN. The absorbed form keeps it. */
  softmaxScale: z.number().positive(),
  /** Epsilon of the norms inside attention; Hugging Face fixes 1e-6 whatever rms_norm_eps says. */
  latentNormEps: z.number().positive(),
});

/** Grouped-query attention: keys and values per KV head. */
export const GqaAttention = z.strictObject({
  kind: z.literal("gqa"),
  headCount: dimension,
  kvHeadCount: dimension,
  headDim: dimension,
  /** RMS norm over each head of q and k (Qwen3). */
  headNorm: z.boolean(),
  /** Biases on q, k and v (Llama's attention_bias). */
  bias: z.boolean(),
  softmaxScale: z.number().positive(),
  /** Tokens a query can see back; null: all. */
  slidingWindow: dimension.nullable(),
});

export const Rope = z.strictObject({
  theta: z.number().positive(),
  /** Rotated dimensions of a head: P of MLA, headDim of GQA. */
  dimension,
  /** true: pairs (2i, 2i+1); false: pairs (i, i + dimension/2). */
  interleaved: z.boolean(),
  /** Which rule made `inverseFrequencies`; for display and lineage. */
  scaling: z.enum(["default", "linear", "yarn", "llama3"]),
  /** Radians per position for each pair, after scaling. [dimension / 2] */
  inverseFrequencies: z.array(z.number().nonnegative()).min(1).max(4096),
  /** Factor on cos and sin: gm(f, mscale) / gm(f, mscale_all_dim). */
  magnitude: z.number().positive(),
});

export const Router = z.strictObject({
  score: z.enum(["softmax", "sigmoid"]),
  /** Group-limited routing; null when every expert may be chosen. */
  groups: z.strictObject({ count: dimension, kept: dimension, scoredBy: z.enum(["max", "top2sum"]) }).nullable(),
  /** e_score_correction_bias: added for the choice, not to the weight. */
  correctionBias: z.boolean(),
  /** Divide the chosen weights by their sum (+ epsilon). */
  normalize: z.boolean(),
  scale: z.number().positive(),
});

export const Moe = z.strictObject({
  expertCount: dimension,
  expertsPerToken: dimension,
  expertIntermediateSize: dimension,
  /** Width of the one ungated shared MLP (moe_intermediate × n_shared); 0: none. */
  sharedIntermediateSize: count,
  router: Router,
});

export const LayerSpec = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("dense"), intermediateSize: dimension }),
  z.strictObject({ kind: z.literal("moe") }),
]);

export const ModelSpec = z.strictObject({
  family: Family,
  vocabSize: dimension,
  hiddenSize: dimension,
  maxPositions: dimension,
  rmsNormEps: z.number().positive(),
  tiedEmbeddings: z.boolean(),
  bosTokenId: z.int().nonnegative().nullable(),
  eosTokenIds: z.array(z.int().nonnegative()).max(64),
  attention: z.discriminatedUnion("kind", [MlaAttention, GqaAttention]),
  rope: Rope,
  /** null for a dense model. */
  moe: Moe.nullable(),
  layers: z.array(LayerSpec).min(1).max(1024),
  /** Multi-token-prediction layers that follow the last one in the checkpoint; counted, never loaded. */
  mtpLayerCount: count,
});

export type MlaAttention = z.infer<typeof MlaAttention>;
export type GqaAttention = z.infer<typeof GqaAttention>;
export type Rope = z.infer<typeof Rope>;
export type Router = z.infer<typeof Router>;
export type Moe = z.infer<typeof Moe>;
export type LayerSpec = z.infer<typeof LayerSpec>;
export type ModelSpec = z.infer<typeof ModelSpec>;

/** The arithmetic of a model, by formula; what `model inspect` prints. */
export const ModelArithmetic = z.strictObject({
  totalParameters: z.number(),
  activeParameters: z.number(),
  /** Cache of one token over all layers, 2 bytes a number (bfloat16), as it is kept: latent rows for MLA, K and V heads for GQA. */
  cacheBytesPerToken: z.number(),
  /** The same model with K and V expanded per head; equals cacheBytesPerToken for GQA. */
  expandedCacheBytesPerToken: z.number(),
  /** Parameters and bytes (as stored in the checkpoint's two bytes a weight, unless a storage is given) per weight class. */
  classes: z.array(z.strictObject({ weightClass: z.string(), matrices: z.number(), parameters: z.number(), activeParameters: z.number(), bytes: z.number() })),
});
export type ModelArithmetic = z.infer<typeof ModelArithmetic>;
