"""Two reports side by side: which sentences are the same, and what was changed in them.

What every form of an office shares does not count: labels («محل اجرا:») and lines of a word or two.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from nlp.review.sketch import masked
from nlp.text.digits import to_ascii_digits
from nlp.text.normalize import normalize
from nlp.text.sentences import split_sentences
from nlp.text.tokens import tokens
from nlp.types import Aligned, Span

SAME_SENTENCE = 0.6
"""Dice coefficient of two sentences' lemmas from which they are one."""
_LEAST_LEMMAS = 3
_LABEL = re.compile(r"^[^:\n]{2,40}:(?=\s|$)")
_NUMBER = re.compile(r"[0-9]+(?:[.,/٫٬][0-9]+)*")


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of a report: its place in the original, its lemmas with numbers masked, and its numbers in order."""

    span: Span
    lemmas: tuple[str, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`share`: of the lemmas of the text that has fewer, how many stand in aligned sentences, 0 to 1; `numbers`: of that text's
    distinct numbers, how many the other has too, 1.0 where it has none."""

    aligned: tuple[Aligned, ...]
    share: float
    numbers: float

    @property
    def changed(self) -> tuple[tuple[str, str], ...]:
        """All changed numbers, in order, each once."""
        return tuple(dict.fromkeys(pair for each in self.aligned for pair in each.changed))


def passages(original: str) -> list[Passage]:
    """The sentences of an original text that say something; of a text that has none, all with a word or number."""
    clean = normalize(original)
    found = []
    for sentence in split_sentences(clean.text):
        text = _LABEL.sub("", clean.text[sentence.start : sentence.end])
        if lemmas := tuple(masked(tokens(text))):
            first, last = clean.mapped.span(sentence.start, sentence.end)
            numbers = tuple(_NUMBER.findall(to_ascii_digits(text)))
            found.append(Passage(Span("text", first, last, original[first:last]), lemmas, numbers))
    telling = [each for each in found if sum(lemma != "0" for lemma in each.lemmas) >= _LEAST_LEMMAS]
    return telling or found


def compare(left: Sequence[Passage], right: Sequence[Passage]) -> Comparison:
    """Align the sentences of two texts one to one, the most similar first."""
    pairs = sorted(_similar(left, right), key=lambda pair: (-pair[0], pair[1], pair[2]))
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    aligned = []
    for similarity, one, other in pairs:
        if one in taken_left or other in taken_right:
            continue
        taken_left.add(one)
        taken_right.add(other)
        changed = _changed(left[one].numbers, right[other].numbers)
        aligned.append((one, Aligned(left[one].span, right[other].span, round(similarity, 4), changed)))
    sizes = [sum(len(each.lemmas) for each in side) for side in (left, right)]
    side, taken = (left, taken_left) if sizes[0] <= sizes[1] else (right, taken_right)
    share = sum(len(side[n].lemmas) for n in taken) / max(1, min(sizes))
    own, others = ({number for each in part for number in each.numbers} for part in (left, right))
    fewer, more = (own, others) if sizes[0] <= sizes[1] else (others, own)
    return Comparison(
        tuple(each for _, each in sorted(aligned, key=lambda each: each[0])),
        round(share, 4),
        round(len(fewer & more) / len(fewer), 4) if fewer else 1.0,
    )


def _similar(left: Sequence[Passage], right: Sequence[Passage]) -> list[tuple[float, int, int]]:
    """Pairs of sentences over the threshold, found through the lemmas that they share."""
    counted = [Counter(each.lemmas) for each in right]
    having: dict[str, list[int]] = defaultdict(list)
    for number, counts in enumerate(counted):
        for lemma in counts:
            having[lemma].append(number)
    found = []
    for one, passage in enumerate(left):
        shared: dict[int, int] = defaultdict(int)
        for lemma, count in Counter(passage.lemmas).items():
            for other in having.get(lemma, ()):
                shared[other] += min(count, counted[other][lemma])
        for other, common in shared.items():
            similarity = 2 * common / (len(passage.lemmas) + len(right[other].lemmas))
            if similarity >= SAME_SENTENCE:
                found.append((similarity, one, other))
    return found


def _changed(left: Sequence[str], right: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Numbers that differ between two like sentences, matched in order once those that both have are set aside."""
    only_left, only_right = Counter(left) - Counter(right), Counter(right) - Counter(left)
    firsts = [number for number in left if only_left[number] > 0]
    seconds = [number for number in right if only_right[number] > 0]
    return tuple(zip(firsts, seconds, strict=False))
