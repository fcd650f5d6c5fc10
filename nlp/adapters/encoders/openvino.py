"""The encoder on OpenVINO: one stream a core, compiled model cached on disk."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from safetensors.numpy import load_file

from nlp.adapters.encoders import OpenVinoConfig
from nlp.adapters.encoders.bert_graph import build_body, with_embeddings
from nlp.adapters.encoders.manifest import BRANCH, load_manifest
from nlp.adapters.encoders.windowed import WindowedEncoder
from nlp.errors import ModelRefused
from nlp.types import FloatArray, IntArray

QUANTIZED_BODY = "openvino/int8.xml"
_SHORT = 2


def open_openvino(config: OpenVinoConfig, folder: Path, cache: Path | None) -> WindowedEncoder:
    """:raises ModelRefused: the model is not BERT, or has no quantized body when int8 is asked for."""
    manifest = load_manifest(folder)
    return WindowedEncoder(folder, manifest, OpenVinoEngine(config, folder, cache))


def load_weights(folder: Path) -> dict[str, NDArray[np.generic]]:
    """The encoder's weights, and the domain branch's where the model has one."""
    weights = load_file(folder / "model.safetensors")
    return weights | (load_file(folder / BRANCH) if (folder / BRANCH).is_file() else {})


def choose_precision(config: OpenVinoConfig, folder: Path, capabilities: Sequence[str]) -> str:
    """int8 where the model ships it (any CPU gains), else bfloat16 where the CPU computes it, else float32."""
    if config.precision != "auto":
        return config.precision
    if (folder / QUANTIZED_BODY).is_file():
        return "int8"
    return "bfloat16" if "BF16" in capabilities else "float32"


class OpenVinoEngine:
    """Windows go through an asynchronous queue, longest first, one at a time a stream: no padding, no wasted work."""

    def __init__(self, config: OpenVinoConfig, folder: Path, cache: Path | None) -> None:
        description = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if description.get("model_type") != "bert":
            raise ModelRefused("موتور OpenVINO فقط مدل BERT می‌خواند.", f"model_type is {description.get('model_type')}")
        core = ov.Core()
        core.set_property({"ENABLE_MMAP": True})
        if cache is not None:
            cache.mkdir(parents=True, exist_ok=True)
            core.set_property({"CACHE_DIR": str(cache)})
        precision = choose_precision(config, folder, core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"))
        weights = load_weights(folder)
        if precision == "int8":
            if not (folder / QUANTIZED_BODY).is_file():
                raise ModelRefused("این مدل نسخهٔ int8 ندارد.", f"{folder.name} has no {QUANTIZED_BODY}")
            body = core.read_model(folder / QUANTIZED_BODY)
        else:
            body = build_body(description, weights)
        streams = config.threads or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self.name = f"openvino-{ {'float32': 'fp32', 'bfloat16': 'bf16', 'int8': 'int8'}[precision] }"
        self._model = core.compile_model(
            with_embeddings(body, description, weights),
            "CPU",
            {
                "INFERENCE_PRECISION_HINT": "bf16" if precision == "bfloat16" else "f32",
                "NUM_STREAMS": str(streams),
                "INFERENCE_NUM_THREADS": str(streams),
            },
        )
        self._bulk = threading.Lock()
        self._queue = ov.AsyncInferQueue(self._model, streams + 1)
        self._single = threading.Lock()
        self._request = self._model.create_infer_request()

    def forward(self, windows: Sequence[Sequence[int]]) -> list[FloatArray]:
        """See `Engine`. A call with a window or two does not wait for a long one of another thread."""
        if len(windows) <= _SHORT:
            return [self._run_one(ids) for ids in windows]
        results: list[FloatArray | None] = [None] * len(windows)

        def keep(request: ov.InferRequest, number: int) -> None:
            results[number] = request.get_output_tensor(0).data[0].copy()

        with self._bulk:
            self._queue.set_callback(keep)
            for number in sorted(range(len(windows)), key=lambda number: -len(windows[number])):
                self._queue.start_async(_inputs(windows[number]), number)
            self._queue.wait_all()
        return [result for result in results if result is not None]

    def _run_one(self, ids: Sequence[int]) -> FloatArray:
        with self._single:
            self._request.infer(_inputs(ids))
            states: FloatArray = self._request.get_output_tensor(0).data[0].copy()
            return states


def _inputs(ids: Sequence[int]) -> list[IntArray]:
    row = np.asarray([ids], dtype=np.int64)
    return [row, np.ones_like(row)]
