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

from nlp.adapters.encoders.manifest import BRANCH, Manifest
from nlp.ports import EncoderSpec
from nlp.text.windows import Piece, plan_passages, plan_windows
from nlp.types import BranchVectors, EncodedPassage, EncodedText, FloatArray, SegmentedText

PASSAGE_TOKENS = 128
TITLE_TOKENS = 64
LONG_WINDOW_TOKENS = 256
"""Of a document that one window cannot hold: windows so small that a strong passage fills one and is not outvoted in it."""


class Engine(Protocol):
    """Runs the transformer. `name` goes into provenance."""

    name: str

    def forward(self, windows: Sequence[Sequence[int]]) -> list[FloatArray]:
        """Token ids of each window to its last states, in order. Shapes: (n_tokens, hidden), float32; from a model with a
        domain branch (n_tokens, 2 * hidden), the encoder's states and the branch's."""
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
        branch = (folder / BRANCH).is_file()
        self.spec = EncoderSpec(
            manifest.name, manifest.sha256, engine.name, manifest.dimension, branch, manifest.weights
        )  # fmt: skip
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
        return unit(np.stack([state[:, : self._dimension].mean(axis=0) for state in states]))

    def _marks(self, document: SegmentedText) -> list[Piece]:
        """The tokens of each mark; at least one, where its characters have any."""
        numbers = sorted({sentence for sentence, _, _ in document.marks})
        encoded = self._tokenizer.encode_batch([document.sentences[number] for number in numbers], add_special_tokens=False)
        offsets = {number: each.offsets for number, each in zip(numbers, encoded, strict=True)}
        found = []
        for sentence, start, end in document.marks:
            held = [place for place, (first, last) in enumerate(offsets[sentence]) if first < end and last > start]
            found.append(Piece(sentence, held[0], held[-1] + 1) if held else Piece(sentence, 0, 0))
        return found

    def encode(self, documents: Sequence[SegmentedText]) -> list[EncodedText]:
        """See `nlp.ports.Encoder`. All windows of all documents go through the engine together."""
        flat = [text for document in documents for text in (document.title or "", *document.sentences)]
        tokens = iter(self._tokens(flat))
        marks = [self._marks(document) for document in documents]
        lengths: list[list[int]] = []
        windows: list[_Window] = []
        for number, document in enumerate(documents):
            title = next(tokens)[:TITLE_TOKENS]
            sentences = [next(tokens) for _ in document.sentences]
            lengths.append([len(ids) for ids in sentences])
            lead = [self._begin, *self._prefix["passage"]]
            budget = self._max_tokens - len(lead) - len(title) - 1
            whole = sum(lengths[-1]) <= budget
            for pieces in plan_windows(lengths[-1], budget if whole else min(budget, LONG_WINDOW_TOKENS)):
                body = [token for piece in pieces for token in sentences[piece.sentence][piece.first : piece.last]]
                windows.append(_Window(number, len(lead), len(title), pieces, [*lead, *title, *body, self._end]))
        states = self._engine.forward([window.ids for window in windows])
        width = states[0].shape[1] if states else self._dimension
        pools = [_Pool(len(each), width, marked) for each, marked in zip(lengths, marks, strict=True)]
        for window, state in zip(windows, states, strict=True):
            pools[window.document].add(window, state)
        return [pool.result(each, self._dimension) for pool, each in zip(pools, lengths, strict=True)]


class _Pool:
    """Sums of token states of one document; the title is read again in each window, and counted once in each passage."""

    def __init__(self, sentences: int, width: int, marks: Sequence[Piece]) -> None:
        self.total = np.zeros(width, dtype=np.float32)
        self.title = np.zeros(width, dtype=np.float32)
        self.titled = 0
        self.windows: list[EncodedPassage] = []
        self.sentences = np.zeros((sentences, width), dtype=np.float32)
        self._marks = marks
        self.marked = np.zeros((len(marks), width), dtype=np.float32)

    def add(self, window: _Window, state: FloatArray) -> None:
        total = state.sum(axis=0)
        self.total += total
        at = window.lead + window.title
        self.titled = window.title
        self.title += state[window.lead : at].sum(axis=0)
        held = [piece.sentence for piece in window.pieces] or [0]
        self.windows.append(EncodedPassage(min(held), max(held) + 1, total / len(state)))
        for piece in window.pieces:
            size = piece.last - piece.first
            self.sentences[piece.sentence] += state[at : at + size].sum(axis=0)
            for number, mark in enumerate(self._marks):
                if mark.sentence == piece.sentence:
                    first, last = max(mark.first, piece.first) - piece.first, min(mark.last, piece.last) - piece.first
                    self.marked[number] += state[at + first : at + max(first, last)].sum(axis=0)
            at += size

    def result(self, lengths: Sequence[int], dimension: int) -> EncodedText:
        """Unit vectors of the encoder, and means of the branch where the states hold one beside it."""
        title, sentences = self.title / len(self.windows), self.sentences[:, :dimension]
        own = title[:dimension]
        passages = tuple(
            EncodedPassage(first, last, unit(sentences[first:last].sum(axis=0) + own))
            for first, last in plan_passages(lengths, PASSAGE_TOKENS)
        )
        branch = None
        if len(title) > dimension:
            counts = np.maximum(np.asarray(lengths, dtype=np.float32), 1)[:, None]
            branch = BranchVectors(
                self.sentences[:, dimension:] / counts,
                title[dimension:] / self.titled if self.titled else None,
                tuple(EncodedPassage(each.first, each.last, each.vector[dimension:]) for each in self.windows),
            )
        counts = np.asarray([max(mark.last - mark.first, 1) for mark in self._marks], dtype=np.float32)
        return EncodedText(
            unit(self.total[:dimension]), unit(sentences), unit(own) if own.any() else None, passages, branch,
            self.marked / counts[:, None],
        )  # fmt: skip
