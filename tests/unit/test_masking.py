"""What is masked stays as long as it was, and no piece of it shows anywhere in a report."""

from __future__ import annotations

from dataclasses import replace

from nlp.review.masking import masked_json, masked_report
from nlp.text.personal import masked_same_length
from nlp.types import Fact, ScoredSpan, Source, Summary
from nlp.wire import to_json
from tests.contracts.conftest import analysis_of, report_of

PHONE, NATIONAL_ID = "۰۹۱۲۳۴۵۶۷۸۹", "0499370899"
TEXT = f"سلام، تلفن {PHONE} و کد {NATIONAL_ID} از ۱۲ نفر."


def test_the_length_stays() -> None:
    found = masked_same_length(TEXT)
    assert found == f"سلام، تلفن {'•' * 11} و کد {'•' * 10} از ۱۲ نفر."
    assert masked_same_length("۱۲ نفر") == "۱۲ نفر"


def test_no_piece_of_a_number_shows_in_any_span() -> None:
    at = TEXT.index(PHONE)
    cut = ScoredSpan("text", at + 4, at + 14, TEXT[at + 4 : at + 14], 0.5)
    figure = Fact("people", 9123, None, "نفر", None, "text", at, at + 5, TEXT[at : at + 5])
    people = Fact("people", 12, None, "نفر", None, "text", TEXT.index("۱۲ نفر"), len(TEXT) - 1, "۱۲ نفر")
    analysis = analysis_of("addiction")
    domain = replace(analysis.domains[0], evidence=(cut,))
    summary = Summary(f"تلفن {PHONE}", "extractive", f"کد {NATIONAL_ID}", (cut,))
    edited = {**to_json(summary), "method": "edited"}
    report = report_of(
        text=TEXT,
        title=f"تماس {PHONE}",
        analysis=replace(analysis, domains=(domain,), summary=summary, facts=(figure, people)),
        status="corrected",
        review={"by": "user:a", "note": f"زنگ بزنید {PHONE}", "domains": ["addiction"], "summary": edited},
        extra={"تلفن": [PHONE], "n": 1},
        source=Source(f"{PHONE}.docx", None, 1),
    )
    found = masked_report(report)
    shown = str(to_json(found))
    for piece in (PHONE, NATIONAL_ID, cut.text, PHONE[4:]):
        assert piece not in shown
    assert [fact.text for fact in found.analysis.facts] == ["۱۲ نفر"]  # type: ignore[union-attr]  # it has one
    span = found.analysis.domains[0].evidence[0]  # type: ignore[union-attr]  # the same
    assert found.text[span.start : span.end] == span.text
    assert found.summary is not None
    assert found.domains == report.domains
    assert len(found.text) == len(TEXT)


def test_only_texts_of_an_answer_are_masked() -> None:
    data = {"id": NATIONAL_ID, "items": [{"text": PHONE, "title": None, "changed": [[NATIONAL_ID, "12"]]}]}
    assert masked_json(data) == {"id": NATIONAL_ID, "items": [{"text": "•" * 11, "title": None, "changed": [["•" * 10, "12"]]}]}
