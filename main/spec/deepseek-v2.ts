import type { Moe, ModelSpec } from "../../shared/schemas/model-spec.ts";
import { commonFields } from "./common-fields.ts";
import type { ConfigReader } from "./config-reader.ts";
import { readGroups, readLayers, readMla, sharedWidth } from "./deepseek-shape.ts";

/** DeepSeek V2, V2.5, V2-Lite, Coder-V2: softmax routing, a group judged by its best expert, chosen weights not renormalised. */
export function readDeepseekV2(config: ConfigReader): ModelSpec {
  const layers = readLayers(config, 0);
  return {
    ...commonFields(config),
    ...readMla(config, true),
    moe: layers.some((layer) => layer.kind === "moe") ? readMoe(config) : null,
    layers,
    mtpLayerCount: 0,
  };
}

function readMoe(config: ConfigReader): Moe {
  const expertCount = config.expertCount("n_routed_experts");
  const expertsPerToken = config.dimension("num_experts_per_tok");
  if (expertsPerToken > expertCount) throw config.invalid("num_experts_per_tok", `at most n_routed_experts (${expertCount})`);
  config.word("scoring_func", ["softmax"], "softmax");
  // The publisher's code renormalises *instead of* scaling, Hugging Face's does neither: no model was published with it.
  if (config.flag("norm_topk_prob", false)) throw config.unsupported("norm_topk_prob");
  const method = config.word("topk_method", ["greedy", "group_limited_greedy"], "greedy");
  const groups = method === "greedy" ? null : readGroups(config, expertCount, expertsPerToken);
  const expertIntermediateSize = config.dimension("moe_intermediate_size");
  return {
    expertCount,
    expertsPerToken,
    expertIntermediateSize,
    sharedIntermediateSize: sharedWidth(config, expertIntermediateSize),
    router: {
      score: "softmax",
      groups: groups === null ? null : { ...groups, scoredBy: "max" },
      correctionBias: false,
      normalize: false,
      scale: config.positive("routed_scaling_factor", 1),
    },
  };
}
