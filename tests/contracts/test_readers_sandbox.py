"""The worker of the readers: what one file does to it never reaches the next file."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nlp.adapters.readers import ReadersConfig, discover, open_reader
from nlp.adapters.readers.files import FileReader
from nlp.errors import InvalidInput
from nlp.types import Limits, Reject, Row

CONFIG = ReadersConfig(test_formats={".hostile": "tests.contracts.hostile_format"})
TEXT = "این گزارش پیش از خرابی خوانده شد."


@pytest.fixture
def reader() -> Iterator[FileReader]:
    with open_reader(CONFIG, Limits(reader_seconds=2)) as opened:
        yield opened


def hostile(folder: Path, word: str) -> Path:
    path = folder / f"{word}.hostile"
    path.write_text(word, encoding="utf-8")
    return path


def texts_and_codes(found: Iterator[Row | Reject]) -> list[str]:
    return [item.code if isinstance(item, Reject) else item.values["text"] for item in found]


def worker_of(reader: FileReader) -> int:
    process = reader._sandbox._process
    assert process is not None
    return process.pid


@pytest.mark.parametrize(
    ("word", "code"),
    [("crash", "reader_crashed"), ("hang", "reader_timeout"), ("memory", "reader_crashed"), ("raise", "damaged")],
)
def test_after_a_broken_file_the_next_one_is_read(reader: FileReader, tmp_path: Path, word: str, code: str) -> None:
    assert texts_and_codes(reader.read(hostile(tmp_path, word)))[-1] == code
    assert texts_and_codes(reader.read(hostile(tmp_path, "fine"))) == [TEXT]


def test_a_hang_ends_at_the_limit_and_the_message_says_so(reader: FileReader, tmp_path: Path) -> None:
    started = time.monotonic()
    (*_, reject) = reader.read(hostile(tmp_path, "hang"))
    assert 1.9 < time.monotonic() - started < 6
    assert isinstance(reject, Reject)
    assert "۲ ثانیه" in reject.message


def test_details_hold_neither_texts_nor_folders(reader: FileReader, tmp_path: Path) -> None:
    for word in ("crash", "raise", "memory"):
        (*_, reject) = reader.read(hostile(tmp_path, word))
        assert isinstance(reject, Reject)
        assert TEXT not in str(reject.detail)
        assert str(tmp_path) not in str(reject.detail)
        assert reject.source.file == f"{word}.hostile"


def test_the_worker_stays_warm_and_what_it_prints_is_lost(reader: FileReader, tmp_path: Path) -> None:
    noise = hostile(tmp_path, "noise")
    first = texts_and_codes(reader.read(noise))
    assert first == texts_and_codes(reader.read(noise))
    assert first == [TEXT, str(worker_of(reader))]


def test_a_worker_that_died_between_two_files_is_started_again(reader: FileReader, tmp_path: Path) -> None:
    fine = hostile(tmp_path, "fine")
    assert texts_and_codes(reader.read(fine)) == [TEXT]
    os.kill(worker_of(reader), 9)
    reader._sandbox._process.wait()  # type: ignore[union-attr]
    assert texts_and_codes(reader.read(fine)) == [TEXT]


def test_close_ends_the_worker(tmp_path: Path) -> None:
    reader = open_reader(CONFIG, Limits())
    assert texts_and_codes(reader.read(hostile(tmp_path, "fine"))) == [TEXT]
    pid = worker_of(reader)
    reader.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_several_threads_share_one_worker(reader: FileReader, tmp_path: Path) -> None:
    paths = [hostile(tmp_path, word) for word in ("fine", "crash", "fine", "raise", "fine", "noise")]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda path: texts_and_codes(reader.read(path))[0], paths))
    assert [found[0], found[2], found[3], found[4], found[5]] == [TEXT] * 5
    assert found[1] in (TEXT, "reader_crashed")


def test_a_slow_consumer_is_not_a_timeout_and_blocks_nobody(reader: FileReader, tmp_path: Path) -> None:
    slow = reader.read(hostile(tmp_path, "flood"))
    next(slow)
    assert texts_and_codes(reader.read(hostile(tmp_path, "fine"))) == [TEXT]
    time.sleep(2.2)
    assert len(list(slow)) == 100


def test_more_text_than_allowed_to_unpack_is_refused(tmp_path: Path) -> None:
    with open_reader(CONFIG, Limits(unpacked_bytes=500_000)) as reader:
        assert texts_and_codes(reader.read(hostile(tmp_path, "flood")))[-1] == "file_too_large"


def test_no_format_library_is_imported_before_a_file_needs_it() -> None:
    code = (
        "import sys; from nlp.adapters.readers import *; from nlp.types import Limits; open_reader(ReadersConfig(), Limits());"
        "print(sorted({'docx','polars','pypdfium2','python_calamine','selectolax','pytesseract','PIL'} & set(sys.modules)))"
    )
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), *sys.path]))}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == "[]"


def test_folders_are_walked_in_order_without_hidden_files_and_circles(tmp_path: Path) -> None:
    for name in ("ب.txt", "الف.txt", ".پنهان.txt", "~$گزارش.docx", "پوشه/۲.csv", "پوشه/۱.csv", ".git/a.txt", "عکس.bmp"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("متن", encoding="utf-8")
    (tmp_path / "پوشه" / "حلقه").symlink_to(tmp_path, target_is_directory=True)
    found = [str(path.relative_to(tmp_path)) for path in discover([tmp_path / "ب.txt", tmp_path])]
    assert found == ["ب.txt", "الف.txt", "عکس.bmp", "پوشه/۱.csv", "پوشه/۲.csv"]
    with pytest.raises(InvalidInput, match="no such input: نیست"):
        list(discover([tmp_path / "نیست"]))
