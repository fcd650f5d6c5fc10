"""What the page of quality shows: figures with what they mean, and when there are too few decisions to say anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from markupsafe import Markup

from nlp.review.quality import Agreement, Audit, Bin, Quality
from nlp.text.digits import persian_number, to_persian_digits
from service.web.charts import Point, lines, scatter
from service.web.filters import ratio
from service.web.pages import Names

FEW = 10
"""A share of fewer than these is no figure to rest on: its 95% interval is over half of the scale."""
LABELS = 100
"""Of fewer labels no curve is drawn: a tenth of them would stand in each bin."""
LEAST_RADIUS, MOST_RADIUS = 3.0, 9.0


@dataclass(frozen=True, slots=True)
class Shares:
    """How often the machine named something, reviewers did, and both. `kept`: of what the machine named, how much reviewers
    left standing (precision); `found`: of what reviewers named, how much the machine had found (recall); None: of nothing."""

    name: str
    machine: int
    reviewer: int
    both: int
    code: str

    @property
    def kept(self) -> float | None:
        """Of the machine's, the reviewers' too."""
        return self.both / self.machine if self.machine else None

    @property
    def found(self) -> float | None:
        """Of the reviewers', the machine's too."""
        return self.both / self.reviewer if self.reviewer else None

    @property
    def few(self) -> bool:
        """Whether there are too few to rest on."""
        return max(self.machine, self.reviewer) < FEW


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A bin of probabilities that has labels."""

    bin: Bin

    @property
    def agreed(self) -> float:
        """The share that reviewers agreed to."""
        return self.bin.agreed / self.bin.count


@dataclass(frozen=True, slots=True)
class Figures:
    """The page. `trend` and `curve` are None where there is too little to draw; `off`: the mean distance of the curve from the
    diagonal, weighted by labels (ECE, Naeini et al. 2015)."""

    found: Quality
    whole: Shares
    domains: Sequence[Shares]
    months: Sequence[Shares]
    bins: Sequence[Calibrated]
    off: float | None
    trend: Markup | None
    curve: Markup | None

    @property
    def audit(self) -> Audit:
        """Of the reports that were drawn by chance."""
        return self.found.audit

    @property
    def audit_is_small(self) -> bool:
        """Whether its interval is too wide to rest on."""
        return self.audit.low is not None and self.audit.high is not None and self.audit.high - self.audit.low > 0.2


def figures(found: Quality, names: Names) -> Figures:
    """What was found, for the page."""
    domains = sorted(_summed(found.agreement, lambda each: each.domain, names.domain), key=lambda each: -each.reviewer)
    months = list(_summed(found.agreement, lambda each: each.month, to_persian_digits))
    bins = [Calibrated(each) for each in found.calibration if each.count]
    labels = sum(each.bin.count for each in bins)
    off = sum(abs(each.agreed - each.bin.mean) * each.bin.count for each in bins) / labels if labels >= LABELS else None
    return Figures(
        found,
        next(iter(_summed(found.agreement, lambda _: "", str)), Shares("", 0, 0, 0, "")),
        domains,
        months,
        bins,
        off,
        _trend(months),
        _curve(bins) if labels >= LABELS else None,
    )


def _summed(agreement: Iterable[Agreement], key: Callable[[Agreement], str], name: Callable[[str], str]) -> Iterable[Shares]:
    """In the order of the keys."""
    machine, reviewer, both = Counter[str](), Counter[str](), Counter[str]()
    for each in agreement:
        machine[key(each)] += each.machine
        reviewer[key(each)] += each.reviewer
        both[key(each)] += each.both
    return (Shares(name(code), machine[code], reviewer[code], both[code], code) for code in sorted(machine))


def _trend(months: Sequence[Shares]) -> Markup | None:
    """Both shares by month; a month with too few is left out, and one month alone is no line."""
    if sum(not month.few for month in months) < 2:
        return None
    return lines(
        "سهم نگه‌داشته و سهم پیداشده، ماه به ماه؛ عددها در جدول زیر نمودار است.",
        [month.name for month in months],
        [
            [_of_month(month, month.kept, "نگه‌داشته", month.machine) for month in months],
            [_of_month(month, month.found, "پیداشده", month.reviewer) for month in months],
        ],
    )


def _of_month(month: Shares, share: float | None, word: str, of: int) -> Point | None:
    if month.few or share is None:
        return None
    return Point(share, f"{month.name}: {ratio(share)} {word}، از {persian_number(of)}")


def _curve(bins: Sequence[Calibrated]) -> Markup:
    most = max(each.bin.count for each in bins)
    points = [
        Point(
            each.agreed,
            f"احتمال {ratio(each.bin.mean)}: بازبین {ratio(each.agreed)} را پذیرفت، از {persian_number(each.bin.count)} برچسب",
            each.bin.mean,
            LEAST_RADIUS + (MOST_RADIUS - LEAST_RADIUS) * sqrt(each.bin.count / most),
        )
        for each in bins
    ]
    return scatter("احتمالی که ماشین گفت در برابر سهمی که بازبینان پذیرفتند؛ عددها در جدول زیر نمودار است.", points)
