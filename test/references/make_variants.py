#!/usr/bin/env python3
"""Variants of the families, with logits of transformers' from_pretrained in float32: sliding windows, fused experts, half-split rope, no query LoRA.

    python3 -m venv .venv && .venv/bin/pip install torch transformers safetensors
    .venv/bin/python make_variants.py OUT_DIR

Two of them are kept here (mixtral-window, moonlight-fused); all were compared once when they were made.
"""
import sys
import pathlib, torch, transformers as tf
from safetensors.torch import save_file
torch.manual_seed(7)
T,G=40,24
B=dict(vocab_size=320,hidden_size=128,num_hidden_layers=3,max_position_embeddings=4096,bos_token_id=0,eos_token_id=1,tie_word_embeddings=False)
M=dict(B,intermediate_size=192,moe_intermediate_size=64,num_attention_heads=4,num_key_value_heads=4,kv_lora_rank=64,qk_nope_head_dim=32,qk_rope_head_dim=16,v_head_dim=24,first_k_dense_replace=1)
C={
"mixtral":(tf.MixtralConfig,tf.MixtralForCausalLM,dict(B,intermediate_size=96,num_attention_heads=8,num_key_value_heads=2,num_local_experts=6,num_experts_per_tok=2,sliding_window=None)),
"mixtral-window":(tf.MixtralConfig,tf.MixtralForCausalLM,dict(B,intermediate_size=96,num_attention_heads=8,num_key_value_heads=2,num_local_experts=6,num_experts_per_tok=2,sliding_window=8)),
"moonlight":(tf.DeepseekV3Config,tf.DeepseekV3ForCausalLM,dict(M,q_lora_rank=None,n_routed_experts=12,n_shared_experts=2,num_experts_per_tok=3,n_group=1,topk_group=1,norm_topk_prob=True,routed_scaling_factor=2.446,rms_norm_eps=1e-5,rope_parameters=dict(rope_type="default",rope_theta=50000.0))),
"v3-halfsplit":(tf.DeepseekV3Config,tf.DeepseekV3ForCausalLM,dict(M,q_lora_rank=48,n_routed_experts=8,n_shared_experts=1,num_experts_per_tok=2,n_group=2,topk_group=1,norm_topk_prob=False,routed_scaling_factor=1.5,rope_interleave=False,rope_parameters=dict(rope_type="default",rope_theta=10000.0))),
"llama-linear":(tf.LlamaConfig,tf.LlamaForCausalLM,dict(B,intermediate_size=200,num_attention_heads=4,num_key_value_heads=4,head_dim=48,rope_parameters=dict(rope_type="linear",rope_theta=10000.0,factor=4.0))),
"qwen-window":(tf.Qwen3MoeConfig,tf.Qwen3MoeForCausalLM,dict(B,intermediate_size=192,moe_intermediate_size=64,num_attention_heads=4,num_key_value_heads=2,head_dim=32,num_experts=8,num_experts_per_tok=2,norm_topk_prob=False,decoder_sparse_step=2,mlp_only_layers=[],use_sliding_window=True,sliding_window=8,max_window_layers=0)),
}
for n,(cc,mc,kw) in C.items():
    torch.manual_seed(len(n)); m=mc(cc(**kw)).float().eval()
    with torch.no_grad():
        for k,p in m.named_parameters():
            if "norm" in k: p.copy_(1+0.2*torch.randn_like(p))
            elif "embed" in k: p.copy_(torch.randn_like(p))
            elif k.endswith("gate.weight"): p.copy_(torch.randn_like(p)*0.25)
            else: p.copy_(torch.randn_like(p)*(1.6/p.shape[-1]**0.5))
        for k,b in m.named_buffers():
            if k.endswith("e_score_correction_bias"): b.copy_(torch.randn_like(b)*0.3)
    for fused in ([False,True] if n in("mixtral","moonlight") else [False]):
        d=pathlib.Path(sys.argv[1])/(n+("-fused" if fused else "")); d.mkdir(exist_ok=True)
        try: m.save_pretrained(d, **({"save_original_format":False} if fused else {}))
        except Exception as e: print(n,fused,e); continue
        r=mc.from_pretrained(d,dtype=torch.float32).eval()
        ids=torch.randint(2,320,(1,T),generator=torch.Generator().manual_seed(3)); seq=ids
        with torch.no_grad():
            lg=r(ids).logits[0].float().contiguous()
            for _ in range(G): seq=torch.cat([seq,r(seq).logits[:,-1:].argmax(-1)],1)
        save_file({"input_ids":ids[0].contiguous(),"logits":lg,"greedy_ids":seq[0,T:].contiguous()},d/"expected-from-pretrained.safetensors")
        print(n,fused,lg.std().item())
