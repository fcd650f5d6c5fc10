"""Does a text say only what its source says? Numbers as values, money with its currency, dates, places and names.

Anything else is not judged.

Names: words after a title («آقای»، «مؤسسهٔ») or after «به گفتهٔ», quotations, words in Latin letters, and words that no lexicon
knows. A false alarm costs a fallback, a miss a false sentence: where in doubt, it is an alarm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from nlp.facts.mentions import find_mentions
from nlp.facts.numbers import find_numbers
from nlp.facts.periods import find_periods
from nlp.facts.places import Gazetteer
from nlp.text.digits import to_ascii_digits
from nlp.text.jalali import MONTHS
from nlp.text.lexicon import load_lexicon
from nlp.text.normalize import normalize
from nlp.text.tokens import tokens, verb_of

UnfoundKind = Literal["number", "date", "place", "name"]
_WORD = re.compile(r"[^\W\d_]+(?:‌[^\W\d_]+)*")
_TITLED = re.compile(
    r"(?<![^\W_‌])(?:آقای|خانم|دکتر|مهندس|حاج[ ‌]?آقا|حجت‌الاسلام|سرهنگ|قاضی|مؤسسه|موسسه|انجمن|جمعیت|کانون|بنیاد|خیریه|شرکت|"
    r"دانشگاه|روستای|شهرک|کشور|خیابان|محله|محلهٔ|به گفتهٔ|به گفته)[ٔی‌]{0,2} ((?:[^\W\d_‌]+(?:‌[^\W\d_]+)* ?){1,3})"
)
_QUOTED = re.compile(r"«([^«»]{2,200})»")
_LATIN = re.compile(r"[A-Za-z][A-Za-z\-]+")
_MONTH = re.compile(rf"(?<![^\W_])(?:{'|'.join(MONTHS)})(?=[ ‌]?ماه|[ ‌]?\d| سال|[.،]|$)")
_CURRENCY = {"ریال", "تومان"}
_COUNTRY = re.compile(
    r"(?<![^\W_])(?:ترکیه|عراق|افغانستان|پاکستان|ترکمنستان|آذربایجان|ارمنستان|کویت|قطر|امارات|عمان|بحرین|عربستان|سوریه|لبنان|هند|"
    r"چین|روسیه|آلمان|فرانسه|انگلیس|ایتالیا|سوئد|کانادا|آمریکا|استرالیا|ژاپن|کره)(?![^\W_‌])"
)
_MANY = re.compile(r"(?<![^\W_])(?:ده‌ها|دهها|صدها|هزاران|هزارها|میلیون‌ها|میلیاردها)(?![^\W_])")


@dataclass(frozen=True, slots=True)
class Unfound:
    """What a text says that its source does not."""

    kind: UnfoundKind
    text: str


def unfound(text: str, source: str, gazetteer: Gazetteer) -> list[Unfound]:
    """Everything in `text` that `source` does not hold; empty where it can be shown. Both as received."""
    said, known = normalize(text).text, normalize(source).text
    return [
        *(Unfound("date", found) for found in _dates(said, known)),
        *(Unfound("number", found) for found in _numbers(said, known)),
        *(Unfound("place", found) for found in _places(said, known, gazetteer)),
        *(Unfound("name", found) for found in dict.fromkeys(_names(said, known))),
    ]


def _dates(said: str, known: str) -> Iterator[str]:
    """A period must be one of the source's or hold one; a month without a year must be named there, or lie in its dates."""
    there = [(each.period.start, each.period.end) for each in find_periods(known)]
    covered = []
    for found in find_periods(said):
        first, last = found.period.start, found.period.end
        covered.append((found.start, found.end))
        held = any(first and last and start and end and first <= start and end <= last for start, end in there)
        if not held:
            yield said[found.start : found.end]
    words = _loose(known).replace(" ماه", "")
    for match in _MONTH.finditer(said):
        inside = any(start <= match.start() < end for start, end in covered)
        if not inside and f" {match[0]}" not in words:
            yield match[0]


def _numbers(said: str, known: str) -> Iterator[str]:
    """Counts must be counts of the source, money in the same currency; what stands in a date was judged there."""
    periods = find_periods(said)
    counted = [each for line in known.split("\n") for each in find_mentions(line)]
    numbers = {each.value for each in find_numbers(known) if each.form != "date"}
    there = {value for each in counted for value in (each.number.value, each.number.highest) if value is not None}
    money = {(each.number.value, each.unit) for each in counted if each.unit in _CURRENCY}
    for mention in find_mentions(said):
        number = mention.number
        values = {number.value, number.highest or number.value}
        amount = mention.unit in _CURRENCY and (number.value, mention.unit) not in money
        article = number.words and number.value == 1 and said[number.start : number.end] in {"یک", "یه"}
        if amount or (not article and not values <= there):
            yield said[mention.start : mention.end] if amount else said[number.start : number.end]
    for number in find_numbers(said):
        in_date = any(each.start < number.end and number.start < each.end for each in periods)
        if number.form in {"ordinal", "code", "clock"} and not in_date and number.value not in numbers:
            yield said[number.start : number.end]
    for match in _MANY.finditer(said):
        if match[0] not in known:
            yield match[0]


def _places(said: str, known: str, gazetteer: Gazetteer) -> Iterator[str]:
    there = _loose(known)
    yield from (match[0] for match in _COUNTRY.finditer(said) if f" {match[0]} " not in there)
    for found in gazetteer.find(said, strict=False):
        name = said[found.start : found.end]
        if f" {_loose(name).strip()} " not in there:
            yield name


def _names(said: str, known: str) -> Iterator[str]:
    there, words = _loose(known), set(tokens(known))
    yield from (match[1] for match in _QUOTED.finditer(said) if _loose(match[1]) not in there)
    for match in _TITLED.finditer(said):
        for word in _WORD.findall(match[1]):
            lemmas = set(tokens(word))
            if not lemmas or verb_of(word):
                break
            if f" {_loose(word).strip()} " not in there and not lemmas & words:
                yield word
                break
    yield from (match[0] for match in _LATIN.finditer(said) if match[0].lower() not in known.lower())
    yield from (match[0] for match in _WORD.finditer(said) if _is_strange(match[0], words))


def _is_strange(word: str, known: set[str]) -> bool:
    """Whether it is a word that neither the lexicon nor the source has. known: lemmas."""
    lemmas, lexicon = set(tokens(word)), load_lexicon()
    return bool(lemmas) and not lemmas & known and not any(lexicon.knows(each) or verb_of(each) for each in (word, *lemmas))


def _loose(text: str) -> str:
    """Words alone, a space around each."""
    words = re.findall(r"[^\W_]+", to_ascii_digits(text))
    return f" {' '.join(words)} "
