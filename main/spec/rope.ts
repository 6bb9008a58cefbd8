import type { Rope } from "../../shared/schemas/model-spec.ts";
import type { ConfigReader } from "./config-reader.ts";
import { llama3Frequencies } from "./rope-llama3.ts";
import { magnitudeOf, yarnFrequencies } from "./rope-yarn.ts";

/** Longest rotated part of a head: the schema's limit on frequencies, twice. */
const MAX_ROPE_DIMENSION = 8192;

export interface RopeReading {
  readonly rope: Rope;
  /** What YaRN multiplies the softmax scale by: gm(f, mscale_all_dim)², 1 without it. */
  readonly softmaxFactor: number;
}

/**
 * Rotary embedding of a config, old style (`rope_scaling` beside `rope_theta`) or new (`rope_parameters` with both).
 * @param dimension rotated dimensions of a head, even
 */
export function readRope(config: ConfigReader, dimension: number, interleaved: boolean): RopeReading {
  if (dimension % 2 !== 0 || dimension > MAX_ROPE_DIMENSION) throw config.invalid(config.has("qk_rope_head_dim") ? "qk_rope_head_dim" : "head_dim", `an even number up to ${MAX_ROPE_DIMENSION}`);
  const parameters = config.section("rope_parameters");
  const scaling = parameters ?? config.section("rope_scaling");
  const theta = parameters?.has("rope_theta") === true ? parameters.positive("rope_theta") : config.positive("rope_theta", 10000);
  if (scaling?.has("partial_rotary_factor") === true && scaling.positive("partial_rotary_factor") !== 1) throw scaling.unsupported("partial_rotary_factor");
  if (config.has("partial_rotary_factor") && config.positive("partial_rotary_factor") !== 1) throw config.unsupported("partial_rotary_factor");
  const base = Array.from({ length: dimension / 2 }, (_, i) => theta ** ((-2 * i) / dimension));
  const rope = (kind: Rope["scaling"], inverseFrequencies: number[], magnitude = 1): Rope => ({ theta, dimension, interleaved, scaling: kind, inverseFrequencies, magnitude });

  const kind = scaling === null ? "default" : readKind(scaling);
  if (scaling === null || kind === "default") return { rope: rope("default", base), softmaxFactor: 1 };
  const factor = scaling.positive("factor");
  switch (kind) {
    case "linear":
      return { rope: rope("linear", base.map((frequency) => frequency / factor)), softmaxFactor: 1 };
    case "llama3":
      return { rope: rope("llama3", llama3Frequencies(scaling, base, factor)), softmaxFactor: 1 };
    case "yarn": {
      const original = scaling.dimension("original_max_position_embeddings", config.dimension("max_position_embeddings"));
      const { magnitude, softmaxFactor } = magnitudeOf(scaling, factor);
      return { rope: rope("yarn", yarnFrequencies(scaling, base, { theta, dimension, factor, original }), magnitude), softmaxFactor };
    }
    default:
      return kind satisfies never;
  }
}

function readKind(scaling: ConfigReader): Rope["scaling"] {
  const field = scaling.has("rope_type") ? "rope_type" : "type";
  return scaling.word(field, ["default", "linear", "yarn", "llama3"], "default");
}
