#!/usr/bin/env node
// Writes one model shape twice, with random weights, so that two engines can be timed on the same work:
//   OUT/checkpoint/  config.json + model-*.safetensors (bfloat16), as a hub checkpoint of DeepseekV2ForCausalLM
//   OUT/q4_0.gguf    the same tensors' shapes as llama.cpp's deepseek2 architecture, Q4_0 (18 bytes per 32 weights)
// The weights differ; the shapes, and so the bytes and the arithmetic per token, do not.
//
//   node make-synthetic.mjs OUT [--layers 6] [--only gguf|checkpoint]
//
// The shape is DeepSeek-V2-Lite's (2048 wide, 64 routed experts of 1408, 6 active, 2 shared, latent 512 + rope 64) with
// fewer layers, a 32000-token vocabulary, and a query LoRA of 768, because llama.cpp takes a deepseek2 model without
// one only at 26 or 27 layers. 6 layers: 3.1e9 parameters, 6.3 GB of bfloat16, 1.8 GB of Q4_0.
import fs from 'node:fs';
import path from 'node:path';
import crypto from 'node:crypto';

const args = process.argv.slice(2);
const out = args[0];
if (!out || out.startsWith('-')) { console.error('usage: make-synthetic.mjs OUT [--layers N] [--only gguf|checkpoint]'); process.exit(2); }
const opt = (name, fallback) => { const i = args.indexOf(`--${name}`); return i < 0 ? fallback : args[i + 1]; };
const layers = Number(opt('layers', 6));
const only = opt('only', 'both');
const S = { vocab: 32000, hidden: 2048, heads: 16, qLora: 768, kvLora: 512, nope: 128, rope: 64, v: 128, experts: 64, used: 6, shared: 2, moe: 1408, dense: 10944 };
fs.mkdirSync(out, { recursive: true });

// 16 MiB of noise, read from a different start for each tensor so that no two experts are byte-equal (equal bytes
// would sit in cache together and flatter whoever reads them).
const noise = crypto.randomBytes(1 << 24);
function fill(fd, position, bytes, block) {
  let start = Math.floor(Math.random() * 1024) * 8192 % block.length;
  while (bytes > 0) {
    const n = Math.min(bytes, block.length - start);
    fs.writeSync(fd, block, start, n, position);
    position += n; bytes -= n; start = 0;
  }
}

if (only !== 'checkpoint') writeGguf(path.join(out, 'q4_0.gguf'));
if (only !== 'gguf') writeCheckpoint(path.join(out, 'checkpoint'));

