"""What every domain head answers, and the shape of a head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from nlp.heads.calibration import Decision
from nlp.types import EncodedText, FloatArray, Method, SegmentedText


@dataclass(frozen=True, slots=True)
class DomainScores:
    """probabilities: (n_domains,); groups: (n_groups,); places: (n_places, n_domains), the sentences and, last, the title if
    there is one: how much each place speaks for each domain, 0 to 1; salience: (n_sentences,), 0 to 1, if it was trained;
    genre: from -1 for news to 1 for a report."""

    probabilities: FloatArray
    groups: FloatArray
    places: FloatArray
    salience: FloatArray | None = None
    genre: float = 1.0


class DomainHead(Protocol):
    """Scores encoded reports over the domains of one taxonomy; `methods` says how each domain is scored."""

    @property
    def decision(self) -> Decision: ...

    @property
    def methods(self) -> tuple[Method, ...]: ...

    def score(self, encoded: EncodedText, text: SegmentedText) -> DomainScores: ...
