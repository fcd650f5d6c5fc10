"""`reading.safetensors`: the weights that numbers and summary sentences are read with.

They are shipped in `models/reading-1`, and read from a model's own folder where it has the file.

The terms of each layer are in the header of the file, as JSON.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from nlp.errors import ModelRefused
from nlp.facts.reading import FactReader, Layer, StateWeights, TermWeights
from nlp.heads.ranker import VALUES, SentenceRanker, SummaryHead

FILE = "reading.safetensors"
RANKERS = ("report", "news", "lead")


def open_facts(folder: Path) -> FactReader:
    """:raises ModelRefused: the file is missing or damaged."""
    path = folder / FILE
    try:
        with safe_open(path, framework="numpy") as file:
            header = file.metadata()
            status, kind = (_layer(file, header, name) for name in ("status", "kind"))
            return FactReader(status, kind, header["encoder"], float(header["doubt"]), label(folder))
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise _refused(path, error) from error


def label(folder: Path) -> str:
    """The folder's name and the first twelve digits of the file's SHA-256. :raises ModelRefused: it is missing."""
    try:
        return f"{folder.name}:{hashlib.sha256((folder / FILE).read_bytes()).hexdigest()[:12]}"
    except OSError as error:
        raise _refused(folder / FILE, error) from error


def _layer(file: Any, header: Mapping[str, str], name: str) -> Layer:
    tensors = (file.get_tensor(f"{name}.states.{part}").astype(np.float32) for part in ("mean", "scale", "weights"))
    states = StateWeights(*tensors)
    return Layer(_terms(file, header, f"{name}.plain"), _terms(file, header, f"{name}.terms"), states)


def _terms(file: Any, header: Mapping[str, str], name: str) -> TermWeights:
    terms = json.loads(header[name])
    weights, bias = file.get_tensor(f"{name}.weights"), file.get_tensor(f"{name}.bias")
    if weights.shape != (len(terms), len(bias)):
        raise ValueError(f"{name}: {weights.shape} weights for {len(terms)} terms")
    return TermWeights({term: column for column, term in enumerate(terms)}, weights, bias)


def _refused(path: Path, error: Exception) -> ModelRefused:
    said = f"{path.parent.name}/{path.name}: {type(error).__name__}: {error}"
    return ModelRefused("وزن‌های خواندن عددها و خلاصه خواندنی نیست.", said)


def open_summary(folder: Path) -> SummaryHead:
    """:raises ModelRefused: the file is missing or damaged."""
    path = folder / FILE
    return SummaryHead(*(_ranker(path, name) for name in RANKERS))


def _ranker(path: Path, genre: str) -> SentenceRanker:
    try:
        with safe_open(path, framework="numpy") as file:
            words = json.loads(file.metadata()[f"{genre}.words"])
            mean, scale, weights, spoken, bias = (
                file.get_tensor(f"{genre}.{name}").astype(np.float32) for name in ("mean", "scale", "weights", "words", "bias")
            )
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise _refused(path, error) from error
    if spoken.shape != (len(words),) or weights.shape != (len(VALUES),):
        raise _refused(path, ValueError(f"{genre}: its weights are not those of its values and words"))
    return SentenceRanker(mean, scale, weights, dict(zip(words, spoken.tolist(), strict=True)), float(bias[0]))


def save_facts(folder: Path, layers: Mapping[str, Layer], encoder: str, doubt: float) -> None:
    """Put the layers `status` and `kind` into the file; what else it holds stays."""
    tensors: dict[str, Any] = {}
    header = {"encoder": encoder, "doubt": str(doubt)}
    for name, layer in layers.items():
        for part, weights in (("plain", layer.plain), ("terms", layer.terms)):
            terms = sorted(weights.terms, key=weights.terms.__getitem__)
            header[f"{name}.{part}"] = json.dumps(terms, ensure_ascii=False)
            tensors[f"{name}.{part}.weights"] = np.ascontiguousarray(weights.weights.astype(np.float16))
            tensors[f"{name}.{part}.bias"] = weights.bias.astype(np.float32)
        for part in ("mean", "scale", "weights"):
            tensors[f"{name}.states.{part}"] = np.ascontiguousarray(getattr(layer.states, part).astype(np.float32))
    _save(folder, tensors, header)


def save_summary(folder: Path, head: SummaryHead) -> None:
    """Put its three rankers into the file; what else it holds stays."""
    tensors: dict[str, Any] = {}
    header = {}
    for genre, ranker in zip(RANKERS, (head.report, head.news, head.lead), strict=True):
        words = sorted(ranker.words)
        header[f"{genre}.words"] = json.dumps(words, ensure_ascii=False)
        tensors |= {f"{genre}.{name}": getattr(ranker, name) for name in ("mean", "scale", "weights")}
        tensors[f"{genre}.words"] = np.asarray([ranker.words[word] for word in words], dtype=np.float16)
        tensors[f"{genre}.bias"] = np.asarray([ranker.bias], dtype=np.float32)
    _save(folder, tensors, header)


def _save(folder: Path, tensors: dict[str, Any], header: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    if path.is_file():
        with safe_open(path, framework="numpy") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()} | tensors  # noqa: SIM118 - safe_open is no mapping
            header = dict(file.metadata()) | header
    save_file(tensors, path, header)
    path.chmod(0o644)
