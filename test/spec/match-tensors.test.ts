import { describe, expect, it } from "vitest";
import type { CheckpointTensor } from "../../main/domain/checkpoint.ts";
import { matchTensors } from "../../main/spec/match-tensors.ts";
import { modelArithmetic } from "../../main/spec/model-arithmetic.ts";
import { readModelSpec } from "../../main/spec/read-model-spec.ts";
import { weightsOf } from "../../main/spec/weights-of.ts";
import { REFERENCES, referenceConfig, referenceTensors, tensorOf } from "./reference-headers.ts";

const DIRECTORY = "/models/here";

function match(config: Record<string, unknown>, tensors: ReadonlyMap<string, CheckpointTensor>) {
  const spec = readModelSpec(config);
  const weights = weightsOf(spec, new Set(tensors.keys()));
  return { spec, weights, ...matchTensors(spec, weights, { directory: DIRECTORY, tensors }) };
}

/** The deepseek-v3 reference with tensors put in, replaced or (null) taken out. */
function changed(changes: Readonly<Record<string, readonly number[] | null>>, name = "deepseek-v3") {
  const tensors = referenceTensors(name);
  for (const [tensor, shape] of Object.entries(changes)) {
    if (shape === null) tensors.delete(tensor);
    else tensors.set(tensor, tensorOf(tensor, shape));
  }
  return () => match(referenceConfig(name), tensors);
}

describe("the checkpoints that transformers wrote", () => {
  it.each(REFERENCES)("%s has every tensor that its spec asks for and no other", (name) => {
    const tensors = referenceTensors(name);
    const { weights, ignoredMtp } = match(referenceConfig(name), tensors);
    const used = new Set(weights.flatMap(({ parts }) => parts.map(({ tensor }) => tensor)));
    expect(used.size + ignoredMtp.length).toBe(tensors.size);
    expect(new Set(weights.map(({ id }) => id)).size).toBe(weights.length);
  });

  it.each(REFERENCES)("%s: each row of each tensor is in one weight, once", (name) => {
    const tensors = referenceTensors(name);
    const { weights } = match(referenceConfig(name), tensors);
    const spans = new Map<string, { start: number; end: number }[]>();
    for (const { parts } of weights) for (const { tensor, rowStart, rowCount } of parts) spans.set(tensor, [...(spans.get(tensor) ?? []), { start: rowStart, end: rowStart + rowCount }]);
    for (const [name, list] of spans) {
      const shape = tensors.get(name)?.shape ?? [];
      const rows = shape.slice(0, -1).reduce((product, dimension) => product * dimension, 1);
      const sorted = list.toSorted((a, b) => a.start - b.start);
      expect([0, ...sorted.map(({ end }) => end)]).toEqual([...sorted.map(({ start }) => start), rows]);
    }
  });

  it.each(REFERENCES)("%s: the parameters counted are the numbers stored", (name) => {
    const tensors = referenceTensors(name);
    const { spec, ignoredMtp } = match(referenceConfig(name), tensors);
    const stored = [...tensors.values()].filter((tensor) => !ignoredMtp.includes(tensor.name) && !tensor.name.endsWith("e_score_correction_bias"));
    expect(modelArithmetic(spec).totalParameters).toBe(stored.reduce((sum, { shape }) => sum + shape.reduce((product, dimension) => product * dimension, 1), 0));
  });
});

