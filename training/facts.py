"""Facts measured as the product reads them, on our texts that trained nothing: reports dev, the reports of NGOs, and sentences
with plans, failures and negations that were written apart.

A fact is right when kind, value and the first word of its unit are those of an annotator; near kinds (a released prisoner is a
person and a case, a group a place and an item) are counted as right in a second figure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from nlp.facts.mentions import base_form
from nlp.pipelines.analyze import Analyzer
from nlp.shipped import DATA
from nlp.types import Analysis, Fact, Submission
from training.corpora import read_lines

NEAR = (
    {"people", "households"}, {"people", "cases"}, {"people", "jobs"}, {"cases", "events"}, {"cases", "items"},
    {"items", "places"}, {"households", "places"}, {"items", "events"}, {"items", "area"},
)  # fmt: skip
STATUSES = ("achieved", "planned", "not_done", "nothing")
FACTS: frozenset[Any] = frozenset({"facts"})

Triple = tuple[str, float, str]


def measure_facts(analyzer: Analyzer) -> dict[str, dict[str, dict[str, float]]]:
    """Precision, recall and F1 by set of texts and by what must agree."""
    found = {}
    for name, path in (("reports dev", "reports/dev.jsonl"), ("reports of NGOs", "ngos/reports.jsonl")):
        pairs = []
        for row in read_lines(DATA / path):
            analysis = analyzer.analyze([Submission("\n".join(row["sentences"]), title=row["title"])], FACTS)[0].analysis
            gold = [(fact["kind"], float(fact["value"]), head(fact["unit"])) for fact in row["facts"]]
            pairs.append((gold, [(fact.kind, float(fact.value), head(fact.unit)) for fact in analysis.facts]))
        found[name] = {
            "kind, value, unit": _prf(pairs, lambda fact: fact),
            "with near kinds": _prf([_nearly(*pair) for pair in pairs], lambda fact: fact),
            "value, unit": _prf(pairs, lambda fact: fact[1:]),
            "value": _prf(pairs, lambda fact: fact[1]),
        }
    return found


def head(unit: str) -> str:
    """The first word of a unit, as a dictionary has it."""
    return base_form(unit.replace("،", " ").split()[0]).split()[0]


def _nearly(gold: Sequence[Triple], ours: Sequence[Triple]) -> tuple[list[Triple], list[Triple]]:
    """Ours with the kind of a gold fact that it differs from only by a near kind."""
    left = Counter(gold) - Counter(ours)
    changed = []
    spare = Counter(gold) & Counter(ours)
    for fact in ours:
        if spare[fact]:
            spare[fact] -= 1
            changed.append(fact)
            continue
        near = next((other for other in left if left[other] and other[1:] == fact[1:] and {fact[0], other[0]} in NEAR), fact)
        left[near] -= 1
        changed.append(near)
    return list(gold), changed


def _prf(
    pairs: Sequence[tuple[Sequence[Triple], Sequence[Triple]]], key: Callable[[Triple], Hashable]
) -> dict[str, float]:  # fmt: skip
    right = given = wanted = 0
    for gold, ours in pairs:
        one, other = Counter(map(key, gold)), Counter(map(key, ours))
        right += (one & other).total()
        wanted, given = wanted + one.total(), given + other.total()
    return {"precision": right / max(given, 1), "recall": right / max(wanted, 1), "f1": 2 * right / max(given + wanted, 1)}


def measure_plans(analyzer: Analyzer) -> dict[str, dict[str, dict[str, int]]]:
    """Of the numbers in the sentences that were held back, alone and within a report: what annotators say, then what we say,
    and how often."""
    reports = [row["sentences"] for row in read_lines(DATA / "reports" / "dev.jsonl")]
    tables = {}
    alone: list[list[str]] = [[]]
    for name, around in (("alone", alone), ("within a report", reports)):
        table = {truth: dict.fromkeys(STATUSES, 0) for truth in STATUSES}
        for number, row in enumerate(read_lines(DATA / "facts" / "test.jsonl")):
            others = around[number % len(around)]
            half = len(others) // 2
            before = "".join(f"{sentence}\n" for sentence in others[:half])
            text = "\n".join([f"{before}{row['text']}", *others[half:]])
            _count(table, row, analyzer.analyze([Submission(text)], FACTS)[0].analysis, len(before))
        tables[name] = table
    return tables


def _count(table: dict[str, dict[str, int]], row: Mapping[str, Any], analysis: Analysis, start: int) -> None:
    """Add the numbers of one sentence, which begins at `start`."""
    ours = [("achieved", fact) for fact in analysis.facts] + [(plan.status, plan) for plan in analysis.plans]
    ours = [(status, fact) for status, fact in ours if start <= fact.start < start + len(row["text"])]
    for gold in row["facts"]:
        match = next((each for each in ours if _same(gold, each[1], row["text"], start)), None)
        table[gold["status"]][match[0] if match else "nothing"] += 1
        if match:
            ours.remove(match)
    for status, _ in ours:
        table["nothing"][status] += 1


def _same(gold: Mapping[str, Any], fact: Fact, text: str, start: int) -> bool:
    at = text.find(gold["text"]) + start
    return gold["value"] in {fact.value, fact.value_max} and at < fact.end and fact.start < at + len(gold["text"])
