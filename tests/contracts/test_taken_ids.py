"""What was found by attacking: an id of another NGO, an entry of the audit log put in anew, control characters in a dossier."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from nlp.bootstrap import App
from nlp.errors import NotFound
from nlp.review.masking import masked_report
from nlp.types import Ngo

TEXT = "برای پیشگیری از اعتیاد ده کارگاه در مدرسه‌ها برگزار شد و ۲۰۰ نفر آمدند."


def test_a_report_that_came_meanwhile_is_not_written_over_by_another_ngo(application: App) -> None:
    theirs = application.ingest.submit(application.ingest.parse({"id": "race", "text": TEXT, "ngo": {"name": "الف"}}))
    own = application.stores.reports.resolve_ngo(application.ingest.parse({"text": TEXT, "ngo": {"name": "ب"}}).ngo)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        application.ingest.submit(application.ingest.parse({"id": "race", "text": f"{TEXT} دیگر."}), own.id)
    assert application.stores.reports.get("race") == theirs.report


def test_no_entry_of_the_audit_log_is_put_in_anew(application: App) -> None:
    application.stores.audit.record("report.read", "report:1", {})
    columns = "seq, at, action, object, detail, hash"
    again = f"INSERT OR REPLACE INTO audit ({columns}, actor) SELECT {columns}, 'x' FROM audit"  # noqa: S608 - no input
    connection = sqlite3.connect(application.settings.home / "samanyar.db")
    with pytest.raises(sqlite3.Error):
        connection.execute(again)
    connection.close()
    application.stores.audit.record("report.read", "report:2", {})
    assert application.stores.audit.verify()[1] is None


def test_personal_data_in_numbers_keys_city_and_names_is_masked(application: App) -> None:
    found = application.ingest.submit(
        application.ingest.parse({"text": TEXT, "extra": {"phone": 9123456789, "09123456789": "x"}})
    )
    report = replace(found.report, city="09123456789", ngo=Ngo("1", "خانم رضایی 09123456789"))
    assert "9123456789" not in repr(masked_report(report))


def test_what_xml_cannot_hold_does_not_break_a_dossier(application: App, tmp_path: Path) -> None:
    from nlp.adapters.writers.dossier import write_dossier

    put = application.ingest.submit(application.ingest.parse({"text": TEXT, "title": "عنوان", "ngo": {"name": "یاران"}}))
    assert put.report.ngo
    found = application.dossiers.of(put.report.ngo.id)
    names = dict.fromkeys(("domains", "activities", "target_groups", "provinces"), str)
    write_dossier(replace(found, ngo=Ngo("1", "نام\x01\x0bبد")), tmp_path / "d.docx", names)
    assert (tmp_path / "d.docx").stat().st_size > 1000
