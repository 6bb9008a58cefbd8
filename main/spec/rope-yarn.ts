import type { ConfigReader } from "./config-reader.ts";

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
 * Two independent factors. cos and sin: gm(f, mscale) / gm(f, mscale_all_dim), or gm(f, 1) where either is missing, or what
 * `attention_factor` says. Softmax scale: gm(f, mscale_all_dim)². A missing second one cannot be seen at position 0.
 */
export function magnitudeOf(scaling: ConfigReader, factor: number): { magnitude: number; softmaxFactor: number } {
  const mscale = scaling.optionalNumber("mscale") ?? 0;
  const mscaleAllDim = scaling.optionalNumber("mscale_all_dim") ?? 0;
  const given = scaling.optionalNumber("attention_factor");
  if (given !== null && given <= 0) throw scaling.invalid("attention_factor", "a number above 0");
  const magnitude = given ?? (mscale !== 0 && mscaleAllDim !== 0 ? growth(factor, mscale) / growth(factor, mscaleAllDim) : growth(factor, 1));
  const softmaxFactor = mscaleAllDim === 0 ? 1 : growth(factor, mscaleAllDim) ** 2;
  if (!(magnitude > 0)) throw scaling.invalid("mscale", "a number that leaves cos and sin positive");
  if (!(softmaxFactor > 0)) throw scaling.invalid("mscale_all_dim", "a number that leaves the softmax scale positive");
  return { magnitude, softmaxFactor };
}

/** gm(s, m) = 1 for s ≤ 1, else 0.1·m·ln s + 1. */
function growth(scale: number, mscale: number): number {
  return scale <= 1 ? 1 : 0.1 * mscale * Math.log(scale) + 1;
}
