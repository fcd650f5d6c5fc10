"""What the numbers of a report say: achievements, plans and failures, each with its kind, value, unit and place.

Two linear classifiers over named features (`nlp.facts.features`): what became of the counted thing, and of what kind it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from nlp.facts.features import Words, features
from nlp.facts.mentions import Mention, find_mentions
from nlp.facts.nouns import noun_kinds
from nlp.types import FactKind, FloatArray

FactStatus = Literal["achieved", "planned", "not_done", "other"]
STATUSES: tuple[FactStatus, ...] = ("achieved", "planned", "not_done", "other")
KINDS: tuple[FactKind, ...] = (
    "people", "households", "events", "hours", "money", "items", "places", "cases", "jobs", "area", "share",
)  # fmt: skip
ACHIEVED_FROM = 0.4
"""Probability from which a figure is an achievement rather than nothing: out of fold F1 is as at 0.5, and fewer are missed."""
WHOLE = 100
_FIXED: Mapping[str, FactKind] = {"درصد": "share", "تومان": "money", "ریال": "money", "هکتار": "area", "متر مربع": "area"}
_UNSAID: Mapping[FactKind, str] = {
    "people": "نفر", "households": "خانوار", "money": "تومان", "share": "درصد", "hours": "ساعت", "jobs": "شغل",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TermWeights:
    """A linear layer over named features. weights: (n_terms, n_classes); bias: (n_classes,)."""

    terms: Mapping[str, int]
    weights: FloatArray
    bias: FloatArray

    def logits(self, names: Sequence[str]) -> FloatArray:
        """Unknown names say nothing. Returns (n_classes,)."""
        columns = [self.terms[name] for name in names if name in self.terms]
        found: FloatArray = self.weights[columns].astype(np.float32).sum(axis=0) + self.bias
        return found


@dataclass(frozen=True, slots=True)
class StateWeights:
    """What is added to the logits for the token states of a mention. mean, scale: (width,); weights: (width, n_classes)."""

    mean: FloatArray
    scale: FloatArray
    weights: FloatArray

    def logits(self, state: FloatArray) -> FloatArray:
        """state: (width,). Returns (n_classes,)."""
        found: FloatArray = (state - self.mean) / self.scale @ self.weights
        return found


@dataclass(frozen=True, slots=True)
class Layer:
    """`plain`: by features alone, for an encoder that gives no states; else `terms` and `states` together."""

    plain: TermWeights
    terms: TermWeights
    states: StateWeights

    def probabilities(self, names: Sequence[str], state: FloatArray | None) -> FloatArray:
        """Softmax over the classes. state: (width,). Returns (n_classes,)."""
        logits = self.plain.logits(names) if state is None else self.terms.logits(names) + self.states.logits(state)
        exp = np.exp(logits - logits.max())
        result: FloatArray = exp / exp.sum()
        return result


@dataclass(frozen=True, slots=True)
class Seen:
    """A mention in sentence `sentence`, with the names of its features."""

    sentence: int
    mention: Mention
    names: tuple[str, ...]

    @property
    def mark(self) -> tuple[int, int, int]:
        """What the encoder is asked for."""
        return self.sentence, self.mention.start, self.mention.end


@dataclass(frozen=True, slots=True)
class Reading:
    """A mention in sentence `sentence`, read. `probabilities`: of each of `STATUSES`."""

    sentence: int
    mention: Mention
    kind: FactKind
    unit: str
    status: FactStatus
    probabilities: FloatArray

    @property
    def achieved(self) -> float:
        """How probable it is that this was achieved."""
        return float(self.probabilities[0])


class FactReader:
    """Reads what was seen in one report. Pure; safe to use from several threads. `encoder`: the SHA-256 of the weights whose
    states it was trained on; `doubt`: what may be a plan or a failure with this probability is not told as an achievement."""

    def __init__(self, status: Layer, kind: Layer, encoder: str, doubt: float, label: str) -> None:
        self._status, self._kind, self.encoder, self.doubt, self.label = status, kind, encoder, doubt, label

    def read(self, seen: Sequence[Seen], states: FloatArray | None) -> list[Reading]:
        """Every mention, in order of the text; what counts nothing is there too, as `other`. states: (n_seen, width), of the
        encoder that it was trained on, or None."""
        found = []
        for number, each in enumerate(seen):
            state = None if states is None else states[number]
            probabilities = self._status.probabilities(each.names, state)
            unit = each.mention.unit or ""
            kind = _FIXED.get(unit) or KINDS[int(np.argmax(self._kind.probabilities(each.names, state)))]
            said = unit or _UNSAID.get(kind, "مورد")
            status = self._decided(probabilities) if _countable(kind, each.mention) else "other"
            found.append(Reading(each.sentence, each.mention, kind, said, status, probabilities))
        return found

    def _decided(self, probabilities: FloatArray) -> FactStatus:
        best = STATUSES[int(np.argmax(probabilities))]
        if best == "other" and float(probabilities[0]) >= ACHIEVED_FROM:
            best = "achieved"
        if best == "achieved" and float(probabilities[1:3].sum()) > self.doubt:
            return STATUSES[1 + int(np.argmax(probabilities[1:3]))]
        return best


def _countable(kind: FactKind, mention: Mention) -> bool:
    """Nothing is counted by zero, and no share is over a hundred."""
    return mention.number.value > 0 and not (kind == "share" and mention.number.value > WHOLE)


def see(sentences: Sequence[str]) -> list[Seen]:
    """Each mention of a report, in order of the text; what numbers the lines of a list is left out."""
    found = []
    by_sentence = [find_mentions(sentence) for sentence in sentences]
    for number, (sentence, mentions) in enumerate(zip(sentences, by_sentence, strict=True)):
        words = Words.of(sentence) if mentions else None
        for place, mention in enumerate(mentions):
            if words is None or (place == 0 and _numbers_a_line(by_sentence, sentences, number)):
                continue
            found.append(Seen(number, mention, (*features(words, mentions, place), *_noun(mention))))
    return found


def _noun(mention: Mention) -> list[str]:
    if not mention.unit:
        return []
    kinds = {kind for noun in (mention.unit, mention.unit.partition(" ")[0]) for kind in noun_kinds().get(noun, ())}
    return [*(f"noun={kind}" for kind in kinds), f"nouns={'|'.join(sorted(kinds))}"]


def _numbers_a_line(mentions: Sequence[Sequence[Mention]], sentences: Sequence[str], number: int) -> bool:
    """Whether the sentence begins with the number after, or before, that at the beginning of a sentence beside it."""
    own = _leading(mentions, sentences, number)
    near = [_leading(mentions, sentences, each) for each in (number - 1, number + 1) if 0 <= each < len(sentences)]
    return own is not None and any(other is not None and abs(own - other) == 1 for other in near)


def _leading(mentions: Sequence[Sequence[Mention]], sentences: Sequence[str], number: int) -> float | None:
    if not mentions[number]:
        return None
    first = mentions[number][0].number
    bare = not first.words and first.highest is None and first.value < 100
    return first.value if bare and not sentences[number][: first.start].strip(" -–•([") else None


def expected_results(readings: Sequence[Reading], sentences: int) -> FloatArray:
    """How many achievements each sentence may be expected to count. Returns (sentences,)."""
    found = np.zeros(sentences, dtype=np.float32)
    for reading in readings:
        found[reading.sentence] += reading.achieved
    return found
