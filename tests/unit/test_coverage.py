"""Which zeros of the coverage matrix are worth a look."""

from __future__ import annotations

from nlp.pipelines.coverage import Cell, Gap, gaps


def test_a_zero_is_a_gap_where_reports_were_to_be_expected() -> None:
    cells = [
        Cell("addiction", "IR-23", 40, 5),
        Cell("addiction", "IR-08", 0, 0),
        Cell("addiction", "IR-01", 0, 0),
        Cell("disaster", "IR-23", 2, 1),
        Cell("disaster", "IR-08", 0, 0),
    ]
    assert gaps(cells, {"IR-23": 60, "IR-08": 30, "IR-01": 10}) == (
        Gap("addiction", "IR-08", 30, 12.0),
        Gap("addiction", "IR-01", 10, 4.0),
    )
    assert gaps([], {}) == ()
