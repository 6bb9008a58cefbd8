import type { ConfigReader } from "./config-reader.ts";

/** Published ones are 0.707 and 1. */
const MAX_MSCALE = 100;

/**
 * Inverse frequencies under YaRN (notes/deepseek.md §2; arXiv 2309.00071 §3.2): fast pairs keep theirs, slow ones are divided by the
 * factor, those between are blended linearly.
 */
export function yarnFrequencies(
  scaling: ConfigReader, base: readonly number[], shape: { readonly theta: number; readonly dimension: number; readonly factor: number; readonly original: number },
): number[] {
  const { theta, dimension, factor, original } = shape;
  const betaFast = scaling.positive("beta_fast", 32);
  const betaSlow = scaling.positive("beta_slow", 1);
  // The pair that turns `rotations` times over the original context.
  const pairOf = (rotations: number): number => (dimension * Math.log(original / (rotations * 2 * Math.PI))) / (2 * Math.log(theta));
  const truncate = scaling.flag("truncate", true);
  let low = pairOf(betaFast);
  let high = pairOf(betaSlow);
  if (truncate) {
    low = Math.floor(low);
    high = Math.ceil(high);
  }
  low = Math.max(low, 0);
  high = Math.min(high, dimension - 1);
  if (low === high) high += 0.001;
  return base.map((frequency, i) => {
    const ramp = Math.min(Math.max((i - low) / (high - low), 0), 1);
    return frequency * (1 - ramp) + (frequency / factor) * ramp;
  });
}

/**
 * Factor on cos and sin: `attention_factor` where it is given, else gm(f, mscale) / gm(f, mscale_all_dim), or gm(f, 1) where either is
 * missing or 0. As transformers has it; independent of the factor on the softmax scale.
 */
export function magnitudeOf(scaling: ConfigReader, factor: number): number {
  if (scaling.has("attention_factor")) return scaling.positive("attention_factor");
  const mscale = scaling.optionalReal("mscale", MAX_MSCALE) ?? 0;
  const mscaleAllDim = scaling.optionalReal("mscale_all_dim", MAX_MSCALE) ?? 0;
  return mscale !== 0 && mscaleAllDim !== 0 ? growth(factor, mscale) / growth(factor, mscaleAllDim) : growth(factor, 1);
}

/**
 * What mscale_all_dim multiplies the softmax scale by: gm(f, mscale_all_dim)², 1 without it. DeepSeek's code applies it under every rule
 * of scaling, not only YaRN. A missing one cannot be seen at position 0.
 */
export function softmaxFactorOf(scaling: ConfigReader, factor: number): number {
  return growth(factor, scaling.optionalReal("mscale_all_dim", MAX_MSCALE) ?? 0) ** 2;
}

/** gm(s, m) = 1 for s ≤ 1, else 0.1·m·ln s + 1. */
function growth(scale: number, mscale: number): number {
  return scale <= 1 ? 1 : 0.1 * mscale * Math.log(scale) + 1;
}