describe("tensors that do not fit the config", () => {
  const expert = "model.layers.1.mlp.experts.5.up_proj.weight";
  const kvB = "model.layers.0.self_attn.kv_b_proj.weight";
  it.each([
    ["a missing expert", { [expert]: null }, "checkpoint.tensorMissing", { tensor: expert, directory: DIRECTORY }],
    ["a missing correction bias", { "model.layers.2.mlp.gate.e_score_correction_bias": null }, "checkpoint.tensorMissing", { tensor: "model.layers.2.mlp.gate.e_score_correction_bias", directory: DIRECTORY }],
    ["an expert turned around", { [expert]: [128, 64] }, "checkpoint.tensorShape", { tensor: expert, expected: "64 × 128", found: "128 × 64" }],
    ["kv_b_proj a head short", { [kvB]: [168, 64] }, "checkpoint.tensorShape", { tensor: kvB, expected: "224 × 64", found: "168 × 64" }],
    ["kv_b_proj a head long", { [kvB]: [280, 64] }, "checkpoint.tensorShape", { tensor: kvB, expected: "224 × 64", found: "280 × 64" }],
    ["the same numbers split otherwise", { [kvB]: [4, 56, 64] }, "checkpoint.tensorShape", { tensor: kvB, expected: "224 × 64", found: "4 × 56 × 64" }],
    ["a norm as a matrix", { "model.norm.weight": [1, 128] }, "checkpoint.tensorShape", { tensor: "model.norm.weight", expected: "128", found: "1 × 128" }],
    ["a norm with an axis more", { "model.norm.weight": [128, 2] }, "checkpoint.tensorShape", { tensor: "model.norm.weight", expected: "128", found: "128 × 2" }],
    ["a norm without dimensions", { "model.norm.weight": [] }, "checkpoint.tensorShape", { tensor: "model.norm.weight", expected: "128", found: "a scalar" }],
    ["an expert too many", { "model.layers.1.mlp.experts.16.up_proj.weight": [64, 128] }, "checkpoint.tensorUnexpected", { tensor: "model.layers.1.mlp.experts.16.up_proj.weight", count: 1 }],
    ["a layer beyond the prediction layer", { "model.layers.4.mlp.gate.weight": [16, 128] }, "checkpoint.tensorUnexpected", { tensor: "model.layers.4.mlp.gate.weight", count: 1 }],
    ["a bias that no one asked for", { "model.layers.0.self_attn.o_proj.bias": [128] }, "checkpoint.tensorUnexpected", { tensor: "model.layers.0.self_attn.o_proj.bias", count: 1 }],
    ["another model's tower", { "vision_tower.a": [1], "vision_tower.b": [1] }, "checkpoint.tensorUnexpected", { tensor: "vision_tower.a", count: 2 }],
  ])("%s", (_, changes, code, details) => {
    expect(changed(changes)).toThrow(expect.objectContaining({ code, details }));
  });

  it("a V2 model with a layer too many is not taken for a prediction layer", () => {
    expect(changed({ "model.layers.3.input_layernorm.weight": [128] }, "deepseek-v2")).toThrow(expect.objectContaining({ code: "checkpoint.tensorUnexpected" }));
  });

  it("layers after the last are prediction layers of V3: counted and left out", () => {
    const { spec, ignoredMtp } = changed({ "model.layers.3.never_seen.weight": [128] })();
    expect(spec.layers).toHaveLength(3);
    expect(ignoredMtp).toContain("model.layers.3.never_seen.weight");
    expect(ignoredMtp.every((name) => name.startsWith("model.layers.3."))).toBe(true);
  });

  it("buffers that the config says already, and the copy of tied embeddings, may lie about", () => {
    expect(changed({ "model.layers.0.self_attn.rotary_emb.inv_freq": [8], "model.rotary_emb.inv_freq": [8], "lm_head.weight": [320, 128] }, "llama")).not.toThrow();
  });
});

describe("experts fused into one tensor a layer, as newer writers keep them", () => {
  /** The reference with the experts of its MoE layers [E, 2I, D] and [E, D, I]. */
  function fused(gateUp: readonly number[], down: readonly number[]) {
    const changes: Record<string, readonly number[] | null> = {};
    for (const tensor of referenceTensors("deepseek-v3").keys()) if (/^model\.layers\.[12]\.mlp\.experts\./.test(tensor)) changes[tensor] = null;
    for (const layer of [1, 2]) {
      changes[`model.layers.${layer}.mlp.experts.gate_up_proj`] = gateUp;
      changes[`model.layers.${layer}.mlp.experts.down_proj`] = down;
    }
    return changed(changes);
  }

  it("match", () => {
    const { weights } = fused([16, 128, 128], [16, 128, 64])();
    const down = weights.find(({ id }) => id === "layers.2.experts.3.down");
    expect(down).toMatchObject({ rows: 128, columns: 64, expert: 3, parts: [{ tensor: "model.layers.2.mlp.experts.down_proj", rowStart: 3 * 128, rowCount: 128 }] });
  });

  it("do not match with their axes in another order", () => {
    expect(fused([128, 16, 128], [16, 128, 64])).toThrow(expect.objectContaining({ code: "checkpoint.tensorShape" }));
    expect(fused([16, 128, 128], [16, 64, 128])).toThrow(expect.objectContaining({ code: "checkpoint.tensorShape" }));
    expect(fused([2048, 128], [16, 128, 64])).toThrow(expect.objectContaining({ code: "checkpoint.tensorShape" }));
  });
});

