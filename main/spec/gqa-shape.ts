import type { GqaAttention, Rope } from "../../shared/schemas/model-spec.ts";
import type { ConfigReader } from "./config-reader.ts";
import { readRope } from "./rope.ts";

/**
 * Grouped-query attention; rope rotates halves of a head.
 * @param ropeTheta what the family takes where the config says nothing
 */
export function readGqa(config: ConfigReader, features: Pick<GqaAttention, "headNorm" | "bias" | "slidingWindow">, ropeTheta = 10000): { attention: GqaAttention; rope: Rope } {
  const headCount = config.headCount("num_attention_heads");
  const kvHeadCount = config.headCount("num_key_value_heads", headCount);
  if (headCount % kvHeadCount !== 0) throw config.invalid("num_key_value_heads", `a divisor of num_attention_heads (${headCount})`);
  const headDim = config.has("head_dim") ? config.headDimension("head_dim") : config.dimension("hidden_size") / headCount;
  if (!Number.isInteger(headDim)) throw config.invalid("num_attention_heads", "a divisor of hidden_size");
  const { rope, softmaxFactor, section } = readRope(config, { field: "head_dim", dimension: headDim, interleaved: false, theta: ropeTheta });
  // Only DeepSeek's attention multiplies its scale by mscale²; what another means by the field, engines do not agree on.
  if (softmaxFactor !== 1) throw (section ?? config).unsupported("mscale_all_dim");
  return { rope, attention: { kind: "gqa", headCount, kvHeadCount, headDim, ...features, softmaxScale: 1 / Math.sqrt(headDim) } };
}
