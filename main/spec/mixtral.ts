import type { ModelSpec } from "../../shared/schemas/model-spec.ts";
import { commonFields } from "./common-fields.ts";
import type { ConfigReader } from "./config-reader.ts";
import { readGqa } from "./gqa-shape.ts";

/** What transformers takes where the config names none; unlike every other family of ours. */
const ROPE_THETA = 1e6;

/** Mixtral: every layer routes; softmax over all experts, the chosen two renormalised. */
export function readMixtral(config: ConfigReader): ModelSpec {
  const expertCount = config.expertCount("num_local_experts");
  const expertsPerToken = config.dimension("num_experts_per_tok");
  if (expertsPerToken > expertCount) throw config.invalid("num_experts_per_tok", `at most num_local_experts (${expertCount})`);
  return {
    ...commonFields(config, 1e-5),
    ...readGqa(config, { headNorm: false, bias: false, slidingWindow: config.optionalDimension("sliding_window") }, ROPE_THETA),
    moe: {
      expertCount,
      expertsPerToken,
      expertIntermediateSize: config.dimension("intermediate_size"),
      sharedIntermediateSize: 0,
      router: { score: "softmax", groups: null, correctionBias: false, normalize: true, scale: 1 },
    },
    layers: Array.from({ length: config.layerCount() }, () => ({ kind: "moe" })),
    mtpLayerCount: 0,
  };
}
