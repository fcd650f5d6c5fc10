"""What a reader looks at when deciding what a number counts: its noun, the words around it, the verbs of its clause.

Words are named as features by where they stand; the same names were used in training (`training/recipes/facts.py`).
"""

from __future__ import annotations

import math
import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from nlp.facts.mentions import Mention
from nlp.shipped import DATA
from nlp.text.characters import ZWNJ
from nlp.text.tokens import verb_of

_TOKEN = re.compile(r"[^\W\d_](?:[^\W\d_]|[ًٌٍَُِّْ])*(?:‌[^\W\d_]+)*|\d+|[^\w\s]|\n")
_CLAUSE = re.compile(r"[،؛:.!؟|/()\n–—]| و | اما | ولی | که ")
_NEAR, _FAR = 3, 9


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    word: str


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence cut once for all its mentions: its words and where its clauses are cut."""

    sentence: str
    tokens: tuple[_Token, ...]
    cuts: tuple[int, ...]

    @classmethod
    def of(cls, sentence: str) -> Words:
        matches = _TOKEN.finditer(sentence)
        tokens = (_Token(each.start(), each.end(), "0" if each[0].isdigit() else each[0]) for each in matches)
        return cls(sentence, tuple(tokens), (0, *(each.start() for each in _CLAUSE.finditer(sentence)), len(sentence)))

    def between(self, start: int, end: int) -> list[str]:
        """The words that lie in `[start, end)`."""
        first = bisect_left(self.tokens, start, key=_start)
        return [each.word for each in takewhile(lambda token: token.start < end, self.tokens[first:])]


def _start(token: _Token) -> int:
    return token.start


def features(words: Words, mentions: Sequence[Mention], number: int) -> list[str]:
    """Names of what is true of mention `number` of a sentence."""
    return sorted(set(_features(words, mentions, number)))


def _features(words: Words, mentions: Sequence[Mention], number: int) -> Iterator[str]:
    mention, sentence = mentions[number], words.sentence
    yield from _shape(sentence, mention)
    unit = mention.unit or "-"
    yield f"unit={unit}"
    last = unit.replace(" ", ZWNJ).split(ZWNJ)[-1]
    for size in (2, 3, 4):
        yield f"unit:{size}={last[:size]}"
        yield f"unit:-{size}={last[-size:]}"
    before, after = words.between(0, mention.start), words.between(mention.end, len(sentence))
    for place, word in enumerate(before[::-1][:_NEAR]):
        yield f"before{place}={word}"
    for place, word in enumerate(after[:_NEAR]):
        yield f"after{place}={word}"
        yield f"unit,after={unit},{word}" if place == 0 else f"next={word}"
    for word in before[-_FAR:]:
        yield f"before={word}"
    for word in after[:_FAR]:
        yield f"after={word}"
    yield from (f"in={word}" for word in {*before, *after})
    yield from _clause(words, mention)
    yield from _verbs(before, after)
    if label := re.match(r"\s*([^:\n]{2,40}):", sentence[: mention.start]):
        yield from (f"label={word}" for word in words.between(label.start(1), label.end(1)))
    yield f"order={min(number, 3)}"
    yield f"others={min(len(mentions) - 1, 4)}"


def _shape(sentence: str, mention: Mention) -> Iterator[str]:
    number = mention.number
    yield f"size={int(math.log10(number.value)) if number.value >= 1 else -1}"
    if number.words:
        yield f"word={sentence[number.start : number.end]}"
    elif number.value < 30:
        yield "digits<30"
    if 1300 <= number.value <= 1450:
        yield "year?"
    if number.highest is not None:
        yield "range"
    yield f"qualifier={mention.qualifier}"
    if not sentence[: number.start].strip(" -–•(["):
        yield f"first,{sentence[number.end : number.end + 2].strip()[:1]}"
    yield f"left={sentence[: number.start].rstrip()[-1:]}"
    yield f"right={sentence[mention.end :].lstrip()[:1]}" if sentence[mention.end :].strip() else "right=end"
    glued = sentence[number.end : number.end + 1]
    if glued == ZWNJ:
        yield "glued"


def _clause(words: Words, mention: Mention) -> Iterator[str]:
    """Words of the clause around the mention, and what it, and what stands before and after it, says of time and success."""
    start = words.cuts[bisect_right(words.cuts, mention.start) - 1]
    end = words.cuts[min(bisect_left(words.cuts, mention.end), len(words.cuts) - 1)]
    clause = [*words.between(start, mention.start), *words.between(mention.end, end)]
    parts = {"clause": clause, "earlier": words.between(0, start), "later": words.between(end, len(words.sentence))}
    for name, part in parts.items():
        yield from (f"{name}:{cue}" for word in part if (cue := _cue(word)))
    yield from (f"clause={word}" for word in clause)


def _verbs(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """The verb that ends what the mention is in, the last of the sentence, the last before the mention and the first."""
    later, earlier = ([each for word in part if (each := _verb(word))] for part in (after, before))
    for name, verbs in (("verb", later), ("last verb", later[::-1]), ("verb before", earlier[::-1]), ("first verb", earlier)):
        if verbs:
            yield f"{name}={verbs[0][0]}"
            yield f"{name}:{verbs[0][1]}"


@lru_cache(maxsize=20_000)
def _verb(word: str) -> tuple[str, str] | None:
    """The verb's past stem and its tense."""
    verb = verb_of(word)
    return (verb, _tense(word, verb)) if verb else None


@lru_cache(maxsize=20_000)
def _cue(word: str) -> str | None:
    """What a word says of the time and success of what is told; future and negated verbs too."""
    plain = word.replace(ZWNJ, "")
    if plain.startswith(("خواه", "نخواه")) and plain[-1] in "مدی":
        return "future" if plain[0] == "خ" else "not future"
    if (verb := verb_of(word)) and verb.startswith("ن") and not plain.startswith(verb[1:]):
        return "negated"
    return _cues().get(word)


@lru_cache(maxsize=1)
def _cues() -> dict[str, str]:
    """Words of `data/facts/cues.toml`, each with its group."""
    groups = tomllib.loads((DATA / "facts" / "cues.toml").read_text(encoding="utf-8"))
    return {word: group for group, words in groups.items() for word in words.split()}


def _tense(word: str, verb: str) -> str:
    plain = word.replace(ZWNJ, "")
    negated = "not " if verb.startswith("ن") and not plain.startswith(verb[1:]) else ""
    positive = plain[1:] if negated else plain
    if positive.startswith("می"):
        return f"{negated}present"
    return f"{negated}past" if positive.startswith(verb.removeprefix("ن") if negated else verb) else f"{negated}subjunctive"
