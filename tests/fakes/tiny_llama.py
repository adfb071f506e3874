"""llama.cpp with a model of random weights, as `python -m fakes.tiny_llama FOLDER`: it prints the address of its API.

The weights say nothing; but server, grammar, templates and counting are the real ones. Needs `xllamacpp` and `gguf`.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

_EMBEDDING, _HEADS, _FEED_FORWARD, _CONTEXT = 64, 4, 128, 16_384
_TEMPLATE = "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}assistant: "


def write_model(path: Path) -> None:
    """Write a model with one token for each byte."""
    import gguf  # type: ignore[import-not-found]
    import numpy as np  # type: ignore[import-not-found,unused-ignore]

    special = [b"<unk>", b"<s>", b"</s>"]
    tokens = [*special, *(f"<0x{byte:02X}>".encode() for byte in range(256))]
    kinds = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL, *[gguf.TokenType.BYTE] * 256]
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_name("tiny")
    writer.add_context_length(_CONTEXT)
    writer.add_embedding_length(_EMBEDDING)
    writer.add_block_count(1)
    writer.add_feed_forward_length(_FEED_FORWARD)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_HEADS)
    writer.add_rope_dimension_count(_EMBEDDING // _HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(kinds)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_chat_template(_TEMPLATE)
    random = np.random.default_rng(1)
    square, wide = (_EMBEDDING, _EMBEDDING), (_FEED_FORWARD, _EMBEDDING)
    shapes = {
        "token_embd.weight": (len(tokens), _EMBEDDING), "output.weight": (len(tokens), _EMBEDDING),
        "blk.0.attn_q.weight": square, "blk.0.attn_k.weight": square, "blk.0.attn_v.weight": square,
        "blk.0.attn_output.weight": square, "blk.0.ffn_gate.weight": wide, "blk.0.ffn_up.weight": wide,
        "blk.0.ffn_down.weight": wide[::-1],
    }
    weights = {name: (random.standard_normal(shape) * 0.05).astype(np.float32) for name, shape in shapes.items()}
    # The first number says nothing but that something was said, and what then ends a text or a list is likelier.
    weights["token_embd.weight"][:, 0] = 1.0
    weights["blk.0.attn_output.weight"][0] = weights["blk.0.ffn_down.weight"][0] = 0.0
    weights["output.weight"][:, 0] = 0.0
    for character in b'"]}':
        weights["output.weight"][len(special) + character, 0] = 0.7
    for name, values in weights.items():
        writer.add_tensor(name, values)
    for name in ("output_norm.weight", "blk.0.attn_norm.weight", "blk.0.ffn_norm.weight"):
        writer.add_tensor(name, np.ones(_EMBEDDING, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def serve(folder: Path) -> None:
    """Serve until the process ends."""
    import xllamacpp  # type: ignore[import-not-found]

    path = folder / "tiny.gguf"
    write_model(path)
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = _CONTEXT
    params.n_parallel = 1
    params.cpuparams.n_threads = 1
    params.warmup = False
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    while True:
        time.sleep(60)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
