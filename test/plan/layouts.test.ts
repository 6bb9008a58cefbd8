import { describe, expect, it } from "vitest";
import { devicePools, type DevicePool } from "../../main/plan/device-pools.ts";
import { layouts } from "../../main/plan/layouts.ts";
import { presetMachine } from "../../main/plan/preset-machine.ts";
import { readModelSpec } from "../../main/spec/read-model-spec.ts";
import type { ModelSpec } from "../../shared/schemas/model-spec.ts";
import { PUBLISHED } from "../spec/published-configs.ts";

const configOf = (name: string): Record<string, unknown> => PUBLISHED.find((each) => each.name === name)?.config ?? {};
const mixtralLarge = readModelSpec({ ...configOf("Mixtral 8x7B"), num_hidden_layers: 56, hidden_size: 6144, num_attention_heads: 48, intermediate_size: 16384, vocab_size: 32768 });

const poolOf = (preset: string, count: number): DevicePool => ({ ...(devicePools(presetMachine(preset)).pools[0] as DevicePool), count });

const MODELS: readonly (readonly [string, ModelSpec])[] = [["Mixtral 8x22B", mixtralLarge], ...PUBLISHED.map(({ name, config }) => [name, readModelSpec(config)] as const)];

describe.each(MODELS)("%s is spread only as engines start it", (_, spec) => {
  it.each([1, 3, 5, 6, 7, 8, 12, 16])("on %i devices of one, three and sixteen nodes", (count) => {
    for (const nodes of [1, 3, 16]) {
      for (const { devices, tensor, data, pipeline, expert } of layouts("vllm", spec, poolOf("h100x8", count), { nodes })) {
        const { attention, moe } = spec;
        expect(tensor * data * pipeline).toBe(devices);
        expect(attention.headCount % tensor).toBe(0);
        if (attention.kind === "gqa") expect(Math.max(tensor, attention.kvHeadCount) % Math.min(tensor, attention.kvHeadCount)).toBe(0);
        // --enable-expert-parallel spreads over all devices of a stage, no fewer, until each has one expert.
        expect(expert).toBe(moe === null ? 1 : Math.min(tensor * data, moe.expertCount));
        if (moe !== null) expect(moe.expertCount % expert).toBe(0);
      }
    }
  });
});

it("48 heads with 8 KV heads are never cut six ways", () => {
  const ways = layouts("vllm", mixtralLarge, poolOf("h100x8", 6), { nodes: 1 });
  expect(ways.filter(({ tensor }) => tensor === 6 || tensor === 3)).toEqual([]);
  expect(ways.some(({ devices }) => devices === 6)).toBe(true);
});

it.each(MODELS)("TensorRT-LLM has the attention of %s data-parallel over all devices or over none", (_, spec) => {
  for (const { tensor, data } of layouts("tensorrt-llm", spec, poolOf("h200x8", 8), { nodes: 1 })) expect(Math.min(tensor, data)).toBe(1);
});

it.each([[4, true], [8, false]])("MindIE on %i nodes: %s", (nodes, isPossible) => {
  expect(layouts("mindie", readModelSpec(configOf("DeepSeek V3")), poolOf("910b3x8", 8), { nodes }).some((way) => way.nodes === nodes)).toBe(isPossible);
});
