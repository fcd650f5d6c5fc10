"""Readers of tables and JSON lines: what stands in which column of which row."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars
import pytest

from nlp.adapters.readers import ReadersConfig, open_reader
from nlp.adapters.readers.files import FileReader
from nlp.adapters.readers.headers import field_of, fold, letters
from nlp.errors import InvalidInput
from nlp.types import Limits, Reject, Row, Source

TEXT = "کارگاه پیشگیری از اعتیاد برای ۴۰ دانش‌آموز برگزار شد."
OTHER = "توزیع بسته معیشتی میان خانواده‌های حاشیه شهر انجام شد."


@pytest.fixture(scope="module")
def reader() -> Iterator[FileReader]:
    with open_reader(ReadersConfig(), Limits()) as opened:
        yield opened


def small(**limits: int) -> FileReader:
    return open_reader(ReadersConfig(), Limits(**limits))


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                if value is not None:
                    sheet.cell(number, column, value)
    book.save(path)
    return path


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def codes(found: list[Row | Reject]) -> list[str]:
    return [item.code if isinstance(item, Reject) else "row" for item in found]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("شرح فعاليت‌ها", "text"),
        ("ستون: متن گزارش", "text"),
        ("REPORT_Text", "text"),
        ("نام مؤسسه", "ngo"),
        ("نام سازمان (کامل)", "ngo"),
        ("شماره ثبت :", "ngo_registration_number"),
        ("اســتان", "province"),
        ("از تاریخ", "period_from"),
        ("تا تاريخ", "period_to"),
        ("submitted at", "submitted_at"),
    ],
)
def test_a_header_is_known_in_any_spelling(header: str, field: str) -> None:
    known = field_of(header)
    assert known is not None
    assert known[0] == field


def test_a_header_that_nobody_knows_is_no_field() -> None:
    assert field_of("تعداد داوطلبان") is None
    assert fold("كد‌ ملي!") == fold("کدملی")
    assert [letters(0), letters(25), letters(26)] == ["A", "Z", "AA"]


def test_csv_finds_its_header_below_a_banner_and_counts_rows_as_in_the_file(reader: FileReader, tmp_path: Path) -> None:
    path = written(
        tmp_path / "گزارش.csv",
        "فرم گزارش سه‌ماهه,,\n\nنام سازمان,شرح فعالیت,تعداد,تعداد,\n"
        f'انجمن مهر,"{TEXT}",12,3,یادداشت\n\n,,5,,\nانجمن یاس,{OTHER},,,\n',
    )
    found = list(reader.read(path))
    assert found[0] == Row(
        {"ngo": "انجمن مهر", "text": TEXT}, Source("گزارش.csv", None, 4), {"تعداد": "12", "تعداد (2)": "3", "ستون E": "یادداشت"}
    )
    assert codes(found) == ["row", "empty_text", "row"]
    assert found[1].source.row == 6
    assert found[2] == Row({"ngo": "انجمن یاس", "text": OTHER}, Source("گزارش.csv", None, 7), {})


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "؛"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
def test_csv_of_any_delimiter_and_encoding(reader: FileReader, tmp_path: Path, delimiter: str, encoding: str) -> None:
    if (delimiter, encoding) == ("؛", "cp1256"):
        delimiter = ";"
    text = "كارگاه آموزشي براي خانواده‌ها, مدرسه و محله برگزار شد"
    lines = [delimiter.join(("استان", "متن گزارش")), delimiter.join(("تهران", f'"{text}"'))]
    (row,) = reader.read(written(tmp_path / "a.csv", "\r\n".join(lines), encoding))
    assert isinstance(row, Row)
    assert row.values == {"province": "تهران", "text": text}


def test_csv_with_the_hint_of_excel(reader: FileReader, tmp_path: Path) -> None:
    (row,) = reader.read(written(tmp_path / "a.csv", f"sep=;\nمتن;استان\n{TEXT};قم\n"))
    assert row == Row({"text": TEXT, "province": "قم"}, Source("a.csv", None, 3), {})


def test_csv_with_a_quote_that_is_never_closed_says_where(reader: FileReader, tmp_path: Path) -> None:
    found = list(reader.read(written(tmp_path / "a.csv", f'متن\n{TEXT}\n"{OTHER}\nردیف دیگر\n')))
    assert codes(found) == ["row", "damaged"]
    assert found[1].source.row == 3


def test_one_text_that_is_too_long_costs_only_its_row(tmp_path: Path) -> None:
    with small(text_characters=60) as reader:
        found = list(reader.read(written(tmp_path / "a.csv", f"متن\n{TEXT}\n{'آب ' * 90000}\n{OTHER}\n")))
    assert codes(found) == ["row", "text_too_long", "row"]
    assert isinstance(found[1], Reject)
    assert found[1].source.row == 3
    assert "۶۰ نویسه" in found[1].message


def test_rows_over_the_limit_end_the_file_loudly(tmp_path: Path) -> None:
    with small(rows=3) as reader:
        found = list(reader.read(written(tmp_path / "a.csv", "متن\n" + f"{TEXT}\n" * 10)))
    assert codes(found) == ["row", "row", "file_too_large"]
    assert found[2].source.row == 4


def test_cells_over_the_limit_end_the_file_loudly(tmp_path: Path) -> None:
    with small(cells=60) as reader:
        found = list(reader.read(written(tmp_path / "a.csv", "متن,الف\n" + f"{TEXT},۱\n" * 100)))
    assert codes(found) == ["row"] * 29 + ["file_too_large"]


@pytest.mark.parametrize(
    ("content", "code"),
    [("", "empty_sheet"), (" \n\n", "empty_sheet"), ("متن,استان\n", "empty_sheet"), (",,\n,,\n", "empty_sheet")],
)
def test_a_table_without_rows(reader: FileReader, tmp_path: Path, content: str, code: str) -> None:
    assert codes(list(reader.read(written(tmp_path / "a.csv", content)))) == [code]


def test_a_table_without_a_text_column_lists_its_headers(reader: FileReader, tmp_path: Path) -> None:
    (reject,) = reader.read(written(tmp_path / "a.csv", "استان,تعداد\nقم,۳\n"))
    assert isinstance(reject, Reject)
    assert reject.code == "no_text_column"
    assert reject.detail == "no column is the text; headers: استان, تعداد"
    assert "--map text=" in reject.message


def test_a_mapping_wins_over_known_headers(reader: FileReader, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", f"متن,یادداشت ناظر\nکوتاه,{TEXT}\n")
    (row,) = reader.read(path, {"text": "يادداشت‌ناظر"}, "نام دیگر.csv")
    assert row == Row({"text": TEXT}, Source("نام دیگر.csv", None, 2), {"متن": "کوتاه"})
    (reject,) = reader.read(path, {"text": "نیست"})
    assert isinstance(reject, Reject)
    assert reject.code == "no_text_column"
    assert "'نیست'" in str(reject.detail)
    with pytest.raises(InvalidInput):
        reader.read(path, {"texts": "متن"})


def test_of_two_text_columns_the_better_name_wins(reader: FileReader, tmp_path: Path) -> None:
    (row,) = reader.read(written(tmp_path / "a.csv", f"توضیحات,متن گزارش\nپیوست دارد,{TEXT}\n"))
    assert isinstance(row, Row)
    assert row.values == {"text": TEXT}
    assert row.extra == {"توضیحات": "پیوست دارد"}


def test_every_sheet_of_a_workbook_is_read(reader: FileReader, tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        {
            "بهار": [
                [None, "گزارش بهار"],
                [None, "شناسه", "متن گزارش", "تاریخ شروع", "امتیاز", "ساعت"],
                [None, 12.0, TEXT, date(2024, 5, 1), 3.5, datetime(2024, 5, 1, 10, 30)],  # noqa: DTZ001
                [],
                [None, 13, None, None, True],
            ],
            "خالی": [],
            "راهنما": [["این برگه راهنماست"]],
            "تابستان": [["متن"], [OTHER]],
        },
    )
    found = list(reader.read(path))
    assert found[0] == Row(
        {"id": "12", "text": TEXT, "period_from": "2024-05-01"},
        Source("a.xlsx", "بهار", 3),
        {"امتیاز": "3.5", "ساعت": "2024-05-01T10:30:00"},
    )
    assert [(item.source.sheet, item.source.row, code) for item, code in zip(found, codes(found), strict=True)] == [
        ("بهار", 3, "row"),
        ("بهار", 5, "empty_text"),
        ("راهنما", None, "no_text_column"),
        ("تابستان", 2, "row"),
    ]


def test_a_workbook_without_any_cell(reader: FileReader, tmp_path: Path) -> None:
    assert codes(list(reader.read(workbook(tmp_path / "a.xlsx", {"خالی": []})))) == ["empty_sheet"]


def test_ods_is_read_like_xlsx(reader: FileReader, tmp_path: Path) -> None:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    book = OpenDocumentSpreadsheet()
    table = Table(name="برگه")
    for values in (("متن گزارش", "استان"), (TEXT, "یزد")):
        row = TableRow()
        for value in values:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=value))
            row.addElement(cell)
        table.addElement(row)
    book.spreadsheet.addElement(table)
    book.save(tmp_path / "a.ods")
    assert list(reader.read(tmp_path / "a.ods")) == [Row({"text": TEXT, "province": "یزد"}, Source("a.ods", "برگه", 2), {})]


def test_parquet_keeps_objects_and_counts_the_schema_as_row_one(reader: FileReader, tmp_path: Path) -> None:
    table = polars.DataFrame(
        {"text": [TEXT, None, OTHER], "ngo": [{"name": "مهر"}] * 3, "روز": [date(2024, 1, 2)] * 3, "n": [1.0, 2.0, 3.5]}
    )
    table.write_parquet(tmp_path / "a.parquet")
    found = list(reader.read(tmp_path / "a.parquet"))
    assert codes(found) == ["row", "empty_text", "row"]
    assert found[0] == Row(
        {"text": TEXT, "ngo": {"name": "مهر"}}, Source("a.parquet", None, 2), {"روز": "2024-01-02", "n": "1"}
    )
    assert found[1].source.row == 3


@pytest.mark.parametrize("ending", [".xlsx", ".parquet"])
def test_a_cut_table_is_damaged(reader: FileReader, tmp_path: Path, ending: str) -> None:
    whole = tmp_path / f"whole{ending}"
    if ending == ".xlsx":
        workbook(whole, {"برگه": [["متن"], [TEXT]]})
    else:
        polars.DataFrame({"text": [TEXT]}).write_parquet(whole)
    data = whole.read_bytes()
    cut = tmp_path / f"cut{ending}"
    cut.write_bytes(data[: len(data) // 2])
    assert codes(list(reader.read(cut))) == ["damaged"]


def test_json_lines_keep_objects_and_give_unknown_keys_to_extra(reader: FileReader, tmp_path: Path) -> None:
    item = {
        "text": TEXT,
        "ngo": {"name": "مهر"},
        "period": {"from": "1403/01"},
        "extra": {"الف": 1},
        "score": 2.5,
        "city": None,
    }
    (row,) = reader.read(written(tmp_path / "a.jsonl", "\ufeff" + json.dumps(item, ensure_ascii=False) + "\n\n"))
    assert row == Row(
        {"text": TEXT, "ngo": {"name": "مهر"}, "period": {"from": "1403/01"}},
        Source("a.jsonl", None, 1),
        {"الف": 1, "score": 2.5},
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{خراب", "damaged"),
        ("[1]", "damaged"),
        ('{"text": 5}', "damaged"),
        ('{"text": "متن", "x": NaN}', "damaged"),
        ('{"text": "متن", "x": ' + "[" * 70 + "]" * 70 + "}", "damaged"),
        ('{"text": "متن", "x": ' + "[" * 100_000 + "]" * 100_000 + "}", "damaged"),
        ('{"text": "متن \\ud800"}', "encoding"),
        ('{"title": "بی‌متن"}', "empty_text"),
        ('{"text": "  -- "}', "empty_text"),
    ],
    ids=["syntax", "list", "number", "nan", "nested", "nested deeply", "surrogate", "missing", "blank"],
)
def test_a_bad_json_line_costs_only_itself(reader: FileReader, tmp_path: Path, line: str, code: str) -> None:
    path = written(tmp_path / "a.ndjson", f'{{"text": "{TEXT}"}}\n{line}\n{{"text": "{OTHER}"}}\n')
    found = list(reader.read(path))
    assert codes(found) == ["row", code, "row"]
    assert [item.source.row for item in found] == [1, 2, 3]


def test_a_stream_is_read_line_by_line() -> None:
    lines = [
        json.dumps({"شرح": TEXT}, ensure_ascii=False).encode(),
        b"\x81\x80\xc7",
        b'{"text": "' + b"a" * 2000 + b'"}',
        b"{}",
    ]
    with small(file_bytes=1000) as reader:
        found = list(reader.read_stream(io.BytesIO(b"\n".join(lines)), {"text": "شرح"}))
    assert codes(found) == ["row", "encoding", "file_too_large", "no_text_column"]
    assert found[0] == Row({"text": TEXT}, Source("-", None, 1), {})
