"""Numbers as Persian reports write them: digits of three scripts, words, both mixed, decimals, ranges; ordinals told apart.

«۳ میلیارد و ۲۰۰ میلیون», «سی‌وپنج هزار», «۱۲٬۵۰۰», «۲/۵», «دو و نیم», «۲۰ تا ۳۰», «بیست‌ویکم». Pure; offsets are of the text
given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from nlp.text.characters import ZWNJ
from nlp.text.digits import to_ascii_digits

_UP_TO_19 = "صفر یک دو سه چهار پنج شش هفت هشت نه ده یازده دوازده سیزده چهارده پانزده شانزده هفده هجده نوزده"
_ONES = dict(zip(_UP_TO_19.split(), range(20), strict=True))
_TENS = dict(zip("بیست سی چهل پنجاه شصت هفتاد هشتاد نود".split(), range(20, 100, 10), strict=True))
_HUNDREDS = dict(zip("صد دویست سیصد چهارصد پانصد ششصد هفتصد هشتصد نهصد".split(), range(100, 1000, 100), strict=True))
_SPOKEN = {
    "یه": 1, "چار": 4, "شیش": 6, "نُه": 9, "چارده": 14, "پونزده": 15, "شونزده": 16, "هیفده": 17, "هیجده": 18, "هیژده": 18,
    "هژده": 18,
    "یکصد": 100, "چارصد": 400, "پونصد": 500, "شیشصد": 600,
}  # fmt: skip
_SMALL = _ONES | _TENS | _HUNDREDS | _SPOKEN
_SCALES = {"هزار": 1_000, "میلیون": 1_000_000, "ملیون": 1_000_000, "میلیارد": 1_000_000_000, "ملیارد": 1_000_000_000}
_CURRENCIES = ("تومان", "ریال", "تومن")
_ORDINAL = {"اول": 1, "نخست": 1, "سوم": 3} | {f"{word}م": value for word, value in (_SMALL | _SCALES).items() if word != "سه"}
_ORDINALS = _ORDINAL | {f"{word}ین": value for word, value in _ORDINAL.items()} | {"سی‌ام": 30, "سی‌امین": 30}
_GROUPED = r"\d{1,3}(?:[٬,،]\d{3})+(?:[٫.]\d+)?(?!\d)|\d{1,3}(?:\.\d{3})+(?!\d)"
_DIGITS = re.compile(rf"{_GROUPED}|\d+٫\d+|\d+(?:[./]\d{{1,2}}(?![\d/.:]))?|\d+")
_TOKEN = re.compile(rf"{_DIGITS.pattern}|[^\W\d_]+[ًَُِّْ]*[^\W\d_]*|‌|[^\w\s]|\s+")

_SCALED = re.compile(rf"[^ ]+ ({'|'.join(_SCALES)})")
_BEFORE_DATE = re.compile(r"[/\-–]\d{1,2}(?:[/\-–]\d{1,4})?(?!\d)")
_AFTER_DATE = re.compile(r"\d{2,4}[/\-–](?:\d{1,2}[/\-–])?$")
_AFTER_RANGE = re.compile(r"(?<!\d)[1-9]\d{0,2}[\-–]$")

Form = Literal["count", "ordinal", "fraction", "date", "clock", "code"]
_LOOK, _LONGEST = 12, 40
"""How many characters around a number say what it is."""
LARGEST = 1e15
"""Whatever is larger, or has a zero before it, is a code: a telephone, an account."""


@dataclass(frozen=True, slots=True)
class Number:
    """`[start, end)` of the text and its value; `highest` of a range. Only a `count` counts something."""

    start: int
    end: int
    value: float
    highest: float | None = None
    form: Form = "count"
    words: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    text: str


def find_numbers(text: str) -> list[Number]:
    """All numbers in order; a range is one. «نه» and «یک» alone are numbers too: whether they count is for the reader."""
    plain = to_ascii_digits(text)
    found = list(_singles(plain))
    joined: list[Number] = []
    for number in found:
        if joined and (merged := _range(plain, joined[-1], number)):
            joined[-1] = merged
        elif joined and _said_again(plain, joined[-1], number):
            joined[-1] = replace(joined[-1], end=number.end + 1)
        else:
            joined.append(number)
    return joined


def _singles(plain: str) -> Iterator[Number]:
    matches = _TOKEN.finditer(plain)
    tokens = [part for match in matches for part in _split(_Token(match.start(), match.end(), match[0]))]
    at = 0
    while at < len(tokens):
        number, after = (None, at + 1) if _within_word(tokens, at) else _number(plain, tokens, at)
        if number is None:
            at += 1
        else:
            yield number
            at = after


def _within_word(tokens: list[_Token], at: int) -> bool:
    """Whether the token only ends a word with a half-space in it, as in «می‌ده» and «کاوه‌ده»."""
    return at > 1 and tokens[at - 1].text == ZWNJ and tokens[at - 2].text.isalpha() and not tokens[at].text[0].isdecimal()


def _split(token: _Token) -> list[_Token]:
    """«دوهزار», «پنج‌هزاری»: a number word that is written together with its scale, or that has «ی» after it."""
    word = token.text
    if len(word) > 3 and word[-1] == "ی" and word[:-1] in _SCALES:
        return [_Token(token.start, token.end - 1, word[:-1])]
    for scale in (*_SCALES, *_CURRENCIES):
        small = word.removesuffix(scale)
        if small != word and (small in _SMALL or (small in _SCALES and scale in _CURRENCIES)):
            middle = token.start + len(small)
            return [_Token(token.start, middle, small), _Token(middle, token.end, scale)]
    parts = word.split("و")
    if len(parts) > 1 and all(part in _SMALL for part in parts):
        found, at = [], token.start
        for number, part in enumerate(parts):
            if number:
                found.append(_Token(at, at + 1, "و"))
                at += 1
            found.append(_Token(at, at + len(part), part))
            at += len(part)
        return found
    return [token]


@dataclass(slots=True)
class _Sum:
    """Adds up one number: hundreds, tens and ones into `part`, which each scale («هزار») takes into `total`. Each `take` says
    whether the token goes on with the number."""

    total: float = 0.0
    part: float | None = None
    smallest: float = float("inf")
    begun: bool = False
    words: bool = False
    digits: bool = False

    @property
    def value(self) -> float:
        return self.total + (self.part or 0)

    def take(self, word: str) -> bool:
        if word[0].isdecimal():
            return self._take_digits(_value(word))
        if word in _SMALL:
            return self._take_small(float(_SMALL[word]))
        if word in _SCALES:
            return self._take_scale(_SCALES[word])
        if word == "نیم" and self.begun:
            self.part, self.total = (self.part + 0.5, self.total) if self.part else (None, self.total + 0.5 * self.smallest)
            return True
        if word == "نیم":
            self.part, self.words, self.begun = 0.5, True, True
            return True
        return False

    def _take_digits(self, value: float) -> bool:
        if self.part is not None and (self.digits or not _adds(self.part, value)):
            return False
        if self.part is None and self.begun and value >= self.smallest:
            return False
        self.part, self.digits, self.begun = (self.part or 0) + value, True, True
        return True

    def _take_small(self, value: float) -> bool:
        if value == 100 and self.part is not None and 1 <= self.part < 10 and not self.digits:  # «پنج‌صد»
            self.part *= 100
            return True
        if self.part is None and self.begun and value >= self.smallest:
            return False
        if self.part is not None and (self.digits or not _adds(self.part, value)):
            return False
        self.part, self.words, self.begun = (self.part or 0) + value, True, True
        return True

    def _take_scale(self, scale: float) -> bool:
        if scale >= self.smallest and self.part is None and self.total < scale:  # «۳ هزار میلیارد»
            self.total, self.smallest = self.total * scale, scale
            return True
        if scale >= self.smallest or (self.part is None and self.begun):
            return False
        self.words = self.words or not self.begun
        self.total += (1 if self.part is None else self.part) * scale
        self.part, self.smallest, self.digits, self.begun = None, scale, False, True
        return True


def _number(plain: str, tokens: list[_Token], at: int) -> tuple[Number | None, int]:
    """The number that begins with token `at`, and the token after it."""
    first, last, found = at, at - 1, _Sum()
    while at < len(tokens):
        word = tokens[at].text
        if word in _ORDINALS and (found.begun or word not in {"اول", "نخست"}):
            value = found.value + _ORDINALS[word]
            return Number(tokens[first].start, tokens[at].end, value, None, "ordinal", words=True), at + 1
        if not found.take(word):
            break
        last = at
        if word == "نیم" and found.part is None:
            break
        at = _next(tokens, at, open_part=found.part is not None)
    if not found.begun or (found.value == 0.5 and last == first):
        return None, first + 1
    number = Number(tokens[first].start, tokens[last].end, found.value, None, "count", words=found.words)
    return _formed(plain, number), last + 1


def _next(tokens: list[_Token], at: int, *, open_part: bool) -> int:
    """The token that may go on with the number: over a space, a half-space or «و»."""
    following, over = at + 1, ""
    while following < len(tokens) and following - at <= 4 and _between(tokens[following].text):
        over += tokens[following].text.strip()
        following += 1
    if following >= len(tokens):
        return len(tokens)
    word = tokens[following].text
    joined = "و" in over
    if word in _SCALES:
        return following if not joined and (open_part or tokens[at].text in _SCALES) else len(tokens)
    if word == "صد" and over == ZWNJ:
        return following
    if word in _ORDINALS or word in _SMALL or word == "نیم" or word[0].isdecimal():
        return following if joined else len(tokens)
    if word[0] == "و" and word[1:] in _SMALL and "‌" in over:  # «سی‌وپنج»: «وپنج» is one token
        tokens[following] = _Token(tokens[following].start + 1, tokens[following].end, word[1:])
        return following
    return len(tokens)


def _between(text: str) -> bool:
    return (text.isspace() and "\n" not in text) or text in {"‌", "و"}


def _adds(part: float, value: float) -> bool:
    """Whether «صد و بیست» goes on: a smaller order after a larger one."""
    return (part >= 100 and part % 100 == 0 and value < 100) or (part % 10 == 0 and part % 100 >= 20 and value < 10)


def _value(digits: str) -> float:
    if len(digits) > _LONGEST:
        return 10 * LARGEST
    if re.fullmatch(r"\d{1,3}(?:[٬,،.]\d{3})+", digits):
        return float(re.sub(r"[٬,،.]", "", digits))
    return float(re.sub(r"[٫/]", ".", re.sub(r"[٬,،]", "", digits)))


def _formed(plain: str, number: Number) -> Number:
    """Codes, ordinals, dates, times of day and fractions by what stands around."""
    before, after = plain[max(0, number.start - _LOOK) : number.start], plain[number.end : number.end + _LOOK]
    in_date = _AFTER_DATE.search(before) and not _AFTER_RANGE.search(before)
    forms: tuple[tuple[Form, object], ...] = (
        ("ordinal", re.match(r"[ ‌]?(?:ام|مین|م|اُم|امین)(?![\w‌])", after)),
        ("clock", re.match(r"\s?[:٫]\d{2}(?!\d)", after) or re.search(r"\d:$", before)),
        ("date", in_date or (1200 < number.value < 1500 and _BEFORE_DATE.match(after))),
        ("code", number.value > LARGEST or re.match(r"0\d", plain[number.start : number.end])),
        ("fraction", number.words and re.match(r"[ ‌](?:سوم|چهارم|پنجم|ششم|دهم|صدم)(?![\w‌])", after)),
    )
    return replace(number, form=next((form for form, is_so in forms if is_so), "count"))


def _said_again(plain: str, left: Number, right: Number) -> bool:
    """«۱۲۰ (صد و بیست)»."""
    same = left.value == right.value and left.form == right.form == "count"
    return same and plain[left.end : right.start].strip() == "(" and plain[right.end : right.end + 1] == ")"


def _range(plain: str, left: Number, right: Number) -> Number | None:
    """«۲۰ تا ۳۰», «۲۰-۳۰», «بین ۲۰ و ۳۰», «۲۰ الی ۳۰»; «۳ تا ۴ هزار» is thousands both."""
    if left.form != "count" or right.form != "count" or left.highest is not None:
        return None
    between = plain[left.end : right.start]
    spoken = re.fullmatch(r"\s?(?:تا|الی)\s?|\s?[-–]\s?", between)
    both = re.fullmatch(r" و ", between) and re.search(r"(?:بین|میان) $", plain[max(0, left.start - _LOOK) : left.start])
    if not (spoken or both):
        return None
    low, high = left.value, right.value
    scaled = _SCALED.match(plain[right.start : right.end])
    if scaled and low < min(_SCALES.values()):
        low *= _SCALES[scaled[1]]
    if low >= high:
        return None
    return Number(left.start, right.end, low, high, "count", left.words or right.words)
