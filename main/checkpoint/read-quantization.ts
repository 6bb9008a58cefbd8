import { WorkbenchError } from "../../shared/errors.ts";
import { isJsonObject } from "./read-json-object.ts";
import { shownValue } from "./shown-value.ts";

/** Block scales of DeepSeek's float8 form: one scale for `blockRows` × `blockColumns` weights. */
export interface Float8Blocks {
  readonly blockRows: number;
  readonly blockColumns: number;
}

/** DeepSeek uses 128; above 1024 a block would be coarser than most tensors, and a scale per tensor is another format. */
const BLOCK_LIMIT = 1024;
const SUPPORTED = "none, or fp8 with fmt e4m3, dynamic activations and weight_block_size [rows, columns]";

/**
 * Reads `quantization_config`. Accepts none, and float8 as DeepSeek-V3 writes it; everything else is refused by its name.
 * `fmt` and `activation_scheme` may be missing: transformers omits the first when it saves. A static activation scheme is refused, since the scales of
 * its activations are part of what the model computes.
 * @returns null when the weights are not quantized
 * @throws checkpoint.quantizationUnsupported
 */
export function readQuantization(config: Readonly<Record<string, unknown>>, file: string): Float8Blocks | null {
  // Early releases of compressed-tensors wrote their own key.
  const earlier = config["compression_config"];
  if (earlier !== undefined && earlier !== null) refuse(file, "compression_config", earlier);
  const quantization = config["quantization_config"];
  if (quantization === undefined || quantization === null) return null;
  if (!isJsonObject(quantization)) return refuse(file, "quantization_config", quantization);
  const method = quantization["quant_method"];
  if (method !== "fp8") refuse(file, "quantization_config.quant_method", method ?? "(missing)");
  allow(quantization, "fmt", ["e4m3"], file);
  allow(quantization, "activation_scheme", ["dynamic"], file);
  // UE8M0 scales are float32 numbers that happen to be powers of two (DeepSeek-V3.1).
  allow(quantization, "scale_fmt", ["ue8m0", "float"], file);
  const block = quantization["weight_block_size"];
  if (!Array.isArray(block) || block.length !== 2) return refuse(file, "quantization_config.weight_block_size", block ?? "(missing)");
  const [blockRows, blockColumns] = block;
  if (!isBlockSize(blockRows) || !isBlockSize(blockColumns)) return refuse(file, "quantization_config.weight_block_size", block);
  return { blockRows, blockColumns };
}

function allow(quantization: Record<string, unknown>, key: string, accepted: readonly string[], file: string): void {
  const value = quantization[key];
  if (value === undefined || value === null) return;
  if (typeof value !== "string" || !accepted.includes(value)) refuse(file, `quantization_config.${key}`, value);
}

function isBlockSize(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= BLOCK_LIMIT;
}

function refuse(file: string, field: string, found: unknown): never {
  throw new WorkbenchError("checkpoint.quantizationUnsupported", { file, field, found: shownValue(found), supported: SUPPORTED });
}
