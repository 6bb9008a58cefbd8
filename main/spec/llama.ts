import type { ModelSpec } from "../../shared/schemas/model-spec.ts";
import { commonFields } from "./common-fields.ts";
import type { ConfigReader } from "./config-reader.ts";
import { readGqa } from "./gqa-shape.ts";

/** Llama 2 and 3: dense, grouped-query attention. */
export function readLlama(config: ConfigReader): ModelSpec {
  if (config.flag("mlp_bias", false)) throw config.unsupported("mlp_bias");
  // Its bias sits on the output projection too, which no published Llama has.
  if (config.flag("attention_bias", false)) throw config.unsupported("attention_bias");
  const intermediateSize = config.dimension("intermediate_size");
  return {
    ...commonFields(config),
    ...readGqa(config, { headNorm: false, bias: false, slidingWindow: null }),
    moe: null,
    layers: Array.from({ length: config.layerCount() }, () => ({ kind: "dense", intermediateSize })),
    mtpLayerCount: 0,
  };
}
