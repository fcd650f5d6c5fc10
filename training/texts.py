"""Labelled texts: what the heads are trained and measured on, with their weights, folds and damaged copies."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from nlp.evaluation.perturb import PERTURBATIONS, Sample, swap_names
from nlp.provinces import Provinces
from nlp.shipped import DATA
from nlp.taxonomy import Taxonomy
from nlp.text.normalize import normalize
from nlp.types import FloatArray, SegmentedText

FOLDS = 5
# Where the line of a sentence stays what it is, so that evidence labels hold; repaired forms need no training.
DAMAGE = ("ocr_2", "ocr_5", "informal", "half_spaces_dropped")


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text with its domains, each with the indices of its evidence sentences (-1: the title), and its summary sentences.
    `weight` is what an error on it costs in training; `sure` is false where a fair colleague might label otherwise."""

    id: str
    kind: Literal["news", "report", "decision"]
    title: str | None
    sentences: tuple[str, ...]
    domains: dict[str, tuple[int, ...]]
    summary: tuple[int, ...] = ()
    sure: bool = True
    weight: float = 1.0
    ngo: str | None = None
    province: str | None = None
    city: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def sample(self) -> Sample:
        """As it would be sent: reports line by line, news as running text."""
        joint = " " if self.kind == "news" else "\n"
        return Sample(self.title, self.sentences, joint, self.ngo, self.province, self.city)

    @property
    def segmented(self) -> SegmentedText:
        """As the encoder reads it, with the annotators' sentences."""
        sentences = tuple(normalize(sentence).text or "." for sentence in self.sentences)
        return SegmentedText(normalize(self.title).text if self.title else None, sentences)


def _text(row: dict[str, Any], kind: Literal["news", "report"]) -> LabelledText:
    return LabelledText(
        id=row["id"],
        kind=kind,
        title=row.get("title") or None,
        sentences=tuple(row["sentences"]),
        domains={item["code"]: tuple(item["evidence"]) for item in row["domains"]},
        summary=tuple(row.get("summary", ())),
        sure=bool(row.get("sure", 1)),
        ngo=row.get("ngo"),
        province=row.get("province"),
        city=row.get("city"),
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def read_texts(split: Literal["train", "dev"], corpus: Path | None) -> list[LabelledText]:
    """Our own texts in `data/`, and the corpus's real ones where it is at hand. Only `evaluate` and the gate ask for dev."""
    texts = [_text(row, "report") for row in _lines(DATA / "reports" / f"{split}.jsonl")]
    own = DATA / "news" / f"{split}.jsonl"
    texts += [_text(row, "news") for row in _lines(own)] if own.is_file() else []
    texts += [_text(row, "news") for row in _lines(corpus / "domains" / f"{split}.jsonl.gz")] if corpus else []
    return texts


def fold_of(text_id: str) -> int:
    """Which of the five folds a text is in: by the hash of its id, so that adding texts moves none."""
    return int.from_bytes(hashlib.sha1(text_id.encode(), usedforsecurity=False).digest()[:4], "big") % FOLDS


def truth_of(texts: Sequence[LabelledText], taxonomy: Taxonomy) -> FloatArray:
    """Shape (n_texts, n_domains): 1 where the domain is assigned."""
    return np.asarray([[domain.code in text.domains for domain in taxonomy.domains] for text in texts], dtype=np.float32)


def damaged(text: LabelledText, provinces: Provinces, ngos: Sequence[str], seed: int) -> LabelledText:
    """A copy for training with the same sentences: other names, and most often one kind of damage."""
    draw = random.Random(f"{seed} {text.id}")  # noqa: S311 - not for cryptography
    names = {provinces.get(code).fa: provinces.get(code).cities for code in provinces.codes}
    sample = swap_names(text.sample, ngos, names)
    kind = draw.choice((*DAMAGE, None))
    if kind:
        sample = PERTURBATIONS[kind](sample, draw)
    return replace(text, title=sample.title, sentences=sample.sections)
