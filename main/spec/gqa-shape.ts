import type { GqaAttention, Rope } from "../../shared/schemas/model-spec.ts";
import type { ConfigReader } from "./config-reader.ts";
import { readRope } from "./rope.ts";

/** Grouped-query attention; rope rotates halves of a head. */
export function readGqa(config: ConfigReader, features: Pick<GqaAttention, "headNorm" | "bias" | "slidingWindow">): { attention: GqaAttention; rope: Rope } {
  const headCount = config.dimension("num_attention_heads");
  const kvHeadCount = config.dimension("num_key_value_heads", headCount);
  if (headCount % kvHeadCount !== 0) throw config.invalid("num_key_value_heads", `a divisor of num_attention_heads (${headCount})`);
  const headDim = config.optionalDimension("head_dim") ?? config.dimension("hidden_size") / headCount;
  if (!Number.isInteger(headDim)) throw config.invalid("num_attention_heads", "a divisor of hidden_size");
  const { rope, softmaxFactor } = readRope(config, headDim, false);
  // Only DeepSeek's attention multiplies its scale by mscale².
  if (softmaxFactor !== 1) throw config.unsupported(config.has("rope_parameters") ? "rope_parameters" : "rope_scaling");
  return { rope, attention: { kind: "gqa", headCount, kvHeadCount, headDim, ...features, softmaxScale: 1 / Math.sqrt(headDim) } };
}
