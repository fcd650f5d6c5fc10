"""One strong passage is enough: a report hidden in ten thousand characters about other things keeps its domain."""

from __future__ import annotations

import json
from itertools import cycle, islice

import pytest

from nlp.pipelines.analyze import Analyzer
from nlp.shipped import DATA
from nlp.types import Submission

OTHER = (
    "تیم فوتبال شهر در نیمهٔ دوم با دو گل پیاپی بازی باخته را برد و سه امتیاز شیرین گرفت.",
    "سرمربی پس از مسابقه گفت بازیکنان تازه به زمان نیاز دارند تا با شیوهٔ بازی هماهنگ شوند.",
    "شاخص کل بورس در پایان معاملات دیروز با رشد اندکی به کار خود پایان داد.",
    "نمایشگاه نقاشی هنرمندان جوان با چهل تابلو در نگارخانهٔ مرکزی گشایش یافت.",
    "فیلم تازهٔ این کارگردان در جشنواره نامزد بهترین فیلم‌برداری و بهترین تدوین شد.",
    "هواشناسی برای پایان هفته آسمانی صاف تا کمی ابری همراه با وزش نسیم پیش‌بینی کرد.",
    "گوشی تازهٔ این شرکت دوربینی بهتر و باتری بزرگ‌تری دارد و ماه آینده به بازار می‌آید.",
    "ارکستر ملی امشب قطعه‌هایی از آهنگ‌سازان کلاسیک را در تالار شهر می‌نوازد.",
    "کاوشگران در تپهٔ باستانی ظرف‌های سفالی سه هزار ساله یافتند و به موزه سپردند.",
    "قطار تازهٔ تهران به مشهد زمان سفر را یک ساعت کوتاه کرد.",
    "نویسندهٔ این رمان گفت نوشتن جلد دوم را از پاییز آغاز کرده است.",
    "وزیران خارجهٔ دو کشور دربارهٔ گسترش بازرگانی و رفت‌وآمد جهانگردان گفت‌وگو کردند.",
    "تیم ملی والیبال اردوی آماده‌سازی خود را با هجده بازیکن آغاز کرد.",
    "دانشمندان با تلسکوپ تازه عکسی روشن از کهکشانی دور گرفتند.",
)


def around(before: int, report: list[str], after: int) -> str:
    filler = cycle(OTHER)

    def some(characters: int) -> list[str]:
        count = -(-characters // (sum(map(len, OTHER)) // len(OTHER)))
        return list(islice(filler, count))

    return "\n".join([*(some(before) if before else []), *report, *(some(after) if after else [])])


def reports() -> list[dict[str, object]]:
    lines = (DATA / "reports" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if len(row["domains"]) == 1][:8]


def test_what_surrounds_it_has_no_domain_of_its_own(analyzer: Analyzer) -> None:
    assert analyzer.analyze([Submission(around(10_000, [], 0))])[0].analysis.assigned == ()


@pytest.mark.parametrize("place", [(0, 10_000), (5_000, 5_000), (10_000, 0)], ids=["start", "middle", "end"])
def test_a_hidden_report_keeps_its_domain_and_its_evidence(analyzer: Analyzer, place: tuple[int, int]) -> None:
    rows = reports()
    alone = analyzer.analyze([Submission("\n".join(row["sentences"])) for row in rows])  # type: ignore[arg-type]
    hidden = analyzer.analyze([Submission(around(place[0], row["sentences"], place[1])) for row in rows])  # type: ignore[arg-type]
    kept = 0
    for row, short, long in zip(rows, alone, hidden, strict=True):
        kept += set(short.analysis.assigned) == set(long.analysis.assigned)
        for domain in long.analysis.domains:
            if domain.assigned and domain.code in short.analysis.assigned:
                assert any(line in domain.evidence[0].text or domain.evidence[0].text in line for line in row["sentences"])  # type: ignore[attr-defined]
    assert kept >= len(rows) - 1
