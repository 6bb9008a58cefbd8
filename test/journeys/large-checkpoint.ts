import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { encodeSafetensors } from "../../main/checkpoint/encode-safetensors.ts";

const VOCABULARY = 262_144;
const WIDTH = 256;

/** A valid Llama of one layer whose embedding takes 134 MB: large enough that copying and packing it can be met at work. */
export function writeLargeCheckpoint(directory: string): void {
  mkdirSync(directory, { recursive: true });
  const shapes: Record<string, number[]> = {
    "model.embed_tokens.weight": [VOCABULARY, WIDTH], "model.norm.weight": [WIDTH],
    "model.layers.0.input_layernorm.weight": [WIDTH], "model.layers.0.post_attention_layernorm.weight": [WIDTH],
    "model.layers.0.self_attn.q_proj.weight": [WIDTH, WIDTH], "model.layers.0.self_attn.k_proj.weight": [WIDTH, WIDTH], "model.layers.0.self_attn.v_proj.weight": [WIDTH, WIDTH],
    "model.layers.0.self_attn.o_proj.weight": [WIDTH, WIDTH], "model.layers.0.mlp.gate_proj.weight": [WIDTH, WIDTH], "model.layers.0.mlp.up_proj.weight": [WIDTH, WIDTH],
    "model.layers.0.mlp.down_proj.weight": [WIDTH, WIDTH],
  };
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const values = new Float32Array(shape.reduce((product, dim) => product * dim, 1));
    for (let i = 0; i < values.length; i++) values[i] = name.includes("norm") ? 1 : ((i * 2654435761) % 2048) / 32768 - 1 / 32;
    return { name, dtype: "F32" as const, shape, bytes: new Uint8Array(values.buffer) };
  });
  writeFileSync(path.join(directory, "model.safetensors"), encodeSafetensors(tensors, { format: "pt" }));
  writeFileSync(
    path.join(directory, "config.json"),
    JSON.stringify({
      model_type: "llama", architectures: ["LlamaForCausalLM"], vocab_size: VOCABULARY, hidden_size: WIDTH, intermediate_size: WIDTH, num_hidden_layers: 1, num_attention_heads: 4, num_key_value_heads: 4,
      max_position_embeddings: 512, rms_norm_eps: 1e-6, tie_word_embeddings: true, bos_token_id: 0, eos_token_id: 1, rope_theta: 10000, hidden_act: "silu", torch_dtype: "float32",
    }),
  );
}
