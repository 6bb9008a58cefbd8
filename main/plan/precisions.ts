import type { EngineKind, PrecisionUse } from "../../shared/schemas/plan.ts";
import type { WeightFormat } from "../../shared/schemas/weight-format.ts";
import type { Storage, StorageMap, Weight, WeightClass } from "../domain/weights.ts";
import type { DevicePool } from "./device-pools.ts";
import type { PlannedModel } from "./planned-model.ts";
import { matrixBytes, type WeightShape } from "./weight-shapes.ts";

/** A precision with what orders it: more `quality` loses less of the model as it was published. */
export interface Precision extends PrecisionUse {
  readonly quality: number;
}

type FormatOf = (weightClass: WeightClass, columns: number) => WeightFormat;
type ComputesIn = PrecisionUse["computesIn"];

const isSmall = (weightClass: WeightClass): boolean => weightClass === "norm" || weightClass === "router" || weightClass === "bias";
const isTable = (weightClass: WeightClass): boolean => weightClass === "embed_tokens" || weightClass === "lm_head";
const isExpert = (weightClass: WeightClass): boolean => weightClass.startsWith("experts.");
const isMlp = (weightClass: WeightClass): boolean => weightClass.startsWith("mlp.") || weightClass.startsWith("shared_experts.") || isExpert(weightClass);

/** Tables and small weights in 16 bits, as every publisher leaves them; the rest in `format`. */
const linearsIn = (format: WeightFormat, kvB: WeightFormat = format): FormatOf => (weightClass) => (isSmall(weightClass) || isTable(weightClass) ? "bf16" : weightClass === "kv_b_proj" ? kvB : format);

/** GGUF (notes on ggml): blocks run along a row, so K-quants want rows of 256 and the others of 32; llama.cpp falls back as written here. */
function ggufFormat(wanted: "f16" | "Q8_0" | "Q4_0" | "Q4_K"): FormatOf {
  return (weightClass, columns) => {
    if (isSmall(weightClass)) return "f32";
    if (columns % 32 !== 0) return "f16";
    const format = wanted === "Q4_K" && weightClass === "lm_head" ? "Q6_K" : wanted;
    if (columns % 256 === 0 || !(format === "Q4_K" || format === "Q6_K")) return format;
    return format === "Q4_K" ? "Q5_0" : "Q8_0";
  };
}

interface PrecisionRule {
  readonly name: string;
  readonly computesIn: ComputesIn;
  readonly quality: number;
  readonly maker: string;
  readonly formatOf: FormatOf;
  readonly takes: (pool: DevicePool) => boolean;
}

const capability = (least: number, below = Number.POSITIVE_INFINITY) => ({ kind, computeCapability }: DevicePool): boolean => kind === "nvidia" && computeCapability !== null && computeCapability >= least && computeCapability < below;
const ascendOf = (...families: string[]) => ({ kind, device }: DevicePool): boolean => kind === "ascend" && device !== null && families.includes(device.family);
const either = (...rules: ((pool: DevicePool) => boolean)[]) => (pool: DevicePool): boolean => rules.some((rule) => rule(pool));
const always = (): boolean => true;

const BF16: PrecisionRule = { name: "bf16", computesIn: "bf16", quality: 16, maker: "publisher", formatOf: () => "bf16", takes: capability(8) };
/** Chips that multiply 8-bit floats: from Ada on; older ones would expand each weight first. */
const FP8: PrecisionRule = { name: "fp8", computesIn: "fp8", quality: 9, maker: "publisher or llm-compressor", formatOf: linearsIn("fp8-block128"), takes: capability(8.9) };
const W8A8: PrecisionRule = { name: "w8a8", computesIn: "int8", quality: 8, maker: "llm-compressor", formatOf: linearsIn("int8-channel"), takes: capability(8, 10) };
const W4A16: PrecisionRule = { name: "w4a16", computesIn: "bf16", quality: 4, maker: "llm-compressor, AWQ or GPTQ", formatOf: linearsIn("int4-group128", "bf16"), takes: capability(8) };
/** As Nvidia publishes R1: MLPs and experts in 4 bits, attention in 16. */
const NVFP4: PrecisionRule = { name: "nvfp4", computesIn: "fp4", quality: 5, maker: "TensorRT Model Optimizer", formatOf: (weightClass) => (isMlp(weightClass) ? "nvfp4" : "bf16"), takes: capability(10) };

const MODELSLIM = "msModelSlim";
const ASCEND_BF16: PrecisionRule = { ...BF16, takes: ascendOf("910B", "910C", "950") };
const ASCEND_FP16: PrecisionRule = { ...BF16, name: "fp16", computesIn: "fp16", formatOf: () => "f16", takes: ascendOf("310P") };
/** msModelSlim leaves kv_b_proj in 16 bits. */
const ASCEND_W8A8: PrecisionRule = { ...W8A8, maker: MODELSLIM, formatOf: linearsIn("int8-channel", "bf16"), takes: ascendOf("910B", "910C", "950", "310P") };
/** Weights of the experts in 4 bits, computed in int8 like the rest. */
const ASCEND_W4A8: PrecisionRule = {
  ...W8A8, name: "w4a8", quality: 5, maker: MODELSLIM, formatOf: (weightClass, columns) => (isExpert(weightClass) ? "int4-channel" : linearsIn("int8-channel", "bf16")(weightClass, columns)), takes: ascendOf("910B", "910C", "950"),
};
const ASCEND_FP8: PrecisionRule = { ...FP8, takes: ascendOf("950") };

