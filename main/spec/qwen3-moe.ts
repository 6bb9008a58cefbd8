import type { LayerSpec, ModelSpec } from "../../shared/schemas/model-spec.ts";
import { commonFields } from "./common-fields.ts";
import type { ConfigReader } from "./config-reader.ts";
import { readGqa } from "./gqa-shape.ts";

/** Qwen3-MoE: norms on the heads of q and k, softmax routing, no shared expert. */
export function readQwen3Moe(config: ConfigReader): ModelSpec {
  if (config.flag("attention_bias", false)) throw config.unsupported("attention_bias");
  const expertCount = config.expertCount(config.has("num_experts") ? "num_experts" : "num_local_experts");
  const expertsPerToken = config.dimension("num_experts_per_tok");
  if (expertsPerToken > expertCount) throw config.invalid("num_experts_per_tok", `at most num_experts (${expertCount})`);
  const layers = readLayers(config);
  const slidingWindow = config.flag("use_sliding_window", false) ? config.dimension("sliding_window") : null;
  return {
    ...commonFields(config),
    ...readGqa(config, { headNorm: true, bias: false, slidingWindow }),
    moe: layers.every((layer) => layer.kind === "dense") ? null : {
      expertCount,
      expertsPerToken,
      expertIntermediateSize: config.dimension("moe_intermediate_size"),
      sharedIntermediateSize: 0,
      router: { score: "softmax", groups: null, correctionBias: false, normalize: config.flag("norm_topk_prob", false), scale: 1 },
    },
    layers,
    mtpLayerCount: 0,
  };
}

/** A layer routes unless it is listed in mlp_only_layers or is not the last of each decoder_sparse_step. */
function readLayers(config: ConfigReader): LayerSpec[] {
  const count = config.layerCount();
  const step = config.dimension("decoder_sparse_step", 1);
  const denseOnly = new Set(config.numbers("mlp_only_layers", count));
  return Array.from({ length: count }, (_, layer) =>
    denseOnly.has(layer) || (layer + 1) % step !== 0 ? { kind: "dense", intermediateSize: config.dimension("intermediate_size") } : { kind: "moe" },
  );
}
