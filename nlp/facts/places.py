"""Provinces and cities that a text names, as codes of `data/provinces.yaml`.

A name that is a common word too («نور»، «میانه»، «مرکزی») counts only after «استان»، «شهرستان»، «شهر» and the like.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from nlp.provinces import Provinces

_COMMON = frozenset(
    "مرکزی نور میانه بهار شوش اهر خوی بم قدس رامشیر خمام نظر جم سرو شهریار "
    "آبدان درگز میامی صحنه پاوه بابک هریس شفت رضوان محلات دیر انار ری سرباز سامان "
    "الوند سراب گرمی ایوان لار خاتم مهران خمیر مبارکه گلستان خرم بن بافت فارس".split()
)
_LOOK = 20
"""How many characters before a name tell that a place is meant."""
_BEFORE = re.compile(r"(?:استان|شهرستان|شهر|بخش|شهرهای|شهرستان‌های|استان‌های|فرمانداری|دادگستری|شورای شهر|اهالی|مردم) $")


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """`[start, end)` of the text, and what is named there."""

    start: int
    end: int
    province: str | None
    city: str | None


class Gazetteer:
    """Finds the names of one list of provinces. Build once."""

    def __init__(self, provinces: Provinces) -> None:
        self._provinces: dict[str, str] = {}
        cities: dict[str, list[str]] = defaultdict(list)
        for code in provinces.codes:
            province = provinces.get(code)
            for name in (province.fa, *(alias for alias in province.aliases if not alias.isascii())):
                self._provinces[_loose(name)] = code
            for city in province.cities:
                cities[_loose(city)].append(code)
        self._cities = cities
        names = sorted({*self._provinces, *cities}, key=len, reverse=True)
        spelled = "|".join(re.escape(name).replace(r"\ ", "[ ‌]").replace("\\\u200c", "[ ‌]?") for name in names)
        self._pattern = re.compile(rf"(?<![^\W_‌])(?:{spelled})(?![^\W_]|‌)")

    def find(self, text: str, home: str | None = None, *, strict: bool = True) -> list[NamedPlace]:
        """The places of a clean text, in order. `home`: the report's province, which decides between cities of one name;
        `strict`: not what may be a common word."""
        matches = [(match.start(), match.end(), _loose(match[0])) for match in self._pattern.finditer(text)]
        found = [each for each in matches if not strict or self._is_meant(text, each[0], each[2])]
        named = {self._provinces[name] for _, _, name in found if name in self._provinces} | ({home} if home else set())
        return [self._place(text, start, end, name, named) for start, end, name in found]

    def _is_meant(self, text: str, start: int, name: str) -> bool:
        return name not in _COMMON or bool(_BEFORE.search(text[max(0, start - _LOOK) : start]))

    def _place(self, text: str, start: int, end: int, name: str, named: Iterable[str]) -> NamedPlace:
        of = self._cities.get(name, [])
        after_province = text[max(0, start - _LOOK) : start].endswith("استان ")
        if name in self._provinces and (after_province or not of):
            return NamedPlace(start, end, self._provinces[name], None)
        likely = [code for code in of if code in set(named)] or of
        return NamedPlace(start, end, likely[0] if len(likely) == 1 else None, text[start:end])


def _loose(name: str) -> str:
    return re.sub("[ ‌]+", " ", name)