const GGUF = "llama.cpp (convert_hf_to_gguf, llama-quantize)";
const gguf = (name: string, wanted: Parameters<typeof ggufFormat>[0], quality: number, takes: PrecisionRule["takes"]): PrecisionRule => ({ name, computesIn: wanted === "f16" ? "fp16" : "int8", quality, maker: GGUF, formatOf: ggufFormat(wanted), takes });
/** On Ascend llama.cpp runs F16, Q8_0 and Q4_0 alone. */
const LLAMA: readonly PrecisionRule[] = [gguf("F16", "f16", 16, always), gguf("Q8_0", "Q8_0", 8, always), gguf("Q4_K_S", "Q4_K", 5, ({ kind }) => kind !== "ascend"), gguf("Q4_0", "Q4_0", 4, always)];

const RULES: Record<Exclude<EngineKind, "onnx">, readonly PrecisionRule[]> = {
  "llama.cpp": LLAMA,
  vllm: [{ ...BF16, takes: either(capability(8), ({ kind }) => kind === "cpu") }, FP8, W8A8, NVFP4, W4A16],
  "vllm-ascend": [ASCEND_BF16, ASCEND_FP16, ASCEND_FP8, ASCEND_W8A8, ASCEND_W4A8],
  sglang: [{ ...BF16, takes: either(BF16.takes, ASCEND_BF16.takes) }, FP8, { ...ASCEND_W8A8, takes: ascendOf("910B", "910C") }, { ...W8A8, name: "w8a8" }, NVFP4, W4A16],
  "tensorrt-llm": [FP8, NVFP4],
  mindie: [{ ...ASCEND_BF16, takes: ascendOf("910B", "910C") }, ASCEND_FP16, { ...ASCEND_W8A8, takes: ascendOf("910B", "910C", "310P") }],
};

/** The precisions in which an engine runs the model on a pool, best first. */
export function precisionsFor(engine: EngineKind, model: PlannedModel, shapes: readonly WeightShape[], pool: DevicePool): Precision[] {
  if (engine === "onnx") return pool.kind === "cpu" ? packagePrecisions(model) : [];
  return RULES[engine].filter((rule) => rule.takes(pool)).map((rule) => precisionOf(rule, shapes, model)).toSorted((a, b) => b.quality - a.quality);
}

function precisionOf({ name, computesIn, quality, maker, formatOf }: PrecisionRule, shapes: readonly WeightShape[], { publishedIn }: PlannedModel): Precision {
  const classes = new Map<string, PrecisionUse["classes"][number]>();
  let parameters = 0;
  for (const { weightClass, rows, columns, count } of shapes) {
    const format = formatOf(weightClass, columns);
    const key = `${weightClass} ${format}`;
    classes.set(key, { weightClass, format, bytes: (classes.get(key)?.bytes ?? 0) + count * matrixBytes(format, rows, columns) });
    parameters += count * rows * columns;
  }
  const isPublished = name === publishedIn;
  // Nothing is gained by spreading published float8 over 16 bits.
  return { ...summed(name, [...classes.values()], parameters), computesIn, maker: isPublished ? "publisher" : maker, madeBySallyport: false, quality: isPublished ? 17 : quality };
}

function summed(name: string, classes: PrecisionUse["classes"], parameters: number): Pick<PrecisionUse, "name" | "classes" | "bytes" | "bitsPerWeight"> {
  const bytes = classes.reduce((sum, entry) => sum + entry.bytes, 0);
  return { name, classes, bytes, bitsPerWeight: (bytes * 8) / parameters };
}

/** Our own packages: what the package is, or any preset that the checkpoint can be made into. */
function packagePrecisions({ forms, weights }: PlannedModel): Precision[] {
  const parameters = weights.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  return forms.map(({ recipe, storage }) => {
    const use = summed(recipe, packageClasses(weights, storage), parameters);
    return { ...use, computesIn: use.bitsPerWeight > 16 ? "float32" as const : "int8" as const, maker: "Sallyport", madeBySallyport: true, quality: use.bitsPerWeight };
  }).toSorted((a, b) => b.quality - a.quality);
}

function packageClasses(weights: readonly Weight[], storage: StorageMap): PrecisionUse["classes"] {
  const classes = new Map<string, PrecisionUse["classes"][number]>();
  for (const { id, weightClass, rows, columns } of weights) {
    const stored = storage.get(id) ?? { kind: "float32" };
    const format = storageFormat(stored);
    const key = `${weightClass} ${format}`;
    classes.set(key, { weightClass, format, bytes: (classes.get(key)?.bytes ?? 0) + storedBytes(stored, rows, columns) });
  }
  return [...classes.values()];
}

const storageFormat = (storage: Storage): WeightFormat => (storage.kind === "float32" ? "f32" : `blocks${storage.bits}/${storage.blockSize}`);

/** As the package holds it: codes, a float32 scale a block, and zero points where they are not all alike. */
function storedBytes(storage: Storage, rows: number, columns: number): number {
  const zeroPoints = storage.kind === "float32" || storage.symmetric ? 0 : rows * Math.ceil((Math.ceil(columns / storage.blockSize) * storage.bits) / 8);
  return matrixBytes(storageFormat(storage), rows, columns) + zeroPoints;
}