function writeGguf(file) {
  const u32 = (v) => { const b = Buffer.alloc(4); b.writeUInt32LE(v); return b; };
  const f32 = (v) => { const b = Buffer.alloc(4); b.writeFloatLE(v); return b; };
  const u64 = (v) => { const b = Buffer.alloc(8); b.writeBigUInt64LE(BigInt(v)); return b; };
  const str = (v) => { const b = Buffer.from(v, 'utf8'); return Buffer.concat([u64(b.length), b]); };
  const kv = [];
  const put = (key, type, value) => kv.push(Buffer.concat([str(key), u32(type), value]));
  const int = (key, value) => put(key, 4, u32(value));
  const float = (key, value) => put(key, 6, f32(value));
  put('general.architecture', 8, str('deepseek2')); put('general.name', 8, str('synthetic')); int('general.file_type', 2);
  const p = 'deepseek2.';
  for (const [key, value] of Object.entries({
    block_count: layers, context_length: 32768, embedding_length: S.hidden, feed_forward_length: S.dense, 'attention.head_count': S.heads,
    'attention.head_count_kv': 1, expert_used_count: S.used, expert_count: S.experts, leading_dense_block_count: 1, vocab_size: S.vocab,
    'attention.q_lora_rank': S.qLora, 'attention.kv_lora_rank': S.kvLora, 'attention.key_length': S.kvLora + S.rope, 'attention.value_length': S.kvLora,
    'attention.key_length_mla': S.nope + S.rope, 'attention.value_length_mla': S.v, expert_feed_forward_length: S.moe, expert_shared_count: S.shared,
    expert_gating_func: 1, 'rope.dimension_count': S.rope,
  })) int(p + key, value);
  float(`${p}rope.freq_base`, 10000); float(`${p}attention.layer_norm_rms_epsilon`, 1e-6); float(`${p}expert_weights_scale`, 1);
  put(`${p}expert_weights_norm`, 7, Buffer.from([0]));
  put('tokenizer.ggml.model', 8, str('gpt2')); put('tokenizer.ggml.pre', 8, str('deepseek-llm'));
  const tokens = Array.from({ length: S.vocab }, (_, i) => (i < 256 ? String.fromCharCode(i < 33 || i > 126 ? 256 + i : i) : `t${i}`));
  put('tokenizer.ggml.tokens', 9, Buffer.concat([u32(8), u64(tokens.length), ...tokens.map(str)]));
  put('tokenizer.ggml.token_type', 9, Buffer.concat([u32(5), u64(tokens.length), ...tokens.map(() => u32(1))]));
  put('tokenizer.ggml.merges', 9, Buffer.concat([u32(8), u64(1), str('a b')]));
  int('tokenizer.ggml.bos_token_id', 0); int('tokenizer.ggml.eos_token_id', 1);

  const F32 = 0, Q4_0 = 2;
  const tensors = [['token_embd.weight', [S.hidden, S.vocab], Q4_0], ['output_norm.weight', [S.hidden], F32], ['output.weight', [S.hidden, S.vocab], Q4_0]];
  for (let l = 0; l < layers; l++) {
    const add = (name, dims, type) => tensors.push([`blk.${l}.${name}.weight`, dims, type]);
    add('attn_norm', [S.hidden], F32); add('attn_q_a', [S.hidden, S.qLora], Q4_0); add('attn_q_a_norm', [S.qLora], F32);
    add('attn_q_b', [S.qLora, S.heads * (S.nope + S.rope)], Q4_0); add('attn_kv_a_mqa', [S.hidden, S.kvLora + S.rope], Q4_0); add('attn_kv_a_norm', [S.kvLora], F32);
    add('attn_k_b', [S.nope, S.kvLora, S.heads], Q4_0); add('attn_v_b', [S.kvLora, S.v, S.heads], Q4_0); add('attn_output', [S.heads * S.v, S.hidden], Q4_0); add('ffn_norm', [S.hidden], F32);
    if (l === 0) { add('ffn_gate', [S.hidden, S.dense], Q4_0); add('ffn_up', [S.hidden, S.dense], Q4_0); add('ffn_down', [S.dense, S.hidden], Q4_0); continue; }
    add('ffn_gate_inp', [S.hidden, S.experts], F32);
    add('ffn_gate_exps', [S.hidden, S.moe, S.experts], Q4_0); add('ffn_up_exps', [S.hidden, S.moe, S.experts], Q4_0); add('ffn_down_exps', [S.moe, S.hidden, S.experts], Q4_0);
    add('ffn_gate_shexp', [S.hidden, S.moe * S.shared], Q4_0); add('ffn_up_shexp', [S.hidden, S.moe * S.shared], Q4_0); add('ffn_down_shexp', [S.moe * S.shared, S.hidden], Q4_0);
  }
  const align = (n) => Math.ceil(n / 32) * 32;
  let offset = 0;
  const infos = tensors.map(([name, dims, type]) => {
    const count = dims.reduce((a, b) => a * b, 1);
    const info = { name, dims, type, bytes: type === Q4_0 ? (count / 32) * 18 : count * 4, offset };
    offset = align(offset + info.bytes);
    return info;
  });
  const header = Buffer.concat([Buffer.from('GGUF'), u32(3), u64(infos.length), u64(kv.length), ...kv,
    ...infos.map((t) => Buffer.concat([str(t.name), u32(t.dims.length), ...t.dims.map(u64), u32(t.type), u64(t.offset)]))]);
  const q4 = Buffer.from(noise.subarray(0, 18 * 900000));
  for (let i = 0; i < q4.length; i += 18) q4.writeUInt16LE(0x1400 + (q4[i] & 0xff), i); // float16 scales near 0.001
  const fd = fs.openSync(file, 'w');
  fs.writeSync(fd, header);
  for (const t of infos) {
    const at = align(header.length) + t.offset;
    if (t.type === Q4_0) { fillBlocks(fd, at, t.bytes, q4, 18); continue; }
    const values = new Float32Array(t.bytes / 4).map(() => (t.name.includes('norm') ? 1 : (Math.random() - 0.5) * 0.1));
    fs.writeSync(fd, Buffer.from(values.buffer), 0, t.bytes, at);
  }
  fs.closeSync(fd);
  console.log(`${file}: ${((align(header.length) + offset) / 1e9).toFixed(2)} GB`);
}

function fillBlocks(fd, position, bytes, block, stride) {
  let start = Math.floor(Math.random() * (block.length / stride / 2)) * stride;
  while (bytes > 0) {
    const n = Math.min(bytes, block.length - start);
    fs.writeSync(fd, block, start, n, position);
    position += n; bytes -= n; start = 0;
  }
}

