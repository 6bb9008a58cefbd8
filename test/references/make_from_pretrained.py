#!/usr/bin/env python3
"""Logits of the reference checkpoints as transformers gives them when it loads them from disk, in float32.

    python3 -m venv .venv && .venv/bin/pip install torch transformers safetensors
    .venv/bin/python make_from_pretrained.py

make_references.py records five of the six after `model.to(torch.bfloat16).float()`. That cast rounds the rotary frequencies (a buffer) as well as the
weights, which loading a checkpoint does not do: its logits are those of a slightly different model. This writes expected-from-pretrained.safetensors
beside expected.safetensors, with the same prompt. The float8 case is dequantized first, as its publisher's conversion script does.
"""
import json, pathlib, tempfile
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

def dequantized(directory, to):
    tensors = {}
    for file in sorted(directory.glob("model*.safetensors")): tensors.update(load_file(file))
    out = {}
    for name, w in tensors.items():
        if name.endswith("_scale_inv"): continue
        scale = tensors.get(name + "_scale_inv")
        if scale is None: out[name] = w.float(); continue
        o, i = w.shape
        out[name] = w.float() * scale.repeat_interleave(128, 0)[:o].repeat_interleave(128, 1)[:, :i]
    config = json.loads((directory / "config.json").read_text()); config.pop("quantization_config", None)
    (to / "config.json").write_text(json.dumps(config)); save_file(out, to / "model.safetensors", metadata={"format": "pt"})

here = pathlib.Path(__file__).parent
for directory in sorted(p for p in here.iterdir() if (p / "config.json").exists()):
    with tempfile.TemporaryDirectory() as tmp:
        source = directory
        if directory.name.endswith("-fp8"): source = pathlib.Path(tmp); dequantized(directory, source)
        model = AutoModelForCausalLM.from_pretrained(source, dtype=torch.float32).eval()
        expected = load_file(directory / "expected.safetensors")
        ids = expected["input_ids"][None]
        with torch.no_grad():
            logits = model(ids).logits[0].float().contiguous(); seq = ids
            for _ in range(len(expected["greedy_ids"])): seq = torch.cat([seq, model(seq).logits[:, -1:].argmax(-1)], 1)
        save_file({"input_ids": ids[0].contiguous(), "logits": logits, "greedy_ids": seq[0, ids.shape[1]:].contiguous()}, directory / "expected-from-pretrained.safetensors")
        print(directory.name, "max |delta| to expected.safetensors:", (logits - expected["logits"]).abs().max().item())
