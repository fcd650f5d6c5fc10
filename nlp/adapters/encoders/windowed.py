"""One forward pass, every vector: windows of token states, pooled into report, sentence, title and passage vectors.

OpenVINO and torch differ only in the engine; tokenizing, windows and pooling are here, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from tokenizers import Tokenizer

from nlp.adapters.encoders.manifest import Manifest
from nlp.ports import EncoderSpec
from nlp.text.windows import Piece, plan_passages, plan_windows
from nlp.types import EncodedPassage, EncodedText, FloatArray, SegmentedText

PASSAGE_TOKENS = 128
TITLE_TOKENS = 64


class Engine(Protocol):
    """Runs the transformer. `name` goes into provenance."""

    name: str

    def forward(self, windows: Sequence[Sequence[int]]) -> list[FloatArray]:
        """Token ids of each window to its last states, in order. Shapes: (n_tokens, hidden), float32."""
        ...


@dataclass(frozen=True, slots=True)
class _Window:
    document: int
    lead: int
    title: int
    pieces: tuple[Piece, ...]
    ids: list[int]


def unit(vectors: FloatArray) -> FloatArray:
    """Divided by their length along the last axis; zero vectors stay zero."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    result: FloatArray = (vectors / np.where(norms > 0, norms, 1)).astype(np.float32)
    return result


class WindowedEncoder:
    """An encoder over an engine: mean pooling over token states, unit vectors."""

    def __init__(self, folder: Path, manifest: Manifest, engine: Engine) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._engine = engine
        self._max_tokens = manifest.max_tokens
        self._dimension = manifest.dimension
        self.spec = EncoderSpec(manifest.name, manifest.sha256, engine.name, manifest.dimension)
        self._begin, self._end = self._tokenizer.encode("").ids
        # A space at the end belongs to the word that follows, as in «▁متن».
        self._prefix = {kind: self._tokens([prompt.rstrip()])[0] for kind, prompt in manifest.prompts.items()}

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        return self._encode_plain(texts, "passage")

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        return self._encode_plain(texts, "query")

    def _encode_plain(self, texts: Sequence[str], kind: str) -> FloatArray:
        room = self._max_tokens - 2 - len(self._prefix[kind])
        windows = [[self._begin, *self._prefix[kind], *ids[:room], self._end] for ids in self._tokens(texts)]
        states = self._engine.forward(windows)
        if not states:
            return np.zeros((0, self._dimension), dtype=np.float32)
        return unit(np.stack([state.mean(axis=0) for state in states]))

    def encode(self, documents: Sequence[SegmentedText]) -> list[EncodedText]:
        """See `nlp.ports.Encoder`. All windows of all documents go through the engine together."""
        flat = [text for document in documents for text in (document.title or "", *document.sentences)]
        tokens = iter(self._tokens(flat))
        lengths: list[list[int]] = []
        windows: list[_Window] = []
        for number, document in enumerate(documents):
            title = next(tokens)[:TITLE_TOKENS]
            sentences = [next(tokens) for _ in document.sentences]
            lengths.append([len(ids) for ids in sentences])
            lead = [self._begin, *self._prefix["passage"]]
            budget = self._max_tokens - len(lead) - len(title) - 1
            for pieces in plan_windows(lengths[-1], budget):
                body = [token for piece in pieces for token in sentences[piece.sentence][piece.first : piece.last]]
                windows.append(_Window(number, len(lead), len(title), pieces, [*lead, *title, *body, self._end]))
        states = self._engine.forward([window.ids for window in windows])
        pools = [_Pool(len(each), self._dimension) for each in lengths]
        for window, state in zip(windows, states, strict=True):
            pools[window.document].add(window, state)
        return [pool.result(each) for pool, each in zip(pools, lengths, strict=True)]


class _Pool:
    """Sums of token states of one document; the title is read again in each window, and counted once in each passage."""

    def __init__(self, sentences: int, dimension: int) -> None:
        self.total = np.zeros(dimension, dtype=np.float32)
        self.title = np.zeros(dimension, dtype=np.float32)
        self.windows = 0
        self.sentences = np.zeros((sentences, dimension), dtype=np.float32)

    def add(self, window: _Window, state: FloatArray) -> None:
        self.windows += 1
        self.total += state.sum(axis=0)
        at = window.lead + window.title
        self.title += state[window.lead : at].sum(axis=0)
        for piece in window.pieces:
            size = piece.last - piece.first
            self.sentences[piece.sentence] += state[at : at + size].sum(axis=0)
            at += size

    def result(self, lengths: Sequence[int]) -> EncodedText:
        title = self.title / self.windows
        passages = tuple(
            EncodedPassage(first, last, unit(self.sentences[first:last].sum(axis=0) + title))
            for first, last in plan_passages(lengths, PASSAGE_TOKENS)
        )
        return EncodedText(unit(self.total), unit(self.sentences), unit(title) if title.any() else None, passages)
