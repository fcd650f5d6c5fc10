"""When two reports are the same work: a judgement over their comparison and cosine, and what was changed between them."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from nlp.errors import ConfigurationError
from nlp.review.compare import Comparison
from nlp.text.normalize import normalize
from nlp.types import Aligned, DuplicateFlag, DuplicateKind, Report

NEAR_SHARE = 0.5
"""From here on a duplicate is «near», word for word; below it is «semantic», in other words."""
_YEAR = re.compile(r"1[34][0-9]{2}")
_WORD = re.compile(r"[\w\u200c]+")


@dataclass(frozen=True, slots=True)
class DuplicateRule:
    """A logistic model over share, cosine and numbers of a pair, fitted by `training/recipes/duplicates.py`."""

    share: float
    cosine: float
    numbers: float
    bias: float
    threshold: float

    def probability(self, comparison: Comparison, cosine: float | None) -> float:
        """That a fair reader would call the two the same work; without vectors the shared text alone tells."""
        if cosine is None:
            return comparison.share if comparison.share >= NEAR_SHARE else 0.0
        logit = self.share * comparison.share + self.cosine * cosine + self.numbers * comparison.numbers + self.bias
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def load_rule(path: Path) -> DuplicateRule:
    """:raises ConfigurationError: the file is not there or lacks a number."""
    try:
        return DuplicateRule(**tomllib.loads(path.read_text(encoding="utf-8"))["rule"])
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ConfigurationError("قاعدهٔ گزارش‌های تکراری خواندنی نیست.", f"{path.name}: {error}") from error


def kind_of(comparison: Comparison, *, same_text: bool) -> DuplicateKind:
    """Of a pair that is a duplicate."""
    if same_text:
        return "exact"
    return "near" if comparison.share >= NEAR_SHARE else "semantic"


def flags_of(left: Report, right: Report, comparison: Comparison, places: frozenset[str]) -> tuple[DuplicateFlag, ...]:
    """What the two say differently, in their fields or in the sentences that they share; a field that one of them lacks is no
    difference. places: names of provinces and cities."""
    flags: list[DuplicateFlag] = []
    years = [pair for pair in comparison.changed if all(_YEAR.fullmatch(number) for number in pair)]
    if years or (left.period and right.period and left.period != right.period):
        flags.append("other_date")
    moved = any(_moved(each, places) for each in comparison.aligned)
    if moved or _differ(left.province, right.province) or _differ(left.city, right.city):
        flags.append("other_place")
    if left.ngo and right.ngo and left.ngo.id != right.ngo.id:
        flags.append("other_ngo")
    if len(comparison.changed) > len(years):
        flags.append("numbers_changed")
    return tuple(flags)


def _moved(pair: Aligned, places: frozenset[str]) -> bool:
    """Whether a place of one sentence is not in the other, and the other way round."""
    left, right = (set(_WORD.findall(normalize(side.text).text)) for side in (pair.left, pair.right))
    return bool((left - right) & places and (right - left) & places)


def _differ(left: str | None, right: str | None) -> bool:
    return bool(left and right and normalize(left).text.strip() != normalize(right).text.strip())
