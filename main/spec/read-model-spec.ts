import { WorkbenchError } from "../../shared/errors.ts";
import { FAMILIES, type Family, ModelSpec } from "../../shared/schemas/model-spec.ts";
import { ConfigReader } from "./config-reader.ts";
import { readDeepseekV2 } from "./deepseek-v2.ts";
import { readDeepseekV3 } from "./deepseek-v3.ts";
import { readLlama } from "./llama.ts";
import { readMixtral } from "./mixtral.ts";
import { readQwen3Moe } from "./qwen3-moe.ts";

/** Every head of MLA and every expert is listed as matrices of its own. Kimi K2 has 54,000; a config that promises millions would fill memory by its word. */
const MAX_MATRICES = 2 ** 18;

/** kimi_k2 is DeepSeek V3's architecture under another name. */
const READERS: Record<Family, (config: ConfigReader) => ModelSpec> = {
  deepseek_v2: readDeepseekV2,
  deepseek_v3: readDeepseekV3,
  kimi_k2: readDeepseekV3,
  llama: readLlama,
  qwen3_moe: readQwen3Moe,
  mixtral: readMixtral,
};

/** Which family an architecture belongs to: for configs without a model_type, and to refuse another head on a known body. */
const ARCHITECTURES: Readonly<Record<string, Family>> = {
  DeepseekV2ForCausalLM: "deepseek_v2",
  DeepseekV3ForCausalLM: "deepseek_v3",
  LlamaForCausalLM: "llama",
  Qwen3MoeForCausalLM: "qwen3_moe",
  MixtralForCausalLM: "mixtral",
};

/**
 * config.json → ModelSpec.
 * @throws spec.architectureUnknown by the name it gives itself; spec.fieldMissing, spec.fieldInvalid, spec.featureUnsupported by field
 */
export function readModelSpec(config: Readonly<Record<string, unknown>>): ModelSpec {
  const family = familyOf(config);
  const reader = new ConfigReader(family, config);
  const parsed = ModelSpec.safeParse(READERS[family](reader));
  if (parsed.success) {
    const matrices = matrixCount(parsed.data);
    if (matrices > MAX_MATRICES) {
      throw new WorkbenchError("spec.fieldInvalid", { field: "num_hidden_layers", family, found: `${parsed.data.layers.length}, which makes ${matrices} matrices`, expected: `at most ${MAX_MATRICES} matrices over all layers` });
    }
    return parsed.data;
  }
  const issue = parsed.error.issues[0];
  throw new WorkbenchError("spec.fieldInvalid", { field: issue?.path.join(".") ?? "config", family, found: "a value out of range", expected: issue?.message ?? "a valid model" });
}

function matrixCount({ attention, layers, moe }: ModelSpec): number {
  const attentionMatrices = attention.kind === "mla" ? 2 * attention.headCount + 5 : 6;
  const moeMatrices = moe === null ? 0 : 2 * moe.expertCount + 4;
  return layers.reduce((sum, layer) => sum + attentionMatrices + (layer.kind === "moe" ? moeMatrices : 2), 0);
}

/** By model_type; by architectures[0] where there is none. Where both stand, they must agree: a classifier on Llama's body is not Llama. */
function familyOf(config: Readonly<Record<string, unknown>>): Family {
  const modelType = (Object.hasOwn(config, "model_type") ? config["model_type"] : undefined) ?? undefined;
  const architectures = Object.hasOwn(config, "architectures") ? config["architectures"] : undefined;
  const architecture: unknown = (Array.isArray(architectures) ? architectures[0] : undefined) ?? undefined;
  const byArchitecture = typeof architecture === "string" && Object.hasOwn(ARCHITECTURES, architecture) ? ARCHITECTURES[architecture] : undefined;
  const byType = FAMILIES.find((family) => family === modelType);
  if (modelType === undefined && byArchitecture !== undefined) return byArchitecture;
  if (byType !== undefined && (architecture === undefined || byArchitecture === architectureOf(byType))) return byType;
  const found = [modelType, architecture].filter((name) => typeof name === "string").map((name) => name.slice(0, 80)).join(", ") || "neither model_type nor architectures";
  throw new WorkbenchError("spec.architectureUnknown", { found, supported: FAMILIES.join(", ") });
}

/** The family whose architecture a family names itself by: Kimi K2 says DeepseekV3ForCausalLM. */
function architectureOf(family: Family): Family {
  return family === "kimi_k2" ? "deepseek_v3" : family;
}
