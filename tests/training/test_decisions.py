"""Reviewers' decisions become labelled texts; every fifth only measures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from nlp.bootstrap import App
from nlp.types import Filters, NgoRef, Report, Submission
from training.decisions import is_held_out, read_decisions

TEXT = "در این دوره ۴۰ نفر از معتادان بهبودیافته به کار بازگشتند. جلسه‌های گروه‌درمانی هر هفته در مرکز برگزار شد."


def decided(application: App, count: int) -> list[Report]:
    submissions = [Submission(f"{TEXT} نوبت {n}.", id=f"r-{n}", ngo=NgoRef("انجمن سپیدار")) for n in range(count)]
    application.ingest.submit_many(submissions)
    reports = list(application.stores.reports.iterate(Filters()))
    states = ("accepted", "corrected", "rejected", "pending")
    found = []
    for number, report in enumerate(reports):
        review = {"decision": "correct", "domains": ["addiction", "livelihood"], "at": datetime.now(UTC).isoformat()}
        changed = replace(report, status=states[number % 4], review=review if number % 4 == 1 else None)
        found.append(application.stores.reports.replace(changed, None, report.version))
    return found


def test_accepted_and_corrected_reports_train_and_the_others_do_not(application: App) -> None:
    reports = decided(application, 24)
    trained = {text.id.removeprefix("decision:"): text for text in read_decisions(reports, 3.0, held_out=False)}
    measured = {text.id.removeprefix("decision:") for text in read_decisions(reports, 3.0, held_out=True)}
    usable = {report.id for report in reports if report.status in {"accepted", "corrected"}}
    assert trained.keys() | measured == usable
    assert not trained.keys() & measured
    assert measured == {each for each in usable if is_held_out(each)}
    for report in reports:
        if report.id in trained and report.status == "corrected":
            assert set(trained[report.id].domains) == {"addiction", "livelihood"}
        elif report.id in trained:
            assert report.analysis
            assert tuple(trained[report.id].domains) == report.analysis.assigned
            assert all(0 <= n < len(trained[report.id].sentences) for each in trained[report.id].domains.values() for n in each)
    assert all(text.weight == 3.0 for text in trained.values())


def test_about_a_fifth_is_held_out() -> None:
    share = sum(is_held_out(f"report-{n}") for n in range(5000)) / 5000
    assert 0.18 < share < 0.22