function writeCheckpoint(dir) {
  fs.mkdirSync(dir, { recursive: true });
  fs.writeFileSync(path.join(dir, 'config.json'), JSON.stringify({
    architectures: ['DeepseekV2ForCausalLM'], model_type: 'deepseek_v2', vocab_size: S.vocab, hidden_size: S.hidden, intermediate_size: S.dense,
    moe_intermediate_size: S.moe, num_hidden_layers: layers, num_attention_heads: S.heads, num_key_value_heads: S.heads, n_shared_experts: S.shared,
    n_routed_experts: S.experts, routed_scaling_factor: 1.0, kv_lora_rank: S.kvLora, q_lora_rank: S.qLora, qk_rope_head_dim: S.rope, v_head_dim: S.v,
    qk_nope_head_dim: S.nope, topk_method: 'greedy', n_group: 1, topk_group: 1, num_experts_per_tok: S.used, moe_layer_freq: 1, first_k_dense_replace: 1,
    norm_topk_prob: false, scoring_func: 'softmax', hidden_act: 'silu', max_position_embeddings: 32768, rms_norm_eps: 1e-6, rope_theta: 10000,
    attention_bias: false, tie_word_embeddings: false, bos_token_id: 0, eos_token_id: 1, torch_dtype: 'bfloat16',
  }, null, 2));
  const tensors = [['model.embed_tokens.weight', [S.vocab, S.hidden]], ['model.norm.weight', [S.hidden]], ['lm_head.weight', [S.vocab, S.hidden]]];
  for (let l = 0; l < layers; l++) {
    const add = (name, dims) => tensors.push([`model.layers.${l}.${name}.weight`, dims]);
    add('input_layernorm', [S.hidden]); add('post_attention_layernorm', [S.hidden]);
    add('self_attn.q_a_proj', [S.qLora, S.hidden]); add('self_attn.q_a_layernorm', [S.qLora]); add('self_attn.q_b_proj', [S.heads * (S.nope + S.rope), S.qLora]);
    add('self_attn.kv_a_proj_with_mqa', [S.kvLora + S.rope, S.hidden]); add('self_attn.kv_a_layernorm', [S.kvLora]);
    add('self_attn.kv_b_proj', [S.heads * (S.nope + S.v), S.kvLora]); add('self_attn.o_proj', [S.hidden, S.heads * S.v]);
    const mlp = (prefix, width) => { add(`${prefix}.gate_proj`, [width, S.hidden]); add(`${prefix}.up_proj`, [width, S.hidden]); add(`${prefix}.down_proj`, [S.hidden, width]); };
    if (l === 0) { mlp('mlp', S.dense); continue; }
    add('mlp.gate', [S.experts, S.hidden]); mlp('mlp.shared_experts', S.moe * S.shared);
    for (let e = 0; e < S.experts; e++) mlp(`mlp.experts.${e}`, S.moe);
  }
  // bfloat16: random sign and mantissa, exponents 2^-7..2^-6; norms are exactly 1
  const weights = Buffer.from(noise);
  for (let i = 1; i < weights.length; i += 2) weights[i] = (weights[i] & 0x80) | 0x3c;
  const one = Buffer.alloc(1 << 16);
  for (let i = 0; i < one.length; i += 2) one.writeUInt16LE(0x3f80, i);

  const shards = [[]];
  let size = 0;
  for (const [name, dims] of tensors) {
    const bytes = dims.reduce((a, b) => a * b, 1) * 2;
    if (size + bytes > 2e9) { shards.push([]); size = 0; }
    shards.at(-1).push({ name, dims, bytes }); size += bytes;
  }
  const index = { metadata: { total_size: 0 }, weight_map: {} };
  shards.forEach((shard, i) => {
    const file = `model-${String(i + 1).padStart(5, '0')}-of-${String(shards.length).padStart(5, '0')}.safetensors`;
    const header = {};
    let at = 0;
    for (const t of shard) {
      header[t.name] = { dtype: 'BF16', shape: t.dims, data_offsets: [at, at + t.bytes] };
      index.weight_map[t.name] = file; index.metadata.total_size += t.bytes; at += t.bytes;
    }
    let json = JSON.stringify(header);
    json += ' '.repeat((8 - (json.length % 8)) % 8);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    const fd = fs.openSync(path.join(dir, file), 'w');
    fs.writeSync(fd, length); fs.writeSync(fd, json);
    for (const t of shard) fill(fd, 8 + json.length + header[t.name].data_offsets[0], t.bytes, t.name.includes('norm') ? one : weights);
    fs.closeSync(fd);
  });
  fs.writeFileSync(path.join(dir, 'model.safetensors.index.json'), JSON.stringify(index));
  console.log(`${dir}: ${(index.metadata.total_size / 1e9).toFixed(2)} GB in ${shards.length} files`);
}
