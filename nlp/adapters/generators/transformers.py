"""A local sequence-to-sequence model through transformers: local files, safetensors, no code from the folder."""

from __future__ import annotations

import threading

import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from nlp.adapters.generators import TransformersGenerator
from nlp.errors import GeneratorFailed, ModelRefused

_TOKENS_A_WORD = 3
_LONGEST = 1024
"""Tokens that are read of a text at the most, and less where the model holds less."""


class Seq2SeqGenerator:
    """See `nlp.ports.Generator`. One text at a time."""

    def __init__(self, config: TransformersGenerator) -> None:
        """:raises ModelRefused: the folder holds no such model."""
        chosen = ("cuda" if torch.cuda.is_available() else "cpu") if config.device == "auto" else config.device
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(config.model, local_files_only=True, trust_remote_code=False)
            self._model = AutoModelForSeq2SeqLM.from_pretrained(
                config.model, local_files_only=True, trust_remote_code=False, use_safetensors=True, dtype=torch.float32
            )
        except (OSError, ValueError, KeyError) as error:
            said = f"{config.model.name}: {type(error).__name__}: {error}"
            raise ModelRefused("مدل خلاصه‌نویس باز نشد.", said) from error
        self._model = self._model.to(chosen).eval()
        self._prefix = config.prefix
        self._lock = threading.Lock()
        self.name = f"transformers:{config.model.name}"

    @torch.inference_mode()
    def summarize(self, text: str, words: int) -> str:
        longest = min(_LONGEST, self._tokenizer.model_max_length)
        inputs = self._tokenizer(self._prefix + text, truncation=True, max_length=longest, return_tensors="pt")
        inputs.pop("token_type_ids", None)
        try:
            with self._lock:
                found = self._model.generate(
                    **inputs.to(self._model.device), max_new_tokens=_TOKENS_A_WORD * words, do_sample=False
                )
        except (RuntimeError, ValueError, IndexError) as error:
            raise GeneratorFailed("مدل خلاصه‌نویس پاسخی نداد.", f"{self.name}: {type(error).__name__}") from error
        return str(self._tokenizer.decode(found[0], skip_special_tokens=True)).strip()
