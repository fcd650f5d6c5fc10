"""The provinces of Iran: their ISO 3166-2 codes, names, spellings and main cities, from `data/provinces.yaml`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from nlp.errors import ConfigurationError, NotFound

_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ـ": ""})


class Province(BaseModel):
    """One province; `cities` begins with its centre and is not complete."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^IR-\d{2}$")
    fa: str = Field(min_length=1)
    en: str = Field(min_length=1)
    aliases: tuple[str, ...]
    cities: tuple[str, ...] = Field(min_length=1)


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    provinces: tuple[Province, ...] = Field(min_length=1)


class Provinces:
    """Finds a province by code or by any of its names."""

    def __init__(self, provinces: Iterable[Province]) -> None:
        """:raises ConfigurationError: two provinces share a code or a spelling."""
        self._by_code: dict[str, Province] = {}
        self._codes_by_key: dict[str, str] = {}
        for province in provinces:
            if province.code in self._by_code:
                raise ConfigurationError("کد استان تکراری است.", detail=f"province {province.code} is listed twice")
            self._by_code[province.code] = province
            for name in (province.code, province.fa, province.en, *province.aliases):
                owner = self._codes_by_key.setdefault(_fold(name), province.code)
                if owner != province.code:
                    raise ConfigurationError("نام استان تکراری است.", detail=f"{name!r} is of {owner} and {province.code}")

    @classmethod
    def load(cls, path: Path) -> Provinces:
        """:raises ConfigurationError: the file cannot be read or breaks its own rules."""
        try:
            document = TypeAdapter(_Document).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
            raise ConfigurationError("فایل استان‌ها خوانده نشد.", detail=f"{path}: {error}") from error
        return cls(document.provinces)

    @property
    def names(self) -> frozenset[str]:
        """Names of provinces and cities that are one word, as they stand in texts."""
        names = (name for each in self._by_code.values() for name in (each.fa, *each.cities))
        return frozenset(name for name in names if " " not in name)

    @property
    def codes(self) -> tuple[str, ...]:
        """ISO 3166-2 codes, in the order of the file."""
        return tuple(self._by_code)

    def resolve(self, text: str) -> str | None:
        """The code that a code, name or alias means, whatever its letter variants, spaces and «استان»; None: no province."""
        return self._codes_by_key.get(_fold(text))

    def name(self, code: str) -> str:
        """The Persian name. :raises NotFound: no province has this code."""
        return self.get(code).fa

    def get(self, code: str) -> Province:
        """:raises NotFound: no province has this code."""
        if code not in self._by_code:
            raise NotFound(f"استانی با کد «{code}» نیست.", detail=f"no province {code!r}")
        return self._by_code[code]


def _fold(text: str) -> str:
    """Letters and digits only, their variants unified, without «استان» before or "province" after."""
    decomposed = unicodedata.normalize("NFKD", text).translate(_LETTERS).casefold()
    digits_unified = (str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in decomposed if sign.isalnum())
    return "".join(digits_unified).removeprefix("استان").removesuffix("province")
