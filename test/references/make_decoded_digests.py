#!/usr/bin/env python3
"""Digests of the weights as float32, decoded by ml_dtypes, for test/checkpoint/tensor-source.test.ts.

    python3 -m venv .venv && .venv/bin/pip install numpy ml_dtypes
    .venv/bin/python make_decoded_digests.py CHECKPOINT_DIR ... > decoded-digests.json

Per checkpoint: SHA-256 over every weight's little-endian float32 bytes, weights sorted by name, float8 times its block scales.
"""
import hashlib, json, pathlib, struct, sys
import ml_dtypes, numpy as np

DTYPES = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "BF16": np.dtype(ml_dtypes.bfloat16), "F8_E4M3": np.dtype(ml_dtypes.float8_e4m3fn)}

def load(directory):
    tensors = {}
    for path in sorted(directory.glob("model*.safetensors")):
        data = path.read_bytes()
        n = struct.unpack("<Q", data[:8])[0]
        for name, t in json.loads(data[8:8 + n]).items():
            if name != "__metadata__":
                a, b = (8 + n + o for o in t["data_offsets"])
                tensors[name] = np.frombuffer(data[a:b], DTYPES[t["dtype"]]).astype(np.float32).reshape(t["shape"])
    return tensors

def digest(directory):
    tensors, sha = load(directory), hashlib.sha256()
    for name in sorted(n for n in tensors if not n.endswith("_scale_inv")):
        w, scale = tensors[name], tensors.get(name + "_scale_inv")
        if scale is not None:
            w = w * np.repeat(np.repeat(scale, 128, 0)[:w.shape[0]], 128, 1)[:, :w.shape[1]]
        sha.update(np.ascontiguousarray(w, "<f4").tobytes())
    return sha.hexdigest()

print(json.dumps({pathlib.Path(d).name if "references" in d else d: digest(pathlib.Path(d)) for d in sys.argv[1:]}, indent=2))
