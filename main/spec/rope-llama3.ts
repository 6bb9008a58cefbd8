import type { ConfigReader } from "./config-reader.ts";

/** Inverse frequencies as Llama 3.1 scales them: long waves divided by the factor, short ones kept, those between blended. */
export function llama3Frequencies(scaling: ConfigReader, base: readonly number[], context: { readonly factor: number; readonly original: number }): number[] {
  const { factor, original } = context;
  const low = scaling.positive("low_freq_factor");
  const high = scaling.positive("high_freq_factor");
  if (high <= low) throw scaling.invalid("high_freq_factor", "a number above low_freq_factor");
  return base.map((frequency) => {
    const wavelength = (2 * Math.PI) / frequency;
    if (wavelength > original / low) return frequency / factor;
    if (wavelength < original / high) return frequency;
    const smooth = (original / wavelength - low) / (high - low);
    return ((1 - smooth) * frequency) / factor + smooth * frequency;
  });
}
