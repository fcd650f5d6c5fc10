"""The life of a report: what changed from each version to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from nlp.types import Report, Status, Verdict, Version

FIELDS = ("title", "text", "ngo", "province", "city", "period", "extra", "analysis", "domains", "summary", "status", "review")


@dataclass(frozen=True, slots=True)
class Step:
    """One version: who made it and when, what it stood at, and the names of the fields that were others before."""

    version: int
    at: datetime
    by: str | None
    status: Status
    domains: tuple[str, ...]
    decision: Verdict | None
    changed: tuple[str, ...]


def steps(versions: Sequence[Version]) -> list[Step]:
    """Oldest first; no text is told. The first has changed nothing."""
    found: list[Step] = []
    before: Report | None = None
    for each in versions:
        now = each.report
        changed = tuple(name for name in FIELDS if before is not None and getattr(before, name) != getattr(now, name))
        decision = (now.review or {}).get("decision") if "review" in changed else None
        found.append(Step(now.version, each.at, each.by, now.status, now.domains, decision, changed))
        before = now
    return found
