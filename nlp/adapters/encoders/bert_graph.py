"""BERT as an OpenVINO graph, built straight from the safetensors file: no torch is needed where the product runs.

Source of the architecture: Devlin et al. 2019, in the parameter names of `transformers.BertModel`. The same numbers as torch
within 1e-4 in float32 (contract test). Embeddings and body are two graphs, so that a quantized body, which a recipe
wrote, can take the place of the float one over the same embeddings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import opset13 as ops

Weights = Mapping[str, NDArray[np.generic]]


class _Builder:
    """The operations that embeddings and body share."""

    def __init__(self, config: Mapping[str, Any], weights: Weights) -> None:
        self.weights = weights
        self.hidden, self.heads = int(config["hidden_size"]), int(config["num_attention_heads"])
        self.layers, self.epsilon = int(config["num_hidden_layers"]), float(config["layer_norm_eps"])

    @staticmethod
    def constant(value: Any, kind: Any = np.float32) -> Any:
        return ops.constant(np.asarray(value, dtype=kind))

    def weight(self, name: str) -> Any:
        """Half-precision constants stay half in memory; the plugin decompresses them."""
        return ops.convert(ops.constant(self.weights[name]), "f32")

    def linear(self, x: Any, name: str) -> Any:
        return ops.add(ops.matmul(x, self.weight(f"{name}.weight"), False, True), self.weight(f"{name}.bias"))

    def layer_norm(self, x: Any, name: str) -> Any:
        normal = ops.mvn(x, self.constant([-1], np.int64), True, self.epsilon, "INSIDE_SQRT")
        return ops.add(ops.multiply(normal, self.weight(f"{name}.weight")), self.weight(f"{name}.bias"))

    def split_heads(self, x: Any) -> Any:
        shape = self.constant([0, 0, self.heads, self.hidden // self.heads], np.int64)
        return ops.transpose(ops.reshape(x, shape, True), self.constant([0, 2, 1, 3], np.int64))

    def layer(self, x: Any, bias: Any, name: str) -> Any:
        attend = f"{name}.attention.self."
        query, key, value = (self.split_heads(self.linear(x, attend + part)) for part in ("query", "key", "value"))
        query = ops.multiply(query, self.constant((self.hidden // self.heads) ** -0.5))
        attention = ops.softmax(ops.add(ops.matmul(query, key, False, True), bias), -1)
        context = ops.transpose(ops.matmul(attention, value, False, False), self.constant([0, 2, 1, 3], np.int64))
        context = ops.reshape(context, self.constant([0, 0, self.hidden], np.int64), True)
        x = ops.add(x, self.linear(context, f"{name}.attention.output.dense"))
        x = self.layer_norm(x, f"{name}.attention.output.LayerNorm")
        inner = ops.gelu(self.linear(x, f"{name}.intermediate.dense"), "ERF")
        return self.layer_norm(ops.add(x, self.linear(inner, f"{name}.output.dense")), f"{name}.output.LayerNorm")


def build_body(config: Mapping[str, Any], weights: Weights) -> ov.Model:
    """The transformer layers. Inputs `embedded`, float32, shape (batch, length, hidden), and `attention_mask`, int64, shape
    (batch, length); output `states`, float32, shape (batch, length, hidden), or with a domain branch among the weights (upper
    layers named `branch.layer.N`) twice as wide: the encoder's states, then the branch's.

    :raises KeyError: a parameter is missing."""
    build = _Builder(config, weights)
    embedded = ops.parameter([-1, -1, build.hidden], np.float32, name="embedded")
    mask = ops.parameter([-1, -1], np.int64, name="attention_mask")
    visible = ops.convert(ops.unsqueeze(mask, build.constant([1, 2], np.int64)), "f32")
    bias = ops.multiply(ops.subtract(visible, build.constant(1.0)), build.constant(1e4))
    fork = branch_start(weights)
    x = shared = embedded
    for layer in range(build.layers):
        shared = x if layer == fork else shared
        x = build.layer(x, bias, f"encoder.layer.{layer}")
    if fork is not None:
        for layer in range(fork, build.layers):
            shared = build.layer(shared, bias, f"branch.layer.{layer}")
        x = ops.concat([x, shared], -1)
    return ov.Model([ops.result(x, name="states")], [embedded, mask], "bert")


def branch_start(weights: Weights) -> int | None:
    """The first layer that the domain branch has of its own; None without a branch."""
    found = [int(name.split(".")[2]) for name in weights if name.startswith("branch.layer.")]
    return min(found) if found else None


def with_embeddings(body: ov.Model, config: Mapping[str, Any], weights: Weights) -> ov.Model:
    """The body fed by word, position and type embeddings. Inputs `input_ids`, `attention_mask`: int64, (batch, length)."""
    build = _Builder(config, weights)
    ids = ops.parameter([-1, -1], np.int64, name="input_ids")
    zero = build.constant(0, np.int64)
    length = ops.gather(ops.shape_of(ids), build.constant(1, np.int64), zero)
    positions = ops.range(zero, length, build.constant(1, np.int64), "i64")
    x = ops.gather(build.weight("embeddings.word_embeddings.weight"), ids, zero)
    x = ops.add(x, ops.gather(build.weight("embeddings.position_embeddings.weight"), positions, zero))
    x = ops.add(x, build.constant(weights["embeddings.token_type_embeddings.weight"][0]))
    x = build.layer_norm(x, "embeddings.LayerNorm")
    by_name = {parameter.get_friendly_name(): parameter for parameter in body.get_parameters()}
    by_name["embedded"].output(0).replace(x.output(0))
    return ov.Model(body.get_results(), [ids, by_name["attention_mask"]], "bert")
