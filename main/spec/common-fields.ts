import type { ModelSpec } from "../../shared/schemas/model-spec.ts";
import type { ConfigReader } from "./config-reader.ts";

/** More end tokens than any chat model has. */
const MAX_EOS_TOKENS = 64;

type CommonFields = Pick<ModelSpec, "family" | "vocabSize" | "hiddenSize" | "maxPositions" | "rmsNormEps" | "tiedEmbeddings" | "bosTokenId" | "eosTokenIds">;

/**
 * Fields that every family spells alike, and the features that none of ours has.
 * @param rmsNormEps what the family takes where the config says nothing
 */
export function commonFields(config: ConfigReader, rmsNormEps = 1e-6): CommonFields {
  config.word("hidden_act", ["silu"], "silu");
  return {
    family: config.family,
    vocabSize: config.dimension("vocab_size"),
    hiddenSize: config.dimension("hidden_size"),
    maxPositions: config.dimension("max_position_embeddings"),
    rmsNormEps: config.real("rms_norm_eps", { above: 0, most: 1 }, rmsNormEps),
    tiedEmbeddings: config.flag("tie_word_embeddings", false),
    bosTokenId: config.numbers("bos_token_id", 1)[0] ?? null,
    eosTokenIds: config.numbers("eos_token_id", MAX_EOS_TOKENS),
  };
}
