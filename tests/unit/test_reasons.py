"""The sentence that says why two NGOs are shown together."""

from __future__ import annotations

from nlp.review.reasons import Joint, Work, joint, reason


def work(province: str | None, activities: str = "", targets: str = "") -> Work:
    return Work(province, frozenset(activities.split()), frozenset(targets.split()))


def test_a_reason_names_what_both_have_and_nothing_else() -> None:
    together = ("حرفه‌آموزی", "خانواده زندانیان", ["کرمان", "یزد"])
    assert reason(together, ["اعتیاد"], ["حرفه‌آموزی"], ["خانواده زندانیان"], ["کرمان", "یزد"]) == (
        "هر دو در کرمان و یزد با خانواده زندانیان کار حرفه‌آموزی می‌کنند؛ حوزهٔ هر دو: اعتیاد."
    )
    assert reason(None, [], ["درمان", "آموزش", "سرپناه"], [], ["قم"]) == (
        "کار هر دو: درمان، آموزش و سرپناه؛ هر دو گزارشی از قم دارند."
    )
    assert reason(None, [], [], [], []) == "گزارش‌هایشان به هم نزدیک است."


def test_what_stands_in_different_reports_is_not_said_together() -> None:
    left = [work("IR-08", "training", "families"), work("IR-21", "food", "poor")]
    assert joint(left, [work("IR-08", "training", "poor"), work("IR-08", "shelter", "families")]) is None
    assert joint(left, [work("IR-21", "training", "families")]) == Joint("training", "families", ())
    assert joint(left, [work("IR-08", "training food", "families poor")]) == Joint("food", "poor", ())
    assert joint(left[:1], [work("IR-08", "training", "families poor")]) == Joint("training", "families", ("IR-08",))
