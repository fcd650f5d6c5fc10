"""What a preview counts."""

from __future__ import annotations

from nlp.pipelines.preview import Shift, counted, without
from nlp.pipelines.promote import LabelChange

CHANGES = (
    LabelChange("a", "الف", ("addiction",), ("addiction", "livelihood")),
    LabelChange("b", None, ("addiction", "disaster"), ("livelihood",)),
    LabelChange("c", "پ", (), ("livelihood",)),
)


def test_changes_are_counted_by_domain_the_most_changed_first() -> None:
    found = counted(10, CHANGES)
    assert (found.reports, found.changes) == (10, CHANGES)
    assert found.domains == (Shift("livelihood", 3, 0), Shift("addiction", 0, 1), Shift("disaster", 0, 1))


def test_a_deleted_report_is_in_no_count() -> None:
    found = without(counted(10, CHANGES), ["b"])
    assert (found.reports, [change.report_id for change in found.changes]) == (9, ["a", "c"])
    assert found.domains == (Shift("livelihood", 2, 0),)
