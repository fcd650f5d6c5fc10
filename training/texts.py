"""Labelled texts: what the heads are trained and measured on, with their weights, folds and damaged copies."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from nlp.evaluation.perturb import PERTURBATIONS, Sample, swap_names
from nlp.provinces import Provinces
from nlp.taxonomy import Taxonomy
from nlp.text.normalize import normalize
from nlp.types import FloatArray, SegmentedText

Kind = Literal["news", "report", "decision"]
FOLDS = 5


@dataclass(frozen=True, slots=True)
class DamageConfig:
    """The `[damage]` table of a training configuration. `kinds`: perturbations that leave each sentence in its line, so that
    evidence labels hold; `preface`: the share of copies that begin with sentences of `data/prefaces.txt`, none of which the
    robustness suite uses."""

    kinds: tuple[str, ...]
    preface: float


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text with its domains, each with the indices of its evidence sentences (-1: the title), and its summary sentences.
    `source` names the set it belongs to (`training/corpora.py`); `weight` is what an error on it costs in training; `sure` is
    false where a fair colleague might label otherwise."""

    id: str
    kind: Kind
    source: str
    title: str | None
    sentences: tuple[str, ...]
    domains: dict[str, tuple[int, ...]]
    summary: tuple[int, ...] = ()
    sure: bool = True
    weight: float = 1.0
    ngo: str | None = None
    province: str | None = None
    city: str | None = None

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


def fold_of(text_id: str) -> int:
    """Which of the five folds a text is in: by the hash of its id, so that adding texts moves none."""
    return int.from_bytes(hashlib.sha1(text_id.encode(), usedforsecurity=False).digest()[:4], "big") % FOLDS


def truth_of(texts: Sequence[LabelledText], taxonomy: Taxonomy) -> FloatArray:
    """Shape (n_texts, n_domains): 1 where the domain is assigned."""
    return np.asarray([[domain.code in text.domains for domain in taxonomy.domains] for text in texts], dtype=np.float32)


def damaged(
    text: LabelledText, provinces: Provinces, ngos: Sequence[str], prefaces: Sequence[str], config: DamageConfig, seed: int
) -> LabelledText:
    """A copy for training: other names, most often one kind of damage, and sometimes greetings and thanks before it all."""
    draw = random.Random(f"{seed} {text.id}")  # noqa: S311 - not for cryptography
    names = {provinces.get(code).fa: provinces.get(code).cities for code in provinces.codes}
    sample = swap_names(text.sample, ngos, names)
    kind = draw.choice((*config.kinds, None))
    if kind:
        sample = PERTURBATIONS[kind](sample, draw)
    copy = replace(text, title=sample.title, sentences=sample.sections)
    if draw.random() >= config.preface:
        return copy
    return _prefaced(copy, [prefaces[n] for n in sorted(draw.sample(range(len(prefaces)), draw.randint(4, 10)))])


def _prefaced(text: LabelledText, preface: Sequence[str]) -> LabelledText:
    """The text behind sentences that say nothing of any work; evidence and summary move with their sentences."""
    return replace(
        text,
        sentences=(*preface, *text.sentences),
        domains={
            code: tuple(place + len(preface) if place >= 0 else place for place in places)
            for code, places in text.domains.items()
        },
        summary=tuple(place + len(preface) for place in text.summary),
    )
