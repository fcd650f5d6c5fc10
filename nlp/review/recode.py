"""Old codes of the taxonomy as new ones, in what the machine assigned and in what reviewers decided."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from nlp.errors import ConfigurationError
from nlp.taxonomy import Taxonomy
from nlp.types import Analysis, DomainScore, Report, Review

Codes = Mapping[str, tuple[str, ...]]
"""Of an old code, the new ones; none: it is gone."""


def load_codes(path: Path, taxonomy: Taxonomy) -> Codes:
    """`[codes]` of a TOML file: `old = "new"`, `old = ["one", "other"]` or `old = []`.

    :raises ConfigurationError: the file is no such one, or names a new code that the taxonomy lacks."""
    try:
        given: Any = tomllib.loads(path.read_text(encoding="utf-8"))["codes"]
        codes = {old: (new,) if isinstance(new, str) else tuple(new) for old, new in given.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError("نقشهٔ حوزه‌ها خواندنی نیست.", f"{path.name}: {type(error).__name__}") from error
    unknown = sorted({str(code) for new in codes.values() for code in new if code not in taxonomy.by_code})
    if unknown:
        raise ConfigurationError(f"این کدها در فهرست حوزه‌ها نیستند: {'، '.join(unknown)}", f"unknown codes {unknown}")
    return codes


def recoded(codes: Iterable[str], mapping: Codes) -> tuple[str, ...]:
    """In their order, each once; a code that the mapping does not name stays."""
    return tuple(dict.fromkeys(new for old in codes for new in mapping.get(old, (old,))))


def recoded_report(report: Report, mapping: Codes, taxonomy: Taxonomy) -> Report:
    """Its analysis, and the decision on it; itself where nothing changes."""
    review = report.review
    if review is not None and review.get("domains") is not None:
        domains = recoded(review["domains"], mapping)
        if list(domains) != list(review["domains"]):
            names = [taxonomy.by_code[code].fa if code in taxonomy.by_code else code for code in domains]
            review = {**review, "domains": list(domains), "groups": list(groups_of(domains, taxonomy)), "domain_names": names}
    analysis = report.analysis and _analysis(report.analysis, mapping, taxonomy)
    return (
        report if analysis == report.analysis and review == report.review else replace(report, analysis=analysis, review=review)
    )


def recoded_review(review: Review, mapping: Codes, taxonomy: Taxonomy) -> Review:
    """What was decided, and what the machine had said; itself where nothing changes."""
    probabilities: dict[str, float] = {}
    for code, probability in review.probabilities.items():
        for new in recoded([code], mapping):
            probabilities[new] = max(probability, probabilities.get(new, 0.0))
    domains = None if review.domains is None else recoded(review.domains, mapping)
    groups = review.groups if domains is None or domains == review.domains else groups_of(domains, taxonomy)
    assigned = recoded(review.assigned, mapping)
    return replace(review, domains=domains, groups=groups, assigned=assigned, probabilities=probabilities)


def groups_of(domains: Iterable[str], taxonomy: Taxonomy) -> tuple[str, ...]:
    """The groups of those that the taxonomy has."""
    return tuple(dict.fromkeys(taxonomy.by_code[code].group for code in domains if code in taxonomy.by_code))


def _analysis(analysis: Analysis, mapping: Codes, taxonomy: Taxonomy) -> Analysis:
    """Where several become one, the most probable stands; a group is assigned with any of its domains."""
    if not any(domain.code in mapping for domain in analysis.domains):
        return analysis
    found: dict[str, DomainScore] = {}
    for domain in analysis.domains:
        for code in recoded([domain.code], mapping):
            name = taxonomy.by_code[code].fa if code in taxonomy.by_code else domain.fa
            new = replace(domain, code=code, fa=name)
            before = found.get(code)
            best = new if before is None or new.probability > before.probability else before
            found[code] = replace(best, assigned=new.assigned or bool(before and before.assigned))
    domains = tuple(sorted(found.values(), key=lambda domain: -domain.probability))
    assigned = set(groups_of((domain.code for domain in domains if domain.assigned), taxonomy))
    known = tuple(group for group in analysis.groups if group.code in taxonomy.group_codes)
    groups = tuple(replace(group, assigned=group.assigned or group.code in assigned) for group in known)
    return replace(analysis, domains=domains, groups=groups)
