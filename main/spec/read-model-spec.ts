import { WorkbenchError } from "../../shared/errors.ts";
import { FAMILIES, type Family, ModelSpec } from "../../shared/schemas/model-spec.ts";
import { ConfigReader } from "./config-reader.ts";
import { readDeepseekV2 } from "./deepseek-v2.ts";
import { readDeepseekV3 } from "./deepseek-v3.ts";
import { readLlama } from "./llama.ts";
import { readMixtral } from "./mixtral.ts";
import { readQwen3Moe } from "./qwen3-moe.ts";

/** kimi_k2 is DeepSeek V3's architecture under another name. */
const READERS: Record<Family, (config: ConfigReader) => ModelSpec> = {
  deepseek_v2: readDeepseekV2,
  deepseek_v3: readDeepseekV3,
  kimi_k2: readDeepseekV3,
  llama: readLlama,
  qwen3_moe: readQwen3Moe,
  mixtral: readMixtral,
};

/** For configs that carry no model_type. */
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
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new WorkbenchError("spec.fieldInvalid", { field: issue?.path.join(".") ?? "config", family, found: "a value out of range", expected: issue?.message ?? "a valid model" });
}

function familyOf(config: Readonly<Record<string, unknown>>): Family {
  const modelType = Object.hasOwn(config, "model_type") ? config["model_type"] : undefined;
  const architectures = Object.hasOwn(config, "architectures") ? config["architectures"] : undefined;
  const architecture: unknown = Array.isArray(architectures) ? architectures[0] : undefined;
  const byType = FAMILIES.find((family) => family === modelType);
  if (byType !== undefined) return byType;
  if (modelType === undefined && typeof architecture === "string" && Object.hasOwn(ARCHITECTURES, architecture)) return ARCHITECTURES[architecture] as Family;
  const found = [modelType, architecture].filter((name) => typeof name === "string").map((name) => String(name).slice(0, 80)).join(", ") || "neither model_type nor architectures";
  throw new WorkbenchError("spec.architectureUnknown", { found, supported: FAMILIES.join(", ") });
}
