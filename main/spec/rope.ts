import type { Rope } from "../../shared/schemas/model-spec.ts";
import type { ConfigReader } from "./config-reader.ts";
import { llama3Frequencies } from "./rope-llama3.ts";
import { magnitudeOf, softmaxFactorOf, yarnFrequencies } from "./rope-yarn.ts";

/** Longest rotated part of a head: the schema's limit on frequencies, twice. */
const MAX_ROPE_DIMENSION = 8192;
/** The largest published theta is 5·10⁸. From 1 down nothing turns slower than the pair before it, and YaRN divides by ln θ = 0. */
const THETA_RANGE = { above: 1, most: 1e12 };
/** A context stretched a million times over is no honest one. */
const MAX_FACTOR = 1e6;

/** The part of a head that is rotated, and what its family takes for granted. */
export interface RopeShape {
  /** The field that `dimension` was read from, for errors. */
  readonly field: string;
  /** Rotated dimensions of a head, even. */
  readonly dimension: number;
  readonly interleaved: boolean;
  /** Where the config names none. */
  readonly theta: number;
}

export interface RopeReading {
  readonly rope: Rope;
  /** What mscale_all_dim multiplies the softmax scale by: gm(f, mscale_all_dim)², 1 without it. */
  readonly softmaxFactor: number;
  /** The section that was read, for errors about what it holds. */
  readonly section: ConfigReader | null;
}

/** Rotary embedding of a config, old style (`rope_scaling` beside `rope_theta`) or new (`rope_parameters` with both). */
export function readRope(config: ConfigReader, shape: RopeShape): RopeReading {
  const { dimension, interleaved } = shape;
  if (dimension % 2 !== 0 || dimension > MAX_ROPE_DIMENSION) throw config.invalid(shape.field, `an even number up to ${MAX_ROPE_DIMENSION}`);
  const section = readSection(config);
  const theta = (section?.has("rope_theta") === true ? section : config).real("rope_theta", THETA_RANGE, shape.theta);
  for (const place of section === null ? [config] : [section, config]) {
    if (place.positive("partial_rotary_factor", 1) !== 1) throw place.unsupported("partial_rotary_factor");
  }
  const base = Array.from({ length: dimension / 2 }, (_, i) => theta ** ((-2 * i) / dimension));
  const rope = (kind: Rope["scaling"], inverseFrequencies: number[], magnitude = 1): Rope => ({ theta, dimension, interleaved, scaling: kind, inverseFrequencies, magnitude });

  const kind = section === null ? "default" : readKind(section);
  if (section === null || kind === "default") return { rope: rope("default", base), softmaxFactor: 1, section };
  const factor = section.real("factor", { above: 0, most: MAX_FACTOR });
  if (factor < 1) throw section.invalid("factor", "a number from 1: a context is stretched, not shrunk");
  const softmaxFactor = softmaxFactorOf(section, factor);
  // Some configs name the length of pretraining outside the section; transformers gives that one precedence.
  const pretraining = config.has("original_max_position_embeddings") ? config : section;
  switch (kind) {
    case "linear":
      return { rope: rope("linear", base.map((frequency) => frequency / factor)), softmaxFactor, section };
    case "llama3":
      return { rope: rope("llama3", llama3Frequencies(section, base, { factor, original: pretraining.dimension("original_max_position_embeddings") })), softmaxFactor, section };
    case "yarn": {
      const original = pretraining.dimension("original_max_position_embeddings", config.dimension("max_position_embeddings"));
      return { rope: rope("yarn", yarnFrequencies(section, base, { theta, dimension, factor, original }), magnitudeOf(section, factor)), softmaxFactor, section };
    }
    default:
      return kind satisfies never;
  }
}

/** Both styles in one config could contradict each other, and readers differ in which they believe: both must then say the same. */
function readSection(config: ConfigReader): ConfigReader | null {
  const parameters = config.section("rope_parameters");
  const scaling = config.section("rope_scaling");
  if (parameters === null || scaling === null) return parameters ?? scaling;
  for (const field of scaling.names()) {
    const twin = field === "type" && parameters.has("rope_type") ? "rope_type" : field;
    if (!parameters.agrees(twin, scaling, field)) throw config.invalid("rope_scaling", `what rope_parameters says of ${field}`);
  }
  return parameters;
}

function readKind(section: ConfigReader): Rope["scaling"] {
  const words = ["default", "linear", "yarn", "llama3"] as const;
  if (section.has("rope_type") && section.has("type") && !section.agrees("rope_type", section, "type")) throw section.invalid("type", "what rope_type says");
  if (section.has("rope_type")) return section.word("rope_type", words);
  if (section.has("type")) return section.word("type", words);
  // A theta alone scales nothing; a factor, or a section for each kind of layer, with no type would be lost in silence.
  if (section.names().some((name) => name !== "rope_theta" && name !== "partial_rotary_factor")) throw section.missing("rope_type");
  return "default";
}
