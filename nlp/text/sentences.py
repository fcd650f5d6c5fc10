"""Persian sentences: prose, lists, forms and tables, cut where a reader would."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_CHARACTERS = 600
_END = re.compile(r"[.!?؟…]+[»”\")\]]*(?=\s|$)|\n+")
_BULLET = re.compile(r"^[\s•●■▪◦○◆*✓✔★·#>|\-–—]+")
_ABBREVIATIONS = frozenset(
    "دکتر مهندس آ ا ب پ ت ث ج ح خ د ذ ر ز ژ س ش ص ط ع غ ف ق ک گ ل م ن و ه ی ه‌ش ه‌ق هـ ق‌م ص‌پ ر‌ک Dr Mr Mrs Ms Prof No Vol".split()
)
_LAST_WORD = re.compile(r"[\w‌]+$")
_NUMBERING = re.compile(r"(?:^|\n)\s*[(\[]?[0-9۰-۹]{1,3}$")
_QUOTE = re.compile(r"«[^«»\n]{1,300}»")
_AFTER_QUOTE = re.compile(r"\s+(?:و|که|را|گفت|گفتند|افزود|نوشت|نوشتند|است|بود|بودند|شد)\b")
_NEAR = 100
"""Characters before a full stop that tell whether it ends a sentence."""
_SECONDARY = re.compile(r"[؛;]\s|،\s|\s")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`[start, end)` in the text that was split, without surrounding space, bullets and table bars."""

    start: int
    end: int


def split_sentences(text: str) -> list[Sentence]:
    """All sentences in order. Ends are `. ! ? ؟ …` before white space, and line ends; not after an abbreviation, an initial or
    a list number, not in a decimal, not inside a short quotation. Text without any end is cut at `؛`, `،` or a space before
    `MAX_CHARACTERS`. Every letter and digit of the text is in exactly one sentence."""
    quotes = [(match.start(), match.end()) for match in _QUOTE.finditer(text)]
    sentences: list[Sentence] = []
    start = quote = 0
    for match in _END.finditer(text):
        while quote < len(quotes) and quotes[quote][1] <= match.start():
            quote += 1
        inside = quote < len(quotes) and quotes[quote][0] < match.start() and match.end() < quotes[quote][1]
        if inside or _continues(text, start, match):
            continue
        sentences.extend(_trimmed(text, start, match.end()))
        start = match.end()
    sentences.extend(_trimmed(text, start, len(text)))
    return sentences


def _continues(text: str, start: int, match: re.Match[str]) -> bool:
    if match[0][-1] in '»”")' and _AFTER_QUOTE.match(text, match.end()):
        return True
    if match[0] != ".":
        return False
    before = text[max(start, match.start() - _NEAR) : match.start()]  # not all of it: a text of initials alone has no end
    word = _LAST_WORD.search(before)
    return bool(_NUMBERING.search(before) or (not before.strip())) or bool(word and word[0] in _ABBREVIATIONS)


def _trimmed(text: str, start: int, end: int) -> list[Sentence]:
    piece = text[start:end]
    bullet = _BULLET.match(piece)
    start += bullet.end() if bullet else 0
    piece = text[start:end].rstrip(" \n|")
    end = start + len(piece)
    if not any(character.isalnum() for character in piece):
        return []
    pieces = []
    while end - start > MAX_CHARACTERS:
        cut = _cut(text, start, start + MAX_CHARACTERS)
        pieces.append(Sentence(start, cut))
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if any(character.isalnum() for character in text[start:end]):
        pieces.append(Sentence(start, end))
    elif pieces:
        pieces[-1] = Sentence(pieces[-1].start, end)
    return pieces


def _cut(text: str, start: int, end: int) -> int:
    """The best place to cut in the second half of `[start, end)`: after `؛`, else after `،`, else at a space, else at `end`."""
    middle = start + (end - start) // 2
    places: dict[str, int] = {}
    for match in _SECONDARY.finditer(text, middle, end):
        places[match[0][0] if match[0][0] in "؛;،" else " "] = match.start() + 1 if match[0][0] in "؛;،" else match.start()
    return next((places[mark] for mark in ("؛", ";", "،", " ") if mark in places), end)
