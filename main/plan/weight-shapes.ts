import type { MemoryPart } from "../../shared/schemas/plan.ts";
import type { WeightFormat } from "../../shared/schemas/weight-format.ts";
import type { Weight, WeightClass } from "../domain/weights.ts";

/** Matrices of one class and shape. A plan weighs dozens of ways: adding up 60,000 weights in each would be slow. */
export interface WeightShape {
  readonly weightClass: WeightClass;
  readonly rows: number;
  readonly columns: number;
  readonly count: number;
  readonly isExpert: boolean;
  readonly isLayered: boolean;
}

export function weightShapes(weights: readonly Weight[]): WeightShape[] {
  const shapes = new Map<string, WeightShape>();
  for (const { weightClass, rows, columns, expert, layer } of weights) {
    const key = `${weightClass} ${rows} ${columns} ${layer === null}`;
    shapes.set(key, { weightClass, rows, columns, count: (shapes.get(key)?.count ?? 0) + 1, isExpert: expert !== null, isLayered: layer !== null });
  }
  return [...shapes.values()];
}

/** Bytes of W [rows, columns] in a format, with its scales. */
export function matrixBytes(format: WeightFormat, rows: number, columns: number): number {
  const blocks = (size: number): number => rows * Math.ceil(columns / size);
  switch (format) {
    case "f32":
      return rows * columns * 4;
    case "bf16":
    case "f16":
      return rows * columns * 2;
    case "fp8-block128":
      return rows * columns + 4 * Math.ceil(rows / 128) * Math.ceil(columns / 128);
    case "int8-channel":
      return rows * columns + 4 * rows;
    case "int4-channel":
      return rows * Math.ceil(columns / 2) + 4 * rows;
    case "int4-group128":
      return rows * Math.ceil(columns / 2) + 2 * blocks(128);
    case "nvfp4":
      return rows * Math.ceil(columns / 2) + blocks(16) + 4;
    case "Q8_0":
      return blocks(32) * 34;
    case "Q5_0":
      return blocks(32) * 22;
    case "Q4_0":
      return blocks(32) * 18;
    case "Q4_K":
      return blocks(256) * 144;
    case "Q6_K":
      return blocks(256) * 210;
    case "blocks4/32":
    case "blocks4/64":
    case "blocks4/128":
    case "blocks8/32":
    case "blocks8/64":
    case "blocks8/128": {
      const [bits = 4, size = 32] = format.slice("blocks".length).split("/").map(Number);
      return blocks(size) * ((size * bits) / 8 + 4);
    }
    default:
      return format satisfies never;
  }
}

/** Which line of a memory table a class belongs to. */
export function memoryPartOf(weightClass: WeightClass): Extract<MemoryPart["part"], `weights.${string}`> {
  if (weightClass.startsWith("experts.")) return "weights.experts";
  if (weightClass.startsWith("mlp.") || weightClass.startsWith("shared_experts.")) return "weights.mlp";
  if (weightClass === "embed_tokens" || weightClass === "lm_head") return "weights.embedding";
  return weightClass === "norm" || weightClass === "router" || weightClass === "bias" ? "weights.other" : "weights.attention";
}
