"""Two rankings become one."""

from __future__ import annotations

import pytest

from nlp.pipelines.search import fused


def test_scores_are_scaled_within_each_ranking_and_averaged() -> None:
    found = fused([{"a": 0.9, "b": 0.7, "c": 0.8}, {"b": 30.0, "d": 10.0}])
    assert found == pytest.approx({"a": 0.5, "b": 0.5, "c": 0.25, "d": 0.0})


def test_a_ranking_that_holds_nothing_or_one_report_still_gives_a_list() -> None:
    assert fused([{"a": 0.3, "b": 0.1}, {}]) == pytest.approx({"a": 1.0, "b": 0.0})
    assert fused([{"a": 0.3}, {"a": 2.0}]) == pytest.approx({"a": 1.0})
    assert fused([{}, {}]) == {}
