"""The lower layers of an encoder, frozen: what the domain branch is trained on top of. Their states are computed once.

Matrices are multiplied in bfloat16 where the processor has it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import AutoModel

from nlp.adapters.encoders.manifest import load_manifest
from nlp.adapters.encoders.windowed import TITLE_TOKENS
from nlp.types import SegmentedText

IGNORED = -1


class SharedLayers:
    """The lower layers of a model folder, and `upper`: the `count` layers above them, with which a branch begins."""

    def __init__(self, folder: Path, count: int, max_tokens: int, dropout: float, device: str) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._lead = self._tokenizer.encode(load_manifest(folder).prompts["passage"].rstrip(), add_special_tokens=False).ids
        self.begin, self.end = self._tokenizer.encode("").ids
        self.model = AutoModel.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, dtype=torch.float32, add_pooling_layer=False,
            attention_probs_dropout_prob=0.0, hidden_dropout_prob=dropout,
        ).to(device)  # fmt: skip
        self.upper = self.model.encoder.layer[-count:]
        self.model.encoder.layer = self.model.encoder.layer[:-count]
        self.model.eval()
        self._max, self._device = max_tokens, device

    def tokens(self, text: SegmentedText) -> tuple[list[int], list[int]]:
        """Token ids, and the place of each token, as `WindowedEncoder` lays a window out."""
        ids, places = [self.begin, *self._lead], [IGNORED] * (1 + len(self._lead))
        for place, part in ((len(text.sentences), text.title or ""), *enumerate(text.sentences)):
            room = min(TITLE_TOKENS, self._max) if place == len(text.sentences) else self._max - len(ids) - 1
            found = self._tokenizer.encode(part, add_special_tokens=False).ids[:room]
            ids += found
            places += [place] * len(found)
        return [*ids, self.end], [*places, IGNORED]

    @torch.inference_mode()
    def states(self, rows: Sequence[Sequence[int]], say: Callable[[str], None]) -> list[torch.Tensor]:
        """States below the branch, half precision: (n_tokens, hidden) for each row of token ids."""
        order = sorted(range(len(rows)), key=lambda number: len(rows[number]))
        found: list[torch.Tensor] = [torch.empty(0)] * len(rows)
        for at in range(0, len(order), 16):
            chosen = order[at : at + 16]
            width = max(len(rows[number]) for number in chosen)
            ids = torch.zeros((len(chosen), width), dtype=torch.long)
            mask = torch.zeros_like(ids)
            for row, number in enumerate(chosen):
                ids[row, : len(rows[number])] = torch.tensor(rows[number])
                mask[row, : len(rows[number])] = 1
            with half_precision(self._device):
                states = self.model(input_ids=ids.to(self._device), attention_mask=mask.to(self._device)).last_hidden_state
            for row, number in enumerate(chosen):
                found[number] = states[row, : len(rows[number])].half().cpu().clone()
            if at % 320 == 0:
                say(f"shared layers: {at + len(chosen)}/{len(rows)} texts")
        return found


def computes_bfloat16(device: str) -> bool:
    """Whether the device multiplies in bfloat16 itself, twice as fast as in float32."""
    return device == "cuda" or bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())  # noqa: SLF001 - there is no public question


def half_precision(device: str) -> torch.autocast:
    """bfloat16 products where the device computes them; else float32."""
    return torch.autocast(device, dtype=torch.bfloat16, enabled=computes_bfloat16(device))
