import type { Moe, ModelSpec } from "../../shared/schemas/model-spec.ts";
import { commonFields } from "./common-fields.ts";
import type { ConfigReader } from "./config-reader.ts";
import { readGroups, readLayers, readMla, sharedWidth } from "./deepseek-shape.ts";

/**
 * DeepSeek V3, R1, V3.1, Moonlight, and Kimi K2 under its own name: sigmoid routing with a correction bias that chooses but does not
 * weigh, a group judged by the sum of its two best.
 */
export function readDeepseekV3(config: ConfigReader): ModelSpec {
  const layers = readLayers(config);
  return {
    ...commonFields(config),
    ...readMla(config, config.flag("rope_interleave", true)),
    moe: layers.some((layer) => layer.kind === "moe") ? readMoe(config) : null,
    layers,
    mtpLayerCount: config.count("num_nextn_predict_layers", config.count("num_mtp_layers", 0)),
  };
}

function readMoe(config: ConfigReader): Moe {
  const expertCount = config.expertCount("n_routed_experts");
  const expertsPerToken = config.dimension("num_experts_per_tok");
  if (expertsPerToken > expertCount) throw config.invalid("num_experts_per_tok", `at most n_routed_experts (${expertCount})`);
  config.word("scoring_func", ["sigmoid"], "sigmoid");
  config.word("topk_method", ["noaux_tc"], "noaux_tc");
  // Where the config is silent transformers assumes the published model (8 groups, renormalised, × 2.5) and llama.cpp none of it: it must say.
  if (!config.mentions("n_group")) throw config.missing("n_group");
  const groups = readGroups(config, expertCount, expertsPerToken);
  if (groups !== null && expertCount / groups.count < 2) throw config.invalid("n_group", "groups of at least two experts, whose two best are summed");
  const expertIntermediateSize = config.dimension("moe_intermediate_size");
  return {
    expertCount,
    expertsPerToken,
    expertIntermediateSize,
    sharedIntermediateSize: sharedWidth(config, expertIntermediateSize),
    router: {
      score: "sigmoid",
      groups: groups === null ? null : { ...groups, scoredBy: "top2sum" },
      correctionBias: true,
      normalize: config.flag("norm_topk_prob"),
      scale: config.positive("routed_scaling_factor"),
    },
  };
}
