"""Two reports side by side: which sentences are the same, and what was changed in them.

What every form of an office shares does not count: labels («محل اجرا:») and lines of a word or two.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from nlp.review.sketch import MASK, masked
from nlp.text.digits import to_ascii_digits
from nlp.text.normalize import normalize
from nlp.text.sentences import split_sentences
from nlp.text.tokens import tokens
from nlp.types import Aligned, Span

SAME_SENTENCE = 0.6
"""Dice coefficient of two sentences' lemmas from which they are one."""
MOST_PASSAGES = 600
"""Of a longer text the first are compared."""
_LEAST_LEMMAS = 3
_LEAST_SIZE = 8
"""A text with fewer lemmas counts as having so many: one short sentence in common is not yet a copy."""
_COMMON, _CANDIDATES = 40, 8
_LABEL = re.compile(r"^[^:\n]{2,40}:(?=\s|$)")
_NUMBER = re.compile(r"[0-9]+(?:[٬,][0-9]{3})*(?:[.٫][0-9]+)?")


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of a report: its place in the original, its lemmas with numbers masked, and its numbers in order. `weight`:
    how many lemmas it counts for; 0 for a line that says too little to count."""

    span: Span
    lemmas: tuple[str, ...]
    numbers: tuple[str, ...]
    weight: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """`share`: of the words of the text that has fewer, how many stand in aligned sentences, 0 to 1; `numbers`: of that text's
    distinct numbers, how many the other has too, 1.0 where it has none."""

    aligned: tuple[Aligned, ...]
    share: float
    numbers: float

    @property
    def changed(self) -> tuple[tuple[str, str], ...]:
        """All changed numbers, in order, each once."""
        return tuple(dict.fromkeys(pair for each in self.aligned for pair in each.changed))


def passages(original: str) -> list[Passage]:
    """The sentences of an original text, `MOST_PASSAGES` at the most; of a text of short lines alone, all count."""
    clean = normalize(original)
    found = []
    for sentence in split_sentences(clean.text):
        text = _LABEL.sub("", clean.text[sentence.start : sentence.end])
        if lemmas := tuple(masked(tokens(text))):
            first, last = clean.mapped.span(sentence.start, sentence.end)
            words = sum(lemma != MASK for lemma in lemmas)
            weight = words if words >= _LEAST_LEMMAS else 0
            found.append(Passage(Span("text", first, last, original[first:last]), lemmas, numbers_of(text), weight))
        if len(found) == MOST_PASSAGES:
            break
    if any(each.weight for each in found):
        return found
    return [replace(each, weight=sum(lemma != MASK for lemma in each.lemmas)) for each in found]


def numbers_of(text: str) -> tuple[str, ...]:
    """The numbers of a text, in order, however they are written: «۱۲٬۵۰۰» and «12500» are one, a date is three."""
    return tuple(_plain(match[0]) for match in _NUMBER.finditer(to_ascii_digits(text)))


def _plain(number: str) -> str:
    whole, _, part = number.replace("٬", "").replace(",", "").replace("٫", ".").partition(".")
    return (whole.lstrip("0") or "0") + (f".{part}" if part else "")


def compare(left: Sequence[Passage], right: Sequence[Passage]) -> Comparison:
    """Align the sentences of two texts one to one: equal ones first, then the most similar; among equally similar ones those
    with the same numbers, then those in like places."""
    pairs = _equal(left, right)
    pairs += _similar(left, right, {one for one, _, _ in pairs}, {other for _, other, _ in pairs})
    aligned = [
        Aligned(left[one].span, right[other].span, round(similarity, 4), changed(left[one].numbers, right[other].numbers))
        for one, other, similarity in sorted(pairs)
    ]
    sizes = [sum(each.weight for each in side) for side in (left, right)]
    first = sizes[0] <= sizes[1]
    held = sum(left[one].weight if first else right[other].weight for one, other, _ in pairs)
    own, others = ({number for each in side for number in each.numbers} for side in (left, right))
    fewer, more = (own, others) if first else (others, own)
    return Comparison(
        tuple(aligned),
        round(held / max(min(sizes), _LEAST_SIZE), 4),
        round(len(fewer & more) / len(fewer), 4) if fewer else 1.0,
    )


def _equal(left: Sequence[Passage], right: Sequence[Passage]) -> list[tuple[int, int, float]]:
    """Sentences with the same lemmas and numbers, in order."""
    waiting: dict[tuple[tuple[str, ...], tuple[str, ...]], deque[int]] = defaultdict(deque)
    for number, passage in enumerate(right):
        waiting[passage.lemmas, passage.numbers].append(number)
    found = []
    for one, passage in enumerate(left):
        if others := waiting.get((passage.lemmas, passage.numbers)):
            found.append((one, others.popleft(), 1.0))
    return found


def _similar(
    left: Sequence[Passage], right: Sequence[Passage], taken_left: set[int], taken_right: set[int]
) -> list[tuple[int, int, float]]:
    """Of the sentences that are left: pairs over the threshold, found through lemmas that few of them have."""
    counted = {n: Counter(each.lemmas) for n, each in enumerate(right) if n not in taken_right}
    having: dict[str, list[int]] = defaultdict(list)
    for number, counts in counted.items():
        for lemma in counts:
            having[lemma].append(number)
    pairs = []
    for one, passage in enumerate(left):
        if one in taken_left:
            continue
        counts = Counter(passage.lemmas)
        votes = Counter(other for lemma in counts if len(having.get(lemma, ())) <= _COMMON for other in having.get(lemma, ()))
        for other, _ in votes.most_common(_CANDIDATES):
            common = (counts & counted[other]).total()
            similarity = 2 * common / (len(passage.lemmas) + len(right[other].lemmas))
            short = not passage.weight or not right[other].weight
            if similarity >= (1.0 if short else SAME_SENTENCE):
                same_numbers = (Counter(passage.numbers) & Counter(right[other].numbers)).total()
                pairs.append((-similarity, -same_numbers, abs(one / len(left) - other / len(right)), one, other))
    found = []
    for negative, _, _, one, other in sorted(pairs):
        if one not in taken_left and other not in taken_right:
            taken_left.add(one)
            taken_right.add(other)
            found.append((one, other, -negative))
    return found


def changed(left: Sequence[str], right: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Numbers that stand for one another in two like sentences and differ; what only one of them has is no change."""
    found: list[tuple[str, str]] = []
    for kind, first, last, start, end in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "replace":
            found += zip(left[first:last], right[start:end], strict=False)
    return tuple(found)
