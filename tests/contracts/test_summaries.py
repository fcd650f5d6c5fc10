"""Summaries as the shipped model makes them: the report's own sentences, of the length and about the domain asked for."""

from __future__ import annotations

import pytest

from nlp.errors import InvalidInput
from nlp.pipelines.analyze import Analyzer
from nlp.types import Submission, Summary, SummaryOptions

TWO_PROGRAMMES = (
    "به نام خدا. با سلام و احترام، گزارش فعالیت انجمن تقدیم می‌شود.\n"
    "در مرکز کاهش آسیب، ۸۵ معتاد تحت درمان با متادون قرار گرفتند و ۴۰ نفر پاک ماندند.\n"
    "وی افزود این کار ادامه دارد.\n"
    "برای ۱۲۰ خانواده در آستانه طلاق، ۳۰ جلسه مشاوره خانواده برگزار شد و ۵۲ زوج به زندگی بازگشتند.\n"
    "از همکاری همه خیران سپاسگزاریم.\n"
)
FORM = (
    "عنوان برنامه: همیاران سلامت\nمحل اجرا: زاهدان\nتعداد مخاطبان: ۱۲۰ نفر\nنتیجه: ترک اعتیاد ۳۵ نفر\nهزینه: ۲۰۰ میلیون تومان"
)


def summary(analyzer: Analyzer, text: str, title: str | None = None, **options: object) -> Summary:
    wanted = SummaryOptions(**options)  # type: ignore[arg-type]
    found = analyzer.analyze([Submission(text, title=title)], frozenset({"summary"}), wanted)[0].analysis.summary
    assert found is not None
    return found


def test_outcomes_are_chosen_before_greetings(analyzer: Analyzer) -> None:
    texts = [each.text for each in summary(analyzer, TWO_PROGRAMMES, sentences=2).sentences]
    assert ["۸۵" in texts[0], "۱۲۰" in texts[1]] == [True, True]


def test_a_focused_summary_is_about_its_domain(analyzer: Analyzer) -> None:
    addiction = summary(analyzer, TWO_PROGRAMMES, sentences=1, focus="addiction")
    divorce = summary(analyzer, TWO_PROGRAMMES, sentences=1, focus="family_divorce")
    assert "متادون" in addiction.text
    assert "طلاق" in divorce.text


def test_an_unknown_focus_is_refused(analyzer: Analyzer) -> None:
    with pytest.raises(InvalidInput, match="no domain"):
        summary(analyzer, TWO_PROGRAMMES, focus="nothing")


def test_no_summary_begins_with_a_sentence_that_leans(analyzer: Analyzer) -> None:
    for count in range(1, 6):
        spans = summary(analyzer, TWO_PROGRAMMES, sentences=count).sentences
        texts = [each.text for each in spans]
        leaning = [number for number, text in enumerate(texts) if text.startswith("وی افزود")]
        assert 0 not in leaning
        assert all("متادون" in texts[number - 1] for number in leaning)


def test_lines_of_a_form_are_summarized_and_closed(analyzer: Analyzer) -> None:
    found = summary(analyzer, FORM, sentences=3)
    assert "۳۵ نفر" in found.text
    assert all(each.text in FORM for each in found.sentences)
    assert found.text.count(".") == len(found.sentences)


def test_words_asked_for_are_not_passed(analyzer: Analyzer) -> None:
    for words in (10, 25, 60):
        found = summary(analyzer, TWO_PROGRAMMES, words=words)
        assert len(found.text.split()) <= words
        assert all(each.text in TWO_PROGRAMMES for each in found.sentences)


@pytest.mark.parametrize(
    ("title", "headline"),
    [("سبد امید در کرمان", "سبد امید در کرمان"), ("گزارش عملکرد سالانه", None), (None, None)],
)
def test_the_headline_is_the_title_unless_that_says_nothing(
    analyzer: Analyzer, title: str | None, headline: str | None
) -> None:
    found = summary(analyzer, TWO_PROGRAMMES, title=title).headline
    assert found
    assert "\n" not in found
    assert found == headline if headline else found.rstrip("…") in TWO_PROGRAMMES
