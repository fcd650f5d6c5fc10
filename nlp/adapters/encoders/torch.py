"""The encoder on torch: the same numbers as OpenVINO in float32, on a CPU or a GPU."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import AutoModel

from nlp.adapters.encoders import TorchConfig
from nlp.adapters.encoders.manifest import load_manifest
from nlp.adapters.encoders.windowed import WindowedEncoder
from nlp.types import FloatArray

BATCH_TOKENS = 4096


def open_torch(config: TorchConfig, folder: Path) -> WindowedEncoder:
    """Local files and safetensors only; float32 on a CPU, half precision on a GPU."""
    return WindowedEncoder(folder, load_manifest(folder), TorchEngine(config, folder))


class TorchEngine:
    """Windows sorted by length and padded in batches of at most `BATCH_TOKENS` tokens."""

    def __init__(self, config: TorchConfig, folder: Path) -> None:
        chosen = ("cuda" if torch.cuda.is_available() else "cpu") if config.device == "auto" else config.device
        dtype = torch.float32 if chosen == "cpu" else torch.float16
        self._model = AutoModel.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False, use_safetensors=True, dtype=dtype, add_pooling_layer=False
        )
        self._model = self._model.to(chosen).eval()
        self._device = chosen
        self.name = f"torch-{chosen}-{'fp32' if dtype is torch.float32 else 'fp16'}"

    @torch.inference_mode()
    def forward(self, windows: Sequence[Sequence[int]]) -> list[FloatArray]:
        """See `Engine`."""
        order = sorted(range(len(windows)), key=lambda number: len(windows[number]))
        results: dict[int, FloatArray] = {}
        while order:
            width = len(windows[order[-1]])
            batch = [order.pop() for _ in range(min(len(order), max(1, BATCH_TOKENS // width)))]
            ids = torch.zeros((len(batch), width), dtype=torch.long)
            mask = torch.zeros((len(batch), width), dtype=torch.long)
            for row, number in enumerate(batch):
                ids[row, : len(windows[number])] = torch.tensor(windows[number])
                mask[row, : len(windows[number])] = 1
            states = self._model(input_ids=ids.to(self._device), attention_mask=mask.to(self._device)).last_hidden_state
            for row, number in enumerate(batch):
                results[number] = states[row, : len(windows[number])].float().cpu().numpy()
        return [results[number] for number in range(len(windows))]
