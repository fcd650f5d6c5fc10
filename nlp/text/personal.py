"""Personal data in a text: national ids, phone numbers, bank cards and accounts, e-mail addresses; found and masked.

National id: ten digits with a check digit (the civil registry's rule: weights 10 to 2, modulo 11). Card: sixteen digits, Luhn.
Sheba: ISO 13616, modulo 97. In digits of any script, with spaces, dashes, dots and the like between groups.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from nlp.text.digits import to_ascii_digits

PersonalKind = Literal["national_id", "phone", "card", "sheba", "email"]
MASKS: dict[PersonalKind, str] = {
    "national_id": "[کد ملی]", "phone": "[تلفن]", "card": "[شماره کارت]", "sheba": "[شبا]", "email": "[رایانامه]",
}  # fmt: skip
HIDDEN = "•"
_GAP = r"[ \u00a0\u200b-\u200f\-–—./_()+]{0,3}"
_EMAIL = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,5}")
_RUN = re.compile(rf"\d(?:{_GAP}\d)+")
_MOBILE = re.compile(r"(?:0098|98|0)?9\d{9}")
_LANDLINE = re.compile(r"(?:0098|98|0)[1-8]\d{9}")
_SHEBA_DIGITS, _CARD_DIGITS, _ID_DIGITS = 24, 16, 10
_LONGEST_PHONE = 14


@dataclass(frozen=True, slots=True)
class Personal:
    """`[start, end)` of the text."""

    start: int
    end: int
    kind: PersonalKind


def _is_national_id(digits: str) -> bool:
    if len(digits) != _ID_DIGITS or len(set(digits)) == 1:
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return int(digits[9]) == (rest if rest < 2 else 11 - rest)


def _is_card(digits: str) -> bool:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(digits)]
    return len(digits) == _CARD_DIGITS and digits[0] in "4569" and sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def _is_sheba(digits: str) -> bool:
    return len(digits) == _SHEBA_DIGITS and int(digits[2:] + "1827" + digits[:2]) % 97 == 1


def _is_phone(digits: str) -> bool:
    return bool(_MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits))


_KINDS: tuple[tuple[PersonalKind, tuple[int, ...], Callable[[str], bool]], ...] = (
    ("sheba", (_SHEBA_DIGITS,), _is_sheba),
    ("card", (_CARD_DIGITS,), _is_card),
    ("phone", tuple(range(_LONGEST_PHONE, 9, -1)), _is_phone),
    ("national_id", (_ID_DIGITS,), _is_national_id),
)


def find_personal(text: str) -> list[Personal]:
    """Personal data in order of place. A run of digits is searched from the beginning of each of its groups."""
    plain = to_ascii_digits(text)
    found = [Personal(match.start(), match.end(), "email") for match in _EMAIL.finditer(plain)]
    starts = [each.start for each in found]
    for match in _RUN.finditer(plain):
        at = bisect_left(starts, match.start())
        if at and found[at - 1].end > match.start():
            continue
        found += _in_run(plain, match.start(), match.end())
    return sorted(found, key=lambda each: each.start)


def _in_run(plain: str, start: int, end: int) -> Iterator[Personal]:
    places = [at for at in range(start, end) if plain[at].isdecimal()]
    digits = "".join(plain[at] for at in places)
    number = 0
    while number < len(places):
        begins = number == 0 or places[number] - places[number - 1] > 1
        match = _at(digits, places, number) if begins else None
        if match is None:
            number += 1
            continue
        kind, size = match
        first = places[number] - (
            2 if kind == "sheba" and plain[max(0, places[number] - 2) : places[number]].upper() == "IR" else 0
        )
        yield Personal(first - (plain[first - 1 : first] == "+"), places[number + size - 1] + 1, kind)
        number += size


def _at(digits: str, places: list[int], number: int) -> tuple[PersonalKind, int] | None:
    """What begins with digit `number` and ends where a group of digits ends: its kind and how many digits it has."""
    for kind, sizes, holds in _KINDS:
        for size in sizes:
            last = number + size
            ends = last == len(places) or (last < len(places) and places[last] - places[last - 1] > 1)
            if ends and holds(digits[number:last]):
                return kind, size
    return None


def overlaps(found: Sequence[Personal], start: int, end: int) -> bool:
    """Whether `[start, end)` holds a piece of any of them."""
    return any(each.start < end and start < each.end for each in found)


def masked(text: str) -> str:
    """The text with a word in brackets for each."""
    return _covered(text, lambda each: MASKS[each.kind])


def masked_same_length(text: str) -> str:
    """The text with a dot for each of their characters, so that offsets into it stay what they are."""
    return _covered(text, lambda each: HIDDEN * (each.end - each.start))


def _covered(text: str, cover: Callable[[Personal], str]) -> str:
    pieces, at = [], 0
    for each in find_personal(text):
        pieces += [text[at : each.start], cover(each)]
        at = each.end
    return "".join([*pieces, text[at:]])
