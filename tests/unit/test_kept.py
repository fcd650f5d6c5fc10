"""What was worked out is given again only while what it was made from is the same."""

from __future__ import annotations

from nlp.pipelines.kept import Kept


def test_a_value_is_given_again_until_its_stamp_is_another() -> None:
    kept: Kept[str, int] = Kept(2)
    assert kept.get("a", 1) is None
    assert kept.put("a", 1, 10) == 10
    assert (kept.get("a", 1), kept.get("a", 2)) == (10, None)
    kept.put("a", 2, 20)
    assert (kept.get("a", 1), kept.get("a", 2)) == (None, 20)


def test_the_least_used_goes_first() -> None:
    kept: Kept[str, int] = Kept(2)
    kept.put("a", 1, 10)
    kept.put("b", 1, 20)
    kept.get("a", 1)
    kept.put("c", 1, 30)
    assert [kept.get(key, 1) for key in "abc"] == [10, None, 30]
