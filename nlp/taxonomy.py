"""The prevention domains: load, validate, look up (`data/taxonomy.yaml`)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from nlp.errors import TaxonomyInvalid

_CODE = re.compile(r"^[a-z][a-z0-9_]{1,63}$")
_MAX_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Group:
    """A group of domains."""

    code: str
    fa: str
    en: str


@dataclass(frozen=True, slots=True)
class Domain:
    """One leaf. `covers`: what belongs here, in Persian; `examples`: up to five texts that show it."""

    code: str
    group: str
    fa: str
    en: str
    covers: tuple[str, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Taxonomy:
    """All groups and domains in their order; `sha256` is of the file."""

    version: int
    sha256: str
    groups: tuple[Group, ...]
    domains: tuple[Domain, ...]

    @property
    def label(self) -> str:
        """What provenance says, such as `1:3f2a90c1`."""
        return f"{self.version}:{self.sha256[:8]}"

    @cached_property
    def by_code(self) -> Mapping[str, Domain]:
        return {domain.code: domain for domain in self.domains}

    @cached_property
    def group_codes(self) -> frozenset[str]:
        return frozenset(group.code for group in self.groups)


def load_taxonomy(path: Path) -> Taxonomy:
    """Read and check a taxonomy file. :raises TaxonomyInvalid: naming the entry that is wrong."""
    try:
        raw = path.read_bytes()
        data = yaml.safe_load(raw)
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise TaxonomyInvalid("فایل حوزه‌ها خواندنی نیست.", f"{path.name}: {type(error).__name__}") from error
    if not isinstance(data, dict):
        raise TaxonomyInvalid("فایل حوزه‌ها ساختار درستی ندارد.", f"{path.name} is not a mapping")
    groups = tuple(Group(**_entry(item, {"code", "fa", "en"})) for item in _list(data, "groups"))
    domains = tuple(_domain(item) for item in _list(data, "domains"))
    codes = [group.code for group in groups] + [domain.code for domain in domains]
    for code in codes:
        if not _CODE.match(code) or codes.count(code) > 1:
            _refuse(f"code {code!r} is malformed or used twice")
    known = {group.code for group in groups}
    for domain in domains:
        if domain.group not in known:
            _refuse(f"domain {domain.code} names an unknown group {domain.group}")
    version = data.get("version")
    if not isinstance(version, int):
        _refuse("version must be a whole number")
    return Taxonomy(int(str(version)), hashlib.sha256(raw).hexdigest(), groups, domains)


FACETS = ("activities", "target_groups")


def load_facets(path: Path) -> Taxonomy:
    """Read and check `data/facets.yaml`: activities and target groups, as the two groups of a taxonomy.

    :raises TaxonomyInvalid:"""
    try:
        raw = path.read_bytes()
        data = yaml.safe_load(raw)
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise TaxonomyInvalid("فایل فعالیت‌ها و گروه‌های هدف خواندنی نیست.", f"{path.name}: {type(error).__name__}") from error
    if not isinstance(data, dict) or not isinstance(data.get("version"), int):
        raise TaxonomyInvalid("فایل فعالیت‌ها و گروه‌های هدف ساختار درستی ندارد.", f"{path.name} has no version")
    codes = tuple(_domain({**item, "group": group}) for group in FACETS for item in _list(data, group))
    names = [code.code for code in codes]
    for name in names:
        if not _CODE.match(name) or names.count(name) > 1:
            _refuse(f"code {name!r} is malformed or used twice")
    groups = tuple(Group(group, group, group) for group in FACETS)
    return Taxonomy(data["version"], hashlib.sha256(raw).hexdigest(), groups, codes)


def _domain(item: Any) -> Domain:
    entry = _entry(item, {"code", "group", "fa", "en"})
    covers, examples = item.get("covers", []), item.get("examples", [])
    for value in (covers, examples):
        if not isinstance(value, list) or not all(isinstance(text, str) and text.strip() for text in value):
            _refuse(f"covers and examples of {entry['code']} must be lists of texts")
    if len(examples) > _MAX_EXAMPLES:
        _refuse(f"{entry['code']} has more than {_MAX_EXAMPLES} examples")
    return Domain(**entry, covers=tuple(covers), examples=tuple(examples))


def _entry(item: Any, keys: set[str]) -> dict[str, str]:
    if not isinstance(item, dict):
        _refuse("an entry is not a mapping")
    values = {key: item.get(key) for key in sorted(keys)}
    for key, value in values.items():
        if not isinstance(value, str) or not value.strip():
            _refuse(f"{item.get('code', 'an entry')}: {key} is missing or not a text")
    return {key: str(value) for key, value in values.items()}


def _list(data: dict[str, Any], key: str) -> list[Any]:
    value = data.get(key)
    if not isinstance(value, list) or not value:
        _refuse(f"{key} must be a list with at least one entry")
    return list(value or [])


def _refuse(detail: str) -> None:
    raise TaxonomyInvalid("فایل حوزه‌ها درست نیست.", detail)
