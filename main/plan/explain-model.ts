import type { ArticleClaim, Derivation, ExplainedFigure, ModelExplanation } from "../../shared/schemas/plan.ts";
import type { ModelSpec } from "../../shared/schemas/model-spec.ts";
import { cacheFormula, cacheNumbersPerLayer } from "./cache-width.ts";
import type { PlannedModel } from "./planned-model.ts";
import { memoryPartOf } from "./weight-shapes.ts";

/** bfloat16, in which models are published and caches compared. */
const PUBLISHED_BYTES = 2;

/** What makes a model cheap or dear to run, each figure with the formula it comes from; and the article's table held against the same formulas. */
export function explainModel({ identity, spec, weights }: PlannedModel): ModelExplanation {
  let expertParameters = 0;
  let embeddingParameters = 0;
  for (const { weightClass, rows, columns } of weights) {
    const part = memoryPartOf(weightClass);
    if (part === "weights.experts") expertParameters += rows * columns;
    if (part === "weights.embedding") embeddingParameters += rows * columns;
  }
  const { totalParameters: total, activeParameters: active } = identity;
  const [E, K] = spec.moe === null ? [0, 0] : [spec.moe.expertCount, spec.moe.expertsPerToken];
  const latent = cacheBytes(spec);
  const expanded = expandedBytes(spec);
  const figures: ExplainedFigure[] = [
    { code: "totalParameters", value: total, unit: "parameters", derivation: { formula: "Σ rows × columns", terms: { experts: expertParameters, embeddings: embeddingParameters, rest: total - expertParameters - embeddingParameters } } },
    { code: "activeParameters", value: active, unit: "parameters", derivation: { formula: spec.moe === null ? "all" : "total − experts × (1 − K / E)", terms: { total, experts: expertParameters, K, E } } },
    { code: "activeShare", value: active / total, unit: "share", derivation: { formula: "active / total", terms: { active, total } } },
    { code: "weightBytesPerToken", value: (active - lookedUp(spec)) * PUBLISHED_BYTES, unit: "bytes", derivation: { formula: "(active − embedding looked up) × 2", terms: { active, embedding: lookedUp(spec) } } },
    { code: "cacheBytesPerToken", value: latent.value, unit: "bytes", derivation: latent.derivation },
    { code: "expandedCacheBytesPerToken", value: expanded.value, unit: "bytes", derivation: expanded.derivation },
    { code: "cacheRatio", value: expanded.value / latent.value, unit: "ratio", derivation: { formula: "expanded / kept", terms: { expanded: expanded.value, kept: latent.value } } },
    { code: "cacheSaved", value: 1 - latent.value / expanded.value, unit: "share", derivation: { formula: "1 − kept / expanded", terms: { expanded: expanded.value, kept: latent.value } } },
    { code: "contextCacheBytes", value: latent.value * spec.maxPositions, unit: "bytes", derivation: { formula: "kept × S", terms: { kept: latent.value, S: spec.maxPositions } } },
  ];
  return { model: identity, figures, article: articleClaims(identity, latent, expanded) };
}

interface Figure {
  readonly value: number;
  readonly derivation: Derivation;
}

function cacheBytes(spec: ModelSpec): Figure {
  const L = spec.layers.length;
  const terms = spec.attention.kind === "mla" ? { L, R: spec.attention.kvLoraRank, P: spec.attention.ropeHeadDim, b: PUBLISHED_BYTES } : { L, H_kv: spec.attention.kvHeadCount, d: spec.attention.headDim, b: PUBLISHED_BYTES };
  return { value: L * cacheNumbersPerLayer(spec) * PUBLISHED_BYTES, derivation: { formula: cacheFormula(spec), terms } };
}

/** Keys [N + P] and values [v] of every head, as a cache without latents would hold them; grouped heads are expanded already. */
function expandedBytes(spec: ModelSpec): Figure {
  const L = spec.layers.length;
  if (spec.attention.kind === "gqa") return cacheBytes(spec);
  const { headCount: H, nopeHeadDim: N, ropeHeadDim: P, valueHeadDim: v } = spec.attention;
  return { value: L * H * (N + P + v) * PUBLISHED_BYTES, derivation: { formula: "L H (N + P + v) b", terms: { L, H, N, P, v, b: PUBLISHED_BYTES } } };
}

const lookedUp = ({ tiedEmbeddings, vocabSize, hiddenSize }: ModelSpec): number => (tiedEmbeddings ? 0 : vocabSize * hiddenSize);

/** DeepSeek-V2 by its size: the model that the article's table speaks of. */
const isArticleModel = (total: number): boolean => Math.round(total / 1e9) === 236;

/** The article's cache figures fit no whole model; they come out for one tensor of one layer, 2,048 tokens long. */
const ARTICLE_TOKENS = 2048;

/**
 * The table of the article that the workbench began with: "21B of 236B active", a cache of "2.1 against 8.4 MB", "75 % saved". Where arithmetic gives something else ours is
 * shown, and how the figure may have come about.
 */
function articleClaims({ totalParameters, activeParameters }: PlannedModel["identity"], latent: Figure, expanded: Figure): ArticleClaim[] {
  if (!isArticleModel(totalParameters)) return [];
  const agrees = (claimed: number, ours: number): boolean => Math.abs(ours / claimed - 1) < 0.025;
  const claim = (code: string, claimed: number, unit: ArticleClaim["unit"], ours: Figure, likelyOrigin: Derivation | null): ArticleClaim => {
    const isRight = agrees(claimed, ours.value);
    return { code, claimed, unit, ours: ours.value, derivation: ours.derivation, agrees: isRight, likelyOrigin: isRight ? null : likelyOrigin };
  };
  const oneTensor = (width: number): Derivation => ({ formula: "tokens × width × b, one tensor of one layer", terms: { tokens: ARTICLE_TOKENS, width, b: PUBLISHED_BYTES } });
  return [
    claim("totalParameters", 236e9, "parameters", { value: totalParameters, derivation: { formula: "Σ rows × columns", terms: {} } }, null),
    claim("activeParameters", 21e9, "parameters", { value: activeParameters, derivation: { formula: "total − experts × (1 − K / E)", terms: {} } }, null),
    claim("activeShare", 21 / 236, "share", { value: activeParameters / totalParameters, derivation: { formula: "active / total", terms: { active: activeParameters, total: totalParameters } } }, null),
    claim("latentCache", 2.1e6, "bytes", latent, oneTensor(512)),
    claim("expandedCache", 8.4e6, "bytes", expanded, oneTensor(2048)),
    claim("cacheSaved", 0.75, "share", { value: 1 - latent.value / expanded.value, derivation: { formula: "1 − kept / expanded", terms: { kept: latent.value, expanded: expanded.value } } }, { formula: "1 − 512 / 2048", terms: {} }),
  ];
}
