"""Find and undo what extraction does to Persian text: mojibake, and words stored from left to right.

Both give back a `Mapped`, so that offsets still point into the text as it was received.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from nlp.text.characters import ARABIC_SCRIPT, LETTER, arabic_share
from nlp.text.mapped import Mapped

_COMMON = frozenset(
    (
        "و در به از که این را با است برای آن بود شد های می تا بر هم یک خود شده کرد "
        "گزارش نفر سال طرح انجمن کار مردم خانواده آموزش استان شهر"
    ).split()
)
_PAIRS = re.compile(
    "از این|در این|به این|که در|را به|را در|شده است|بوده است|با توجه|برای آن|پس از|پیش از|بیش از|در سال|است که|از سوی|در حال"
)
_WORD = re.compile(r"[\u0621-\u06cc]+")
_LINES = re.compile(r"[^\n]+|\n")
_TOKENS = re.compile(r"\S+|\s+")
_LETTER_RUNS = re.compile(r"[\u0600-\u06ff\u200c]+|[^\u0600-\u06ff\u200c]+")
_YEAR = re.compile(r"(?<![0-9۰-۹])[1۱][34۳۴][0-9۰-۹]{2}(?![0-9۰-۹])")
_LEFT_TO_RIGHT = re.compile(r"[0-9A-Za-z۰-۹٠-٩]+(?:[.,/:٫٬@_\-][0-9A-Za-z۰-۹٠-٩]+)*")
_MIRROR = str.maketrans("()[]{}«»<>", ")(][}{»«><")
_SUSPECT = re.compile(
    "[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
)
_UTF8_AS_1256 = re.compile("[طظغع][^\\s\u0621-\u064a]|[طظ][\u0621-\u06cc€‚-›¢-¾]")


@lru_cache(maxsize=4)
def _byte_table(encoding: str) -> dict[str, int]:
    """Character to byte of a one-byte encoding; bytes it leaves undefined stand for themselves (as browsers do)."""
    table = {}
    for byte in range(256):
        try:
            table[bytes([byte]).decode(encoding)] = byte
        except UnicodeDecodeError:
            table[chr(byte)] = byte
    return table


def mojibake_encoding(text: str) -> tuple[str, str] | None:
    """Which encoding a text was wrongly read in, and which it is in; None when it is not mojibake."""
    letters = len(LETTER.findall(text)) or 1
    suspects = len(_SUSPECT.findall(text))
    if suspects > 0.3 * letters and suspects >= 6:
        for wrong, right in (("cp1252", "utf-8"), ("latin-1", "utf-8"), ("cp1252", "cp1256")):
            repaired = redecode(Mapped.of(text), wrong, right)
            if repaired is not None and arabic_share(repaired.text) > 0.7 and _common_words(repaired.text) > 0:
                return wrong, right
    if len(_UTF8_AS_1256.findall(text)) > 0.2 * letters:
        repaired = redecode(Mapped.of(text), "cp1256", "utf-8")
        if repaired is not None and _common_words(repaired.text) > _common_words(text):
            return "cp1256", "utf-8"
    return None


def redecode(text: Mapped, wrong: str, right: str) -> Mapped | None:
    """Back to bytes by `wrong`, forward by `right`; characters that `wrong` lacks stay. None if the bytes do not decode."""
    table = _byte_table(wrong)
    data = bytearray()
    origin: list[int] = []
    for place, character in enumerate(text.text):
        byte = table.get(character)
        encoded = bytes([byte]) if byte is not None else character.encode(right, errors="ignore")
        data += encoded
        origin += [place] * len(encoded)
    decoded = bytes(data).decode(right, errors="replace")
    if decoded.count("\ufffd") > 0.02 * max(1, len(decoded)):
        return None
    first: list[int] = []
    last: list[int] = []
    at = 0
    for character in decoded:
        size = 1 if character == "\ufffd" else len(character.encode(right))
        first.append(origin[min(at, len(origin) - 1)])
        last.append(origin[min(at + size, len(origin)) - 1])
        at += size
    return Mapped(decoded, text.starts[np.asarray(first, dtype=np.int32)], text.ends[np.asarray(last, dtype=np.int32)])


def _common_words(text: str) -> int:
    words = _WORD.findall(text)
    return sum(1 for word in words if word in _COMMON)


def is_reversed(text: str) -> bool:
    """Whether the letters of most words stand in the wrong order, judged by the commonest words of two letters and more."""
    words = [word for word in _WORD.findall(text) if len(word) > 1]
    forward = sum(1 for word in words if word in _COMMON)
    backward = sum(1 for word in words if word[::-1] in _COMMON and word not in _COMMON)
    return backward >= 3 and backward > 2 * forward


def unreverse(text: Mapped) -> Mapped:
    """Letters back in reading order: whole lines where the words stand in the wrong order too, else word by word."""
    candidates = [_turned(text, pattern) for pattern in (_LINES, _TOKENS, _LETTER_RUNS)]
    return max(candidates, key=lambda candidate: _order_score(candidate.text))


def _order_score(text: str) -> float:
    """Common word pairs, and punctuation where it belongs."""
    right = len(re.findall(r"\w[.؟!،:؛](?:\s|$)", text))
    wrong = len(re.findall(r"(?:^|\s)[.؟!،:؛](?:\w|\s)", text))
    return 2 * len(_PAIRS.findall(text)) + right - wrong


def _turned(text: Mapped, units: re.Pattern[str]) -> Mapped:
    """Each unit backwards; numbers and Latin words keep the direction in which their years make sense."""
    order: list[int] = []
    characters: list[str] = []
    kept = _numbers_were_kept(text.text)
    for match in units.finditer(text.text):
        places = list(range(match.start(), match.end()))
        if not ARABIC_SCRIPT.search(match[0]):
            order += places
            characters += match[0]
            continue
        turned = places[::-1]
        for run in _LEFT_TO_RIGHT.finditer(match[0]) if kept else ():
            first, last = len(places) - run.end(), len(places) - run.start()
            turned[first:last] = turned[first:last][::-1]
        order += turned
        characters += "".join(text.text[place] for place in turned).translate(_MIRROR)
    return text.reorder("".join(characters), np.asarray(order, dtype=np.int32))


def _numbers_were_kept(text: str) -> bool:
    """Extraction in visual order leaves numbers alone; a plain reversal turns 1402 into 2041."""
    return len(_YEAR.findall(text)) >= len(_YEAR.findall(text[::-1]))
