"""A dossier as a Word document, right to left."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_DIRECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from nlp.adapters.writers.atomic import replacing
from nlp.review.dossier import Dossier
from nlp.text.digits import persian_number, to_persian_digits
from nlp.text.jalali import format_jalali
from nlp.types import Period

Names = Mapping[str, Callable[[str], str]]
"""For each kind of code (`domains`, `activities`, `target_groups`, `provinces`), its Persian name."""
_KINDS = {"domains": "حوزه‌ها", "activities": "فعالیت‌ها", "target_groups": "مخاطبان", "provinces": "استان‌ها"}
_FONT = "Vazirmatn"
_UNPRINTABLE = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def write_dossier(dossier: Dossier, path: Path, names: Names) -> None:
    """Profile, reports by Jalali year, totals, similar NGOs with reasons."""
    page = _Page()
    page.heading(dossier.ngo.name, 0)
    page.line(f"شمارهٔ ثبت: {dossier.ngo.registration_number or '—'}")
    page.line(f"گزارش‌ها: {persian_number(dossier.reports)}؛ دوره: {_period(dossier.period)}")
    page.heading("نمایه", 1)
    for kind, title in _KINDS.items():
        counts = dossier.counts.get(kind, {})
        listed = "، ".join(f"{names[kind](code)} ({persian_number(count)})" for code, count in counts.items())
        page.line(f"{title}: {listed or '—'}")
    page.heading("گزارش‌ها به سال", 1)
    for year in dossier.years:
        page.heading(to_persian_digits(str(year.year)) if year.year else "بی‌تاریخ", 2)
        for head in year.reports:
            domains = "، ".join(names["domains"](code) for code in head.domains)
            page.line(f"{head.title or '(بی‌عنوان)'} — {_period(head.period)} — {domains or 'بی‌حوزه'}", bullet=True)
    page.heading("جمع دستاوردها", 1)
    rows = [
        (
            to_persian_digits(str(total.year)),
            total.unit,
            *(persian_number(value) for value in (total.value, total.planned, total.not_done)),
        )
        for total in dossier.totals
    ]
    page.table(("سال", "یکا", "انجام‌شده", "برنامه", "انجام‌نشده"), rows)
    if dossier.similar:
        page.heading("سمن‌های همانند", 1)
        for each in dossier.similar:
            page.line(f"{each.ngo.name}: {each.reason}", bullet=True)
    with replacing(path) as temporary:
        page.save(temporary)


class _Page:
    """Paragraphs and tables that run from right to left."""

    def __init__(self) -> None:
        self._document: Any = Document()
        font = self._document.styles["Normal"].font
        font.name, font.rtl = _FONT, True
        fonts = font.element.rPr.rFonts
        fonts.set(qn("w:cs"), _FONT)
        for section in self._document.sections:
            properties = section._sectPr  # noqa: SLF001 - python-docx has no name for what is set here
            properties.insert_element_before(OxmlElement("w:bidi"), "w:rtlGutter", "w:docGrid")

    def heading(self, text: str, level: int) -> None:
        self._turn(self._document.add_heading(_printable(text), level))

    def line(self, text: str, *, bullet: bool = False) -> None:
        self._turn(self._document.add_paragraph(_printable(text), style="List Bullet" if bullet else None))

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        table = self._document.add_table(rows=0, cols=len(header), style="Table Grid")
        table.table_direction = WD_TABLE_DIRECTION.RTL
        for row in (header, *rows):
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = _printable(text)
                self._turn(cell.paragraphs[0])

    def save(self, path: Path) -> None:
        self._document.save(str(path))

    @staticmethod
    def _turn(paragraph: Any) -> None:
        properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - the same
        properties.insert_element_before(OxmlElement("w:bidi"), "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr")
        for run in paragraph.runs:
            run.font.rtl = True


def _printable(text: str) -> str:
    """Without what XML cannot hold."""
    return _UNPRINTABLE.sub("\ufffd", text)


def _period(period: Period | None) -> str:
    days = [format_jalali(day) for day in (period.start, period.end) if day] if period else []
    return " تا ".join(days) or "—"
