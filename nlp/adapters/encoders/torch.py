"""The encoder on torch: the same numbers as OpenVINO in float32, on a CPU or a GPU."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from transformers import AutoModel

from nlp.adapters.encoders import TorchConfig
from nlp.adapters.encoders.manifest import BRANCH, load_manifest
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
        self._branch = _branch_of(self._model, folder)
        self._model = self._model.to(device=chosen, dtype=dtype).eval()
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
            states = self._states(ids.to(self._device), mask.to(self._device))
            for row, number in enumerate(batch):
                results[number] = states[row, : len(windows[number])].float().cpu().numpy()
        return [results[number] for number in range(len(windows))]

    def _states(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        out = self._model(input_ids=ids, attention_mask=mask, output_hidden_states=self._branch is not None)
        states: torch.Tensor = out.last_hidden_state
        if self._branch is None:
            return states
        branch = out.hidden_states[-1 - len(self._branch)]
        bias = ((1 - mask.to(branch.dtype)) * -1e4)[:, None, None, :].expand(-1, 1, ids.shape[1], -1)
        for layer in self._branch:
            found = layer(branch, attention_mask=bias)
            branch = found[0] if isinstance(found, tuple) else found
        return torch.cat([states, branch], dim=-1)


def _branch_of(model: Any, folder: Path) -> torch.nn.ModuleList | None:
    """The domain branch: copies of the model's upper layers with weights of their own, registered with the model."""
    if not (folder / BRANCH).is_file():
        return None
    weights = load_file(folder / BRANCH)
    first = min(int(name.split(".")[2]) for name in weights)
    layers: torch.nn.ModuleList = copy.deepcopy(model.encoder.layer[first:])
    layers.load_state_dict({_shifted(name, first): value for name, value in weights.items()})
    model.branch = layers
    return layers


def _shifted(name: str, first: int) -> str:
    """`branch.layer.8.output.dense.weight` to `0.output.dense.weight` for a branch that begins at 8."""
    _, _, number, rest = name.split(".", 3)
    return f"{int(number) - first}.{rest}"