describe("names that Mixtral has had", () => {
  const config = {
    model_type: "mixtral", hidden_size: 8, vocab_size: 32, num_attention_heads: 2, num_key_value_heads: 1, num_hidden_layers: 1,
    intermediate_size: 16, num_local_experts: 2, num_experts_per_tok: 1, max_position_embeddings: 64,
  };
  const around = { "model.embed_tokens.weight": [32, 8], "model.norm.weight": [8], "lm_head.weight": [32, 8] };
  const layer = {
    "input_layernorm.weight": [8], "post_attention_layernorm.weight": [8],
    "self_attn.q_proj.weight": [8, 8], "self_attn.k_proj.weight": [4, 8], "self_attn.v_proj.weight": [4, 8], "self_attn.o_proj.weight": [8, 8],
  };
  const own = { "gate.weight": [2, 8], ...Object.fromEntries([0, 1].flatMap((e) => [[`experts.${e}.w1.weight`, [16, 8]], [`experts.${e}.w3.weight`, [16, 8]], [`experts.${e}.w2.weight`, [8, 16]]])) };
  const fused = { "gate.weight": [2, 8], "experts.gate_up_proj": [2, 32, 8], "experts.down_proj": [2, 8, 16] };
  const prefixed = (prefix: string, shapes: object) => Object.entries(shapes).map(([name, shape]) => [`${prefix}${name}`, shape as number[]] as const);
  const tensors = (moe: readonly (readonly [string, number[]])[]) => new Map([...prefixed("", around), ...prefixed("model.layers.0.", layer), ...moe].map(([name, shape]) => [name, tensorOf(name, shape)]));

  it("w1, w3 and w2 under block_sparse_moe are gate, up and down", () => {
    const { weights } = match(config, tensors(prefixed("model.layers.0.block_sparse_moe.", own)));
    expect(weights.find(({ id }) => id === "layers.0.experts.1.gate_up")?.parts.map(({ tensor }) => tensor)).toEqual(["w1", "w3"].map((w) => `model.layers.0.block_sparse_moe.experts.1.${w}.weight`));
    expect(weights.find(({ id }) => id === "layers.0.experts.1.down")).toMatchObject({ rows: 8, columns: 16, parts: [{ tensor: "model.layers.0.block_sparse_moe.experts.1.w2.weight" }] });
  });

  it("and fused under mlp they are the same", () => {
    const { weights } = match(config, tensors(prefixed("model.layers.0.mlp.", fused)));
    expect(weights.find(({ id }) => id === "layers.0.experts.1.gate_up")).toMatchObject({ rows: 32, columns: 8, parts: [{ tensor: "model.layers.0.mlp.experts.gate_up_proj", rowStart: 32, rowCount: 32 }] });
  });
});

describe("the halves of kv_b_proj", () => {
  it("are W_UK transposed and W_UV, head by head", () => {
    const { weights } = changed({})();
    const tensor = "model.layers.1.self_attn.kv_b_proj.weight";
    // N = 32, v = 24, R = 64: head 2 starts at row 2 · 56.
    expect(weights.find(({ id }) => id === "layers.1.kv_b.k.2")).toMatchObject({ rows: 64, columns: 32, transposed: true, parts: [{ tensor, rowStart: 112, rowCount: 32 }] });
    expect(weights.find(({ id }) => id === "layers.1.kv_b.v.2")).toMatchObject({ rows: 24, columns: 64, transposed: false, parts: [{ tensor, rowStart: 144, rowCount: 24 }] });
  });
});

describe("bytes of a stored model", () => {
  it("are codes, float32 scales and zero points of each block, a partial block whole", () => {
    const spec = readModelSpec(referenceConfig("deepseek-v2"));
    const storage = new Map(weightsOf(spec, new Set()).map((weight) => [weight.id, weight.weightClass === "q_a_proj" ? { kind: "blocks" as const, bits: 4 as const, blockSize: 64 as const, symmetric: false } : weight.weightClass === "q_b_proj" ? { kind: "blocks" as const, bits: 8 as const, blockSize: 32 as const, symmetric: true } : { kind: "float32" as const }]));
    const classes = new Map(modelArithmetic(spec, storage).classes.map((row) => [row.weightClass, row]));
    // q_a [48, 128]: 2 blocks a row of 32 bytes, 2 scales, 2 nibbles of zero points. q_b [4 · 48, 48]: 2 blocks a row, the second half empty.
    expect(classes.get("q_a_proj")?.bytes).toBe(3 * 48 * (2 * 32 + 2 * 4 + 1));
    expect(classes.get("q_b_proj")?.bytes).toBe(3 * 192 * (2 * 32 + 2 * 4));
    expect(classes.get("kv_a_proj")?.bytes).toBe(3 * (64 + 16) * 128 * 4);
  });
});
