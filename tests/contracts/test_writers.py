"""Every writer gives back what a report said, runs nothing, cuts nothing silently and never leaves half a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from nlp.adapters.writers import ENDINGS, open_writer, rejects_path, write_rejects
from nlp.errors import InvalidInput
from nlp.types import Analysis, DomainScore, Fact, Ngo, Period, Provenance, Reject, Report, ReviewReason, Source, Summary
from nlp.wire import report_from_json

COLUMNS = [
    "id",
    "ngo",
    "title",
    "province",
    "period",
    "domains",
    "domain_names",
    "probability",
    "needs_review",
    "review_reasons",
    "summary",
    "facts",
    "source",
]
SUMMARY = "کارگاه‌های پیشگیری از اعتیاد برگزار شد.\nمی‌خواهیم ادامه دهیم."
DANGEROUS = ("=1+1", "+98912", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://x")')
TABLES = (".csv", ".parquet", ".xlsx")
Rows = list[dict[str, Any]]


def analysis(domains: tuple[DomainScore, ...], *, summary: str = SUMMARY) -> Analysis:
    facts = tuple(
        Fact("households", 120.0, None, "خانواده", None, "text", 0, len(text), text) for text in ("۱۲۰ خانواده", "۳ کارگاه")
    )
    made = Provenance("m", "0" * 64, "exact", "1:ab", "1", "t", "2026-01-01T00:00:00Z", ("domains", "summary", "facts"))
    told = Summary(summary, "extractive", None)
    reasons: tuple[ReviewReason, ...] = ("near_threshold", "too_short")
    return Analysis(domains, (), bool(reasons), reasons, None, told, facts, (), (), made)


def domain(code: str, fa: str, probability: float, *, assigned: bool) -> DomainScore:
    return DomainScore(code, fa, probability, assigned, "head")


ADDICTION = domain("addiction", "اعتیاد", 0.93, assigned=True)
VIOLENCE = domain("violence", "خشونت", 0.71, assigned=True)
THEFT = domain("theft", "سرقت", 0.12, assigned=False)


def report(**changes: Any) -> Report:
    values: dict[str, Any] = {
        "id": "r1",
        "ngo": Ngo("n1", "انجمن نیک‌اندیشان"),
        "title": "گزارش پاییز",
        "text": "متن",
        "province": "IR-23",
        "city": None,
        "period": Period(date(2024, 3, 20), date(2024, 6, 20)),
        "submitted_at": datetime(2026, 1, 1, tzinfo=UTC),
        "source": Source("in.xlsx", "برگه", 2),
        "status": "pending",
        "analysis": analysis((ADDICTION, VIOLENCE, THEFT)),
        "review": None,
        "extra": {},
        "version": 1,
    }
    return Report(**values | changes)


def read_csv(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_xlsx(path: Path, sheet: str = "گزارش‌ها") -> Rows:
    header, *rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def read_parquet(path: Path) -> Rows:
    return pl.read_parquet(path).to_dicts()


READ: dict[str, Callable[[Path], Rows]] = {".csv": read_csv, ".parquet": read_parquet, ".xlsx": read_xlsx}


@pytest.fixture(params=TABLES)
def table(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / f"out{request.param}"


def written(path: Path, *reports: Report, extra_columns: list[str] | None = None) -> Rows:
    assert open_writer(path, extra_columns).write(iter(reports), path) == len(reports)
    return READ[path.suffix](path)


def test_an_unknown_ending_is_refused_in_persian() -> None:
    for name in ("out.pdf", "out"):
        with pytest.raises(InvalidInput, match="cannot write") as caught:
            open_writer(Path(name))
        assert "پسوند" in caught.value.message


def test_the_ending_is_read_without_regard_to_case(tmp_path: Path) -> None:
    path = tmp_path / "OUT.XLSX"
    open_writer(path).write([report()], path)
    assert read_xlsx(path)[0]["id"] == "r1"


def test_a_json_line_is_the_whole_report_in_readable_persian(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    given = [report(extra={"ستون": "=x"}), report(id="r2", analysis=None)]
    assert open_writer(path).write(iter(given), path) == 2
    lines = path.read_text(encoding="utf-8").split("\n")
    assert [report_from_json(json.loads(line)) for line in lines[:-1]] == given
    assert "نیک‌اندیشان" in lines[0]
    assert lines[-1] == ""


def test_json_lines_hold_what_json_or_utf8_cannot(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    open_writer(path).write([report(text="a\ud800", extra={"x": [float("nan"), 1.5]})], path)
    row = json.loads(path.read_text(encoding="utf-8"))
    assert row["text"] == "a\ud800"
    assert row["extra"] == {"x": ["nan", 1.5]}


def test_a_table_row_says_what_the_contract_names(table: Path) -> None:
    (row,) = written(table, report())
    assert list(row)[:13] == COLUMNS
    expected = {
        "ngo": "انجمن نیک‌اندیشان",
        "period": "2024-03-20/2024-06-20",
        "domains": "addiction؛violence",
        "domain_names": "اعتیاد؛خشونت",
        "review_reasons": "near_threshold؛too_short",
        "summary": SUMMARY,
        "facts": "۱۲۰ خانواده؛۳ کارگاه",
        "source": "in.xlsx#برگه!2",
    }
    assert {key: row[key] for key in expected} == expected
    assert (row["probability"], row["needs_review"]) == (("0.93", "true") if table.suffix == ".csv" else (0.93, True))


def test_without_an_assigned_domain_the_probability_is_of_the_top_one(table: Path) -> None:
    rows = written(table, report(analysis=analysis((THEFT,))), report(id="r2", analysis=analysis(())))
    assert [str(row["probability"] or "") for row in rows] == ["0.12", ""]
    assert not any(row["domains"] for row in rows)


def test_what_is_absent_is_empty_and_source_and_period_leave_parts_out(table: Path) -> None:
    rows = written(
        table,
        report(ngo=None, title=None, province=None, period=None, source=None, analysis=None),
        report(period=Period(date(2024, 1, 1), None), source=Source("a.csv", None, 3)),
        report(period=Period(None, date(2024, 1, 1)), source=Source("a.txt")),
        report(period=Period(), source=Source()),
    )
    assert not any(rows[0][name] for name in COLUMNS[1:])
    assert [(row["period"] or "", row["source"] or "") for row in rows[1:]] == [
        ("2024-01-01/", "a.csv!3"),
        ("/2024-01-01", "a.txt"),
        ("", ""),
    ]


def test_no_reports_still_make_a_file_with_a_header(table: Path) -> None:
    assert written(table, extra_columns=["کد"]) == []
    match table.suffix:
        case ".csv":
            assert table.read_text(encoding="utf-8-sig").strip().split(",") == [*COLUMNS, "کد"]
        case ".parquet":
            assert pl.read_parquet(table).columns == [*COLUMNS, "کد"]
        case _:
            book = openpyxl.load_workbook(table)
            assert [cell.value for cell in book["گزارش‌ها"][1]] == [*COLUMNS, "کد", "truncated_columns"]
            assert [cell.value for cell in book["احتمال‌ها"][1]] == ["id"]


def test_no_reports_make_empty_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    assert open_writer(path).write([], path) == 0
    assert path.read_bytes() == b""


def test_extra_columns_follow_under_their_own_names_in_first_seen_order(table: Path) -> None:
    rows = written(table, report(extra={"شهر‌ها": ["ری", "قم"], "b": {"x": None}}), report(extra={"a": "۱", "b": "z"}))
    assert [name for name in rows[0] if name not in {*COLUMNS, "truncated_columns"}] == ["شهر‌ها", "b", "a"]
    assert (rows[0]["شهر‌ها"], rows[0]["b"], rows[0]["a"] or "") == ("ری؛قم", '{"x": null}', "")
    assert (rows[1]["شهر‌ها"] or "", rows[1]["b"], rows[1]["a"]) == ("", "z", "۱")


def test_an_extra_column_that_collides_gets_a_name_of_its_own(table: Path) -> None:
    (row,) = written(table, report(extra={"id": "x", "id_2": "y", "truncated_columns": "z"}))
    assert (row["id"], row["id_2"], row["id_2_2"]) == ("r1", "x", "y")
    assert row["truncated_columns_2" if table.suffix == ".xlsx" else "truncated_columns"] == "z"


def test_announced_extra_columns_stream_and_are_all_there_are(table: Path) -> None:
    (row,) = written(table, report(extra={"b": "۲"}), extra_columns=["a", "b"])
    assert (row["a"] or "", row["b"]) == ("", "۲")
    with pytest.raises(ValueError, match="not announced"):
        open_writer(table, ["a"]).write([report(extra={"c": 1})], table)


def test_numbers_of_extra_columns_stay_numbers_and_text_stays_text(tmp_path: Path) -> None:
    extra = {
        "n": 5,
        "x": 1,
        "b": False,
        "code": "0012",
        "card": 6037991234567890,
        "nan": float("nan"),
        "at": datetime(2024, 1, 2),  # noqa: DTZ001 (as a sheet gives it)
    }
    given = [report(extra=extra), report(extra={"x": 0.5, "code": "7", "card": 2**70})]
    rows = {ending: written(tmp_path / f"o{ending}", *given) for ending in TABLES}
    for ending in (".xlsx", ".parquet"):
        row = rows[ending][0]
        assert [row[key] for key in ("n", "x", "b", "code", "nan", "at")] == [5, 1, False, "0012", "nan", "2024-01-02T00:00:00"]
        assert [row["card"] for row in rows[ending]] == ["6037991234567890", str(2**70)]
    assert rows[".csv"][0]["card"] == "6037991234567890"
    frame = pl.read_parquet(tmp_path / "o.parquet")
    assert [frame.schema[name] for name in ("n", "x", "b", "card")] == [pl.Int64, pl.Float64, pl.Boolean, pl.String]


def test_a_csv_cell_or_header_that_begins_like_a_formula_gets_an_apostrophe(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    rows = written(path, *(report(title=text, extra={"=cmd": -5}) for text in DANGEROUS))
    assert [row["title"] for row in rows] == [f"'{text}" for text in DANGEROUS]
    assert {row["'=cmd"] for row in rows} == {"-5"}


def test_a_csv_begins_with_a_byte_order_mark(tmp_path: Path) -> None:
    written(tmp_path / "out.csv", report())
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbfid,")


def test_xlsx_text_is_never_a_formula_a_link_or_a_number(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    texts = ["=1+1", "+98912", "-1", "@SUM(A1)", "http://example.org", "{=1}", "0012", "<b>&amp;"]
    written(path, *(report(title=text, extra={"=cmd": text}) for text in texts))
    sheet = openpyxl.load_workbook(path)["گزارش‌ها"]
    for column in (3, 14):
        cells = [sheet.cell(row, column) for row in range(2, 2 + len(texts))]
        assert [cell.value for cell in cells] == texts
        assert not any(cell.hyperlink for cell in cells)
        assert {sheet.cell(row, column).data_type for row in range(2, 2 + len(texts))} <= {"s", "inlineStr"}


def test_xlsx_text_that_looks_like_markup_of_a_cell_stays_text(tmp_path: Path) -> None:
    text = '<r><t>خوب</t></r><f>1+1</f></is></c><c r="A9"><v>1</v></c><r></r>'
    long = f"<r>{'&' * 32_760}</r>"
    rows = written(tmp_path / "out.xlsx", report(title=text), report(title=long))
    assert [row["title"] for row in rows] == [text, long]
    assert [row["truncated_columns"] for row in rows] == [None, None]


def test_xlsx_is_two_right_to_left_sheets_with_frozen_bold_headers(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    written(path, report())
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["گزارش‌ها", "احتمال‌ها"]
    for sheet in book:
        assert sheet.sheet_view.rightToLeft
        assert sheet.freeze_panes == "A2"
        assert all(cell.font.bold for cell in sheet[1])
    first = book["گزارش‌ها"]
    assert first["K2"].alignment.wrap_text
    assert first.column_dimensions["K"].width > 60


def test_the_second_sheet_has_every_probability_as_a_number(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    given = [report(), report(id="r2", analysis=None), report(id="r3", analysis=analysis((THEFT,)))]
    open_writer(path).write(given, path)
    assert read_xlsx(path, "احتمال‌ها") == [
        {"id": "r1", "addiction": 0.93, "violence": 0.71, "theft": 0.12},
        {"id": "r2", "addiction": None, "violence": None, "theft": None},
        {"id": "r3", "addiction": None, "violence": None, "theft": 0.12},
    ]
    open_writer(path, domains=["theft", "cyber"]).write(given, path)
    assert list(read_xlsx(path, "احتمال‌ها")[0]) == ["id", "theft", "cyber", "addiction", "violence"]


def test_xlsx_text_over_the_limit_of_a_cell_is_marked_and_named(tmp_path: Path) -> None:
    fits, long, wide = "ا" * 32_767, "ب" * 32_768, "😀" * 20_000
    rows = written(
        tmp_path / "out.xlsx",
        report(title=fits),
        report(title=wide, analysis=analysis((), summary=long), extra={"یادداشت": long}),
    )
    assert (rows[0]["title"], rows[0]["truncated_columns"]) == (fits, None)
    assert rows[1]["truncated_columns"] == "title؛summary؛یادداشت"
    assert rows[1]["summary"] == "ب" * 32_766 + "…"
    assert rows[1]["title"] == "😀" * 16_383 + "…"


def test_more_columns_than_a_worksheet_has_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    with pytest.raises(InvalidInput, match="column 16385") as caught:
        open_writer(path, [f"c{number}" for number in range(16_384)]).write([], path)
    assert "اکسل" in caught.value.message
    assert list(tmp_path.iterdir()) == []


def test_lone_surrogates_and_control_characters_do_not_break_a_table(table: Path) -> None:
    (row,) = written(table, report(title="a\ud800b\x01c\x00"))
    assert row["title"].startswith("a\\ud800b")


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("extra_columns", [None, []])
def test_reports_that_fail_midway_leave_the_folder_as_it_was(
    tmp_path: Path, ending: str, extra_columns: list[str] | None
) -> None:
    def failing() -> Iterator[Report]:
        yield report()
        raise KeyboardInterrupt

    path = tmp_path / f"out{ending}"
    writer = open_writer(path, extra_columns)
    with pytest.raises(KeyboardInterrupt):
        writer.write(failing(), path)
    assert list(tmp_path.iterdir()) == []
    path.write_text("before")
    with pytest.raises(KeyboardInterrupt):
        writer.write(failing(), path)
    assert [item.name for item in tmp_path.iterdir()] == [path.name]
    assert path.read_text() == "before"


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_appears_only_at_the_end_and_alone(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out{ending}"

    def watching() -> Iterator[Report]:
        yield report()
        assert not path.exists()

    assert open_writer(path).write(watching(), path) == 1
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_a_folder_that_is_not_there_fails_before_any_report_is_made(tmp_path: Path) -> None:
    def never() -> Iterator[Report]:
        raise AssertionError
        yield report()

    for ending in ENDINGS:
        path = tmp_path / "missing" / f"out{ending}"
        with pytest.raises(FileNotFoundError):
            open_writer(path).write(never(), path)


def test_rejects_are_json_lines_beside_the_output(tmp_path: Path) -> None:
    path = rejects_path(tmp_path / "گزارش.1403.xlsx")
    assert path == tmp_path / "گزارش.1403.rejected.jsonl"
    rejects = [
        Reject(Source("a.xlsx", "برگه", 4), "empty_text", "این ردیف متن ندارد."),
        Reject(Source("b.pdf"), "password", "رمز", "x"),
    ]
    assert write_rejects(iter(rejects), path) == 2
    assert [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] == [
        {"file": "a.xlsx", "sheet": "برگه", "row": 4, "code": "empty_text", "message": "این ردیف متن ندارد.", "detail": None},
        {"file": "b.pdf", "sheet": None, "row": None, "code": "password", "message": "رمز", "detail": "x"},
    ]
    assert write_rejects([], path) == 0
    assert path.read_bytes() == b""
