"""Readers of documents: one file is one report, or a clear reason why not."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nlp.adapters.readers import ReadersConfig, open_reader
from nlp.adapters.readers.encoding import decode
from nlp.adapters.readers.files import FileReader
from nlp.adapters.readers.request import Refused
from nlp.types import Limits, Reject, Row, Source

TEXT = "کارگاه پیشگیری از اعتیاد برای ۴۰ دانش‌آموز برگزار شد."
OTHER = "توزیع بسته معیشتی میان خانواده‌ها انجام شد."
Make = Callable[[str, bytes | str], Path]
FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")


@pytest.fixture(scope="module")
def reader() -> Iterator[FileReader]:
    with open_reader(ReadersConfig(), Limits()) as opened:
        yield opened


def only(reader: FileReader, path: Path) -> Row:
    (found,) = reader.read(path)
    assert isinstance(found, Row), found
    return found


def reject(reader: FileReader, path: Path) -> Reject:
    (found,) = reader.read(path)
    assert isinstance(found, Reject), found
    assert found.source == Source(path.name, None, None)
    assert str(path.parent) not in str(found.detail)
    return found


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def write(name: str, data: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return write


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256"])
def test_text_is_decoded_exactly(encoding: str) -> None:
    text = "گزارش كار: آموزش ۴۰ نفر" if encoding != "cp1256" else "گزارش كار: آموزش 40 نفر در مدرسه‌ها"
    assert decode(text.encode(encoding)) == text


def test_utf16_with_its_mark_in_big_endian() -> None:
    assert decode(b"\xfe\xff" + TEXT.encode("utf-16-be")) == TEXT


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode()[:-1] + b"\xff",
        TEXT.encode()[1:],
        "Café déjà vu à Genève".encode("latin-1"),
        bytes(range(128, 256)),
        b"a\x00b\x01c",
    ],
    ids=["one bad byte", "cut letter", "French", "all bytes", "binary"],
)
def test_what_is_no_known_encoding_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        decode(data)
    assert refused.value.code == "encoding"


def test_a_text_file_is_one_report(reader: FileReader, make: Make) -> None:
    row = only(reader, make("گزارش.txt", f"\ufeff{TEXT}\r\n\r\n\r\n\r\n{OTHER}  \r\n"))
    assert row == Row({"text": f"{TEXT}\n\n{OTHER}"}, Source("گزارش.txt", None, None), {})


def test_markdown_loses_its_signs_and_gives_its_heading_as_title(reader: FileReader, make: Make) -> None:
    source = (
        "# مدرسه **امن**\n\n## اقدام‌ها\n- برگزاری *کارگاه*\n1. توزیع [بسته](http://a.ir)\n> نقل\n"
        "\n| شهر | تعداد |\n| --- | --- |\n| قم | ۳ |\n"
    )
    row = only(reader, make("a.md", source))
    assert row.values == {
        "title": "مدرسه امن",
        "text": "اقدام‌ها\nبرگزاری کارگاه\n1. توزیع بسته\nنقل\n\nشهر | تعداد\n\nقم | ۳",
    }


def test_html_is_what_a_visitor_reads(reader: FileReader, make: Make) -> None:
    page = (
        '<html><head><meta charset="windows-1256"><title>گزارش\n بهار</title><style>p{}</style></head><body><nav>خانه</nav>'
        "<script>alert(1)</script><div>بند اول<p>بند\n دوم</p>دنباله</div>سطر<br>سطر بعد"
        "<table><tr><td>شهر</td><td>قم</td></tr></table></body></html>"
    )
    row = only(reader, make("a.html", page.replace("ی", "ي").encode("cp1256")))
    assert row.values == {"title": "گزارش بهار", "text": "بند اول\nبند دوم\nدنباله\nسطر\nسطر بعد\nشهر | قم"}


def test_deeply_nested_html_is_read(reader: FileReader, make: Make) -> None:
    assert only(reader, make("a.htm", "<div>" * 20_000 + TEXT)).values == {"text": TEXT}


def word(path: Path, *, title: bool = True) -> Path:
    from docx import Document

    document = Document()
    if title:
        document.add_paragraph("گزارش مدرسه امن", style="Title")
    document.add_paragraph(TEXT)
    pairs = document.add_table(2, 2)
    wide = document.add_table(1, 3)
    for cell, value in zip(pairs._cells, ["استان:", "قم", "شهر", "قم"], strict=True):
        cell.text = value
    for cell, value in zip(wide._cells, ["الف", "ب", "پ"], strict=True):
        cell.text = value
    document.add_paragraph(OTHER)
    document.save(str(path))
    return path


def test_docx_keeps_the_order_of_paragraphs_and_tables(reader: FileReader, tmp_path: Path) -> None:
    row = only(reader, word(tmp_path / "a.docx"))
    assert row.values == {"title": "گزارش مدرسه امن", "text": f"{TEXT}\nاستان: قم\nشهر: قم\nالف | ب | پ\n{OTHER}"}


def test_docx_without_a_title_style_takes_the_title_of_its_properties(reader: FileReader, tmp_path: Path) -> None:
    from docx import Document

    document = Document()
    document.add_paragraph(TEXT)
    for given, expected in (("عنوان سند", "عنوان سند"), ("Microsoft Word - a.docx", None)):
        document.core_properties.title = given
        document.save(str(tmp_path / "a.docx"))
        assert only(reader, tmp_path / "a.docx").values.get("title") == expected


def repacked(path: Path, name: str, data: bytes) -> Path:
    """The same archive with one more, or another, entry."""
    with zipfile.ZipFile(path) as archive:
        entries = {entry: archive.read(entry) for entry in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in (entries | {name: data}).items():
            archive.writestr(entry, content)
    return path


def test_docx_with_entities_is_refused(reader: FileReader, tmp_path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    found = reject(reader, repacked(word(tmp_path / "a.docx"), "word/document.xml", bomb))
    assert (found.code, found.detail) == ("damaged", "XML with a DTD or entities")


def test_zip_bombs_are_refused_before_parsing(reader: FileReader, tmp_path: Path) -> None:
    found = reject(reader, repacked(word(tmp_path / "a.docx"), "word/media/zeros.bin", bytes(60_000_000)))
    assert (found.code, found.detail) == ("file_too_large", "unpacks to more than 200 times its size")
    with open_reader(ReadersConfig(), Limits(unpacked_bytes=1000)) as small:
        assert reject(small, word(tmp_path / "b.docx")).code == "file_too_large"


@pytest.mark.parametrize("keep", [10, 2000, -30])
def test_a_cut_docx_is_damaged(reader: FileReader, tmp_path: Path, make: Make, keep: int) -> None:
    data = word(tmp_path / "whole.docx").read_bytes()
    assert reject(reader, make("cut.docx", data[:keep])).code == "damaged"


def test_old_and_locked_office_files_are_told_apart(reader: FileReader, make: Make) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert reject(reader, make("a.xlsx", ole + "EncryptedPackage".encode("utf-16-le"))).code == "password"
    renamed, old = reject(reader, make("b.docx", ole)), reject(reader, make("c.doc", ole))
    assert (renamed.code, old.code) == ("wrong_type", "wrong_type")
    assert "docx ذخیره کنید" in old.message
    assert reject(reader, make("c.xls", ole)).code == "wrong_type"


def picture(kind: str = "PNG", pages: int = 1) -> bytes:
    from PIL import Image

    data = io.BytesIO()
    image = Image.new("L", (300, 100), 255)
    extra = {"save_all": True, "append_images": [image] * (pages - 1)} if pages > 1 else {}
    image.save(data, kind, **extra)
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.docx", picture(), "wrong_type"),
        ("a.txt", picture(), "wrong_type"),
        ("a.csv", b"PK\x03\x04" + bytes(50), "wrong_type"),
        ("a.pdf", TEXT.encode(), "wrong_type"),
        ("a.pdf", b"%PDF-1.7\n1 0 obj\n<<", "damaged"),
        ("a.pdf", bytes(range(1, 256)), "damaged"),
        ("a.txt", b"", "empty_text"),
        ("a.docx", b"", "empty_text"),
        ("a.md", b"\xef\xbb\xbf \r\n\t", "empty_text"),
        ("a.xlsx", b"", "empty_sheet"),
        ("a.rtf", b"{\\rtf1}", "unsupported_type"),
        ("README", TEXT.encode(), "unsupported_type"),
        ("a.txt", b"caf\xe9 au lait", "encoding"),
        ("a.txt", ("آ" * 100_001).encode(), "text_too_long"),
    ],
)
def test_what_is_inside_must_fit_the_name(reader: FileReader, make: Make, name: str, data: bytes, code: str) -> None:
    found = reject(reader, make(name, data))
    assert found.code == code
    assert any("\u0600" <= letter <= "\u06ff" for letter in found.message)


def test_a_docx_that_is_a_workbook_is_of_the_wrong_type(reader: FileReader, tmp_path: Path) -> None:
    import openpyxl

    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    found = reject(reader, (tmp_path / "a.xlsx").rename(tmp_path / "a.docx"))
    assert (found.code, found.detail) == ("wrong_type", "a zip that is xlsx, not docx")


def test_files_over_the_limit_and_missing_files(make: Make, tmp_path: Path) -> None:
    with open_reader(ReadersConfig(), Limits(file_bytes=2_000_000)) as reader:
        large = reject(reader, make("a.txt", b"a" * 2_000_001))
        assert large.code == "file_too_large"
        assert "۲ مگابایت" in large.message
        assert reject(reader, tmp_path / "نیست.txt").code == "damaged"
        assert reject(reader, tmp_path).code == "unsupported_type"


def pdf(path: Path, pages: list[str], *, password: str | None = None, scan: bool = False) -> Path:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), encrypt=StandardEncryption(password, strength=128) if password else None)
    if FONT.exists():
        pdfmetrics.registerFont(TTFont("Persian", FONT))
    for text in pages:
        if FONT.exists():
            canvas.setFont("Persian", 14)
        if text:
            canvas.drawString(50, 700, text)
        if scan and not text:
            canvas.drawImage(ImageReader(io.BytesIO(picture())), 0, 0, 600, 840)
        canvas.showPage()
    canvas.save()
    return path


def test_pdf_pages_are_joined_by_line(reader: FileReader, tmp_path: Path) -> None:
    assert only(reader, pdf(tmp_path / "a.pdf", ["Report one", "Page two"])).values == {"text": "Report one\nPage two"}
    assert reader.needs_ocr(tmp_path / "a.pdf") is False


@pytest.mark.skipif(not FONT.exists(), reason="needs DejaVu Sans")
def test_a_persian_pdf_is_read_in_the_order_of_reading(reader: FileReader, tmp_path: Path) -> None:
    text = "کارگاه آموزشی"
    assert only(reader, pdf(tmp_path / "a.pdf", [text[::-1]])).values == {"text": text}


def test_pdf_with_a_password_and_with_too_many_pages(tmp_path: Path) -> None:
    with open_reader(ReadersConfig(), Limits(pages=2)) as reader:
        assert reject(reader, pdf(tmp_path / "a.pdf", ["secret"], password="راز1")).code == "password"
        long = reject(reader, pdf(tmp_path / "b.pdf", ["a", "b", "c"]))
        assert long.code == "file_too_large"
        assert "۲ صفحه" in long.message


def fake_tesseract(folder: Path, *, languages: str = "fas", text: str = TEXT) -> str:
    """A program that answers as Tesseract does."""
    folder.mkdir()
    program = folder / "tesseract"
    program.write_text(
        "#!/bin/sh\n"
        f'case "$1" in --list-langs) printf "List of available languages (1):\\n{languages}\\n"; exit 0;;'
        ' --version) echo "tesseract 5.3.0"; exit 0;; esac\n'
        f"printf '%s' '{text}' > \"$2.txt\"\n",
        encoding="utf-8",
    )
    program.chmod(0o755)
    return f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin"


@pytest.fixture
def scans(make: Make, tmp_path: Path) -> list[Path]:
    return [pdf(tmp_path / "scan.pdf", [""], scan=True), make("scan.png", picture()), make("scan.tif", picture("TIFF", 2))]


def test_scans_are_read_where_tesseract_is(scans: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", fake_tesseract(tmp_path / "bin"))
    with open_reader(ReadersConfig(), Limits()) as reader:
        assert [only(reader, path).values["text"] for path in scans] == [TEXT, TEXT, f"{TEXT}\n{TEXT}"]
        assert [reader.needs_ocr(path) for path in scans] == [True, True, True]
        mixed = only(reader, pdf(tmp_path / "mixed.pdf", ["Page one", ""], scan=True))
        assert mixed.values == {"text": f"Page one\n{TEXT}"}
    with open_reader(ReadersConfig(), Limits(pages=1)) as reader:
        assert reject(reader, scans[2]).code == "file_too_large"


@pytest.mark.parametrize("languages", ["", "eng"])
def test_without_persian_tesseract_the_message_says_what_to_install(
    scans: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, languages: str
) -> None:
    (tmp_path / "none").mkdir()
    monkeypatch.setenv("PATH", fake_tesseract(tmp_path / "bin", languages=languages) if languages else str(tmp_path / "none"))
    with open_reader(ReadersConfig(), Limits()) as reader:
        for path in scans:
            found = reject(reader, path)
            assert found.code == "ocr_missing"
            assert "tesseract-ocr-fas" in found.message
        mixed = only(reader, pdf(tmp_path / "mixed.pdf", ["Page one", ""], scan=True))
        assert mixed.values == {"text": "Page one", "truncated": True}
        assert mixed.extra == {"صفحه‌های خوانده‌نشده": "2"}


def test_scans_without_ocr_or_without_letters_have_no_text(
    scans: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_reader(ReadersConfig(ocr=False), Limits()) as reader:
        assert [reject(reader, path).code for path in scans] == ["no_text_layer"] * 3
    monkeypatch.setenv("PATH", fake_tesseract(tmp_path / "bin", text=" "))
    with open_reader(ReadersConfig(), Limits()) as reader:
        assert [reject(reader, path).code for path in scans] == ["no_text_layer"] * 3


def test_pictures_of_too_many_pixels_and_broken_ones(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    monkeypatch.setenv("PATH", fake_tesseract(tmp_path / "bin"))
    data = io.BytesIO()
    Image.new("1", (10_000, 5_001)).save(data, "PNG")
    with open_reader(ReadersConfig(), Limits()) as reader:
        assert reject(reader, make("large.png", data.getvalue())).code == "file_too_large"
        assert reject(reader, make("cut.png", picture()[:60])).code == "damaged"
