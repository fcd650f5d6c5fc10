"""The sentence that says why two NGOs are shown together."""

from __future__ import annotations

from nlp.review.reasons import reason


def test_a_reason_names_what_both_have_and_nothing_else() -> None:
    assert reason(["اعتیاد"], ["حرفه‌آموزی"], ["خانواده زندانیان"], ["کرمان", "یزد"]) == (
        "هر دو در کرمان و یزد با خانواده زندانیان کار حرفه‌آموزی می‌کنند. حوزه: اعتیاد."
    )
    assert reason(["اعتیاد"], [], [], []) == "هر دو در حوزهٔ اعتیاد کار می‌کنند."
    assert reason([], ["درمان", "آموزش", "سرپناه"], [], []) == "هر دو کار درمان، آموزش و سرپناه می‌کنند."
    assert reason([], [], [], ["قم"]) == "هر دو در قم کار می‌کنند."
    assert reason([], [], [], []) == "گزارش‌هایشان به هم نزدیک است."
