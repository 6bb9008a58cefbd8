import { readFileSync } from "node:fs";
import { decodeModel } from "../../../main/graph/onnx/decode-model.ts";

/** Parts of a step, in the order a token meets them. */
export const PARTS = ["embedding", "q/kv/o projections", "W_UK, W_UV", "attention", "router", "sort and gather", "experts", "shared experts", "dense MLP", "lm_head", "norms", "other"] as const;
export type Part = (typeof PARTS)[number];

/** Which weight a node reads says what it is for; patterns of weight ids (main/spec/weights-of.ts), first match. */
const BY_WEIGHT: readonly (readonly [RegExp, Part])[] = [
  [/(^|\.)embed(\.|$)/, "embedding"],
  [/lm_head/, "lm_head"],
  [/kv_b/, "W_UK, W_UV"],
  [/layers\.\d+\.(q|k|v|o|q_a|kv_a|q_b|[a-z_]*kv_a[a-z_]*)(\.|$)/, "q/kv/o projections"],
  [/router/, "router"],
  [/experts/, "experts"],
  [/shared/, "shared experts"],
  [/\.mlp\./, "dense MLP"],
];

/** Nodes that read no weight, by operator and by the scope in their name. */
const BY_NAME: readonly (readonly [RegExp, Part])[] = [
  [/LayerNormalization/, "norms"],
  [/\.attention\//, "attention"],
  [/\.moe\/(Softmax|Sigmoid|TopK|GatherElements|ReduceSum)(_token_\d+)?$/, "router"],
  [/\.moe\//, "sort and gather"],
  [/\.mlp\//, "dense MLP"],
  [/GatherBlockQuantized|^\/Gather$/, "embedding"],
];

/** Node name → part, read from the graph that is about to run. What the optimizer renames is told by its name alone. */
export function partsOf(graphFile: string): (nodeName: string, operator: string) => Part {
  const known = new Map<string, Part>();
  for (const node of decodeModel(readFileSync(graphFile), graphFile).nodes) {
    for (const [pattern, part] of BY_WEIGHT) {
      if (node.inputs.slice(1).some((input) => !input.includes("/") && pattern.test(input))) {
        known.set(node.name, /LayerNormalization/.test(node.opType) ? "norms" : part);
        break;
      }
    }
  }
  return (nodeName, operator) => known.get(nodeName) ?? BY_NAME.find(([pattern]) => pattern.test(nodeName) || pattern.test(operator))?.[1] ?? "other";
}
