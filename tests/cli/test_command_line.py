"""The command line as a person or a script meets it: exit codes, nothing lost, and runs that survive a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

TEXT = "انجمن ما در روستای شمارهٔ {} برای پیشگیری از اعتیاد کارگاه برگزار کرد و {} نفر از مواد مخدر دور ماندند. پایان."


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "SAMANYAR_HOME": str(tmp_path / "home")}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-W", "ignore", "-m", "service.cli.main", *arguments]


def run(environment: dict[str, str], *arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), env=environment, capture_output=True, text=True, check=False, timeout=120, input=given
    )


def write_rows(path: Path, count: int) -> None:
    rows = [json.dumps({"id": f"r-{number}", "text": TEXT.format(number, number + 7)}) for number in range(count)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def test_help_names_every_command(environment: dict[str, str]) -> None:
    found = run(environment, "--help")
    assert found.returncode == 0
    for name in ("score", "import", "search", "similar", "duplicates", "serve", "index", "export", "doctor"):
        assert f"  {name} " in found.stdout


def test_wrong_usage_is_told_and_ends_with_two(environment: dict[str, str], tmp_path: Path) -> None:
    assert run(environment, "score", "nowhere", "-o", str(tmp_path / "o.csv")).returncode == 2
    assert run(environment, "score", str(tmp_path), "-o", str(tmp_path / "o.doc")).returncode == 2
    assert run(environment, "score", str(tmp_path), "-o", str(tmp_path / "o.csv"), "--parts", "horoscope").returncode == 2
    assert run(environment, "similar").returncode == 2


def test_a_folder_is_scored_and_what_cannot_be_read_is_set_aside(environment: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "one.txt").write_bytes(TEXT.format(1, 2).encode("utf-16"))
    (folder / "picture.docx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(60))
    (folder / "empty.txt").write_bytes(b"")
    out = tmp_path / "out.jsonl"
    found = run(environment, "score", str(folder), "-o", str(out))
    assert found.returncode == 3, found.stderr
    (report,) = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert report["analysis"]["domains"][0]["code"] == "addiction"
    rejects = [json.loads(line) for line in (tmp_path / "out.rejected.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(Path(each["file"]).name, each["code"]) for each in rejects] == [
        ("empty.txt", "empty_text"),
        ("picture.docx", "wrong_type"),
    ]
    assert found.stdout == ""


def test_a_killed_run_goes_on_with_no_row_lost_or_doubled(environment: dict[str, str], tmp_path: Path) -> None:
    source, out = tmp_path / "rows.jsonl", tmp_path / "out.jsonl"
    write_rows(source, 150)
    journal = out.with_name("out.jsonl.journal")
    kills = 0
    for wanted in (10, 60):
        arguments = ("score", str(source), "-o", str(out), *(("--resume",) if kills else ()))
        process = subprocess.Popen(command(*arguments), env=environment, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            if journal.exists() and journal.read_bytes().count(b"\n") > wanted:
                process.send_signal(signal.SIGKILL)
                kills += 1
                break
            time.sleep(0.005)
        process.wait(60)
    assert kills == 2
    with journal.open("ab") as file:
        file.write(b'{"key": "cut in the mid')
    assert run(environment, "score", str(source), "-o", str(out), "--resume", "--parts", "summary").returncode == 2
    found = run(environment, "score", str(source), "-o", str(out), "--resume")
    assert found.returncode == 0, found.stderr
    ids = [json.loads(line)["id"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert ids == [f"r-{number}" for number in range(150)]
    assert not journal.exists()


def test_what_is_imported_is_found_exported_and_counted(environment: dict[str, str], tmp_path: Path) -> None:
    source = tmp_path / "rows.jsonl"
    write_rows(source, 3)
    assert run(environment, "import", str(source), "--rejects", str(tmp_path / "r.jsonl")).returncode == 0
    hits = json.loads(run(environment, "search", "مبارزه با مواد مخدر", "--json").stdout)["items"]
    assert {hit["report"]["id"] for hit in hits} == {"r-0", "r-1", "r-2"}
    near = json.loads(run(environment, "similar", "--report", "r-0", "--json").stdout)["items"]
    assert {hit["report"]["id"] for hit in near} == {"r-1", "r-2"}
    out = tmp_path / "all.csv"
    assert run(environment, "export", "-o", str(out)).returncode == 0
    assert out.read_text(encoding="utf-8-sig").count("\nr-") == 3
    verified = run(environment, "index", "verify")
    assert verified.returncode == 0
    assert "0 missing, 0 surplus, recall@10 1.0000" in verified.stdout
    assert run(environment, "doctor").returncode == 0


def test_a_row_with_half_a_character_is_set_aside_and_the_rest_goes_on(environment: dict[str, str], tmp_path: Path) -> None:
    source, out = tmp_path / "rows.jsonl", tmp_path / "out.jsonl"
    write_rows(source, 2)
    with source.open("a", encoding="utf-8") as file:
        file.write('{"text": "\\ud800 ' + TEXT.format(1, 2) + '"}\n')
    assert run(environment, "score", str(source), "-o", str(out)).returncode == 3
    (reject,) = (tmp_path / "out.rejected.jsonl").read_text(encoding="utf-8").splitlines()
    assert (json.loads(reject)["code"], json.loads(reject)["row"]) == ("encoding", 3)


def test_a_copy_within_a_batch_is_marked_and_names_the_first(environment: dict[str, str], tmp_path: Path) -> None:
    text = "\n".join(TEXT.format(number, number + 7) for number in range(5))
    other = "جنگل‌های بلوط زاگرس با کمک همیاران روستا از آتش در امان ماند و چهار هزار نهال بنه کاشته شد."
    copy = text.replace("روستای", "شهر")
    rows = [{"id": name, "text": value} for name, value in (("first", text), ("other", other), ("copy", copy))]
    source = tmp_path / "in.jsonl"
    source.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    out = tmp_path / "out.jsonl"
    assert run(environment, "score", str(source), "-o", str(out)).returncode == 0
    found = {row["id"]: row for row in map(json.loads, out.read_text(encoding="utf-8").splitlines())}
    marked = {name for name, row in found.items() if "possible_duplicate" in row["analysis"]["review_reasons"]}
    assert marked == {"copy"}
    assert found["copy"]["extra"]["duplicate_of"] == "first"


def test_stored_copies_are_listed_and_set_apart(environment: dict[str, str], tmp_path: Path) -> None:
    text = "\n".join(TEXT.format(number, number + 7) for number in range(5))
    source = tmp_path / "in.jsonl"
    rows = [{"id": "first", "text": text}, {"id": "second", "text": text.replace("پایان", "آغاز")}]
    source.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert run(environment, "import", str(source)).returncode == 0
    (found,) = [json.loads(line) for line in run(environment, "duplicates", "--json").stdout.splitlines()]
    assert (found["report_id"], found["report"]["id"], found["kind"]) == ("first", "second", "near")
    apart = run(environment, "duplicates", "--report", "first", "--dismiss", "second")
    assert apart.returncode == 0
    assert run(environment, "duplicates").stdout == ""
    assert run(environment, "duplicates", "--dismiss", "second").returncode == 2


def test_an_ngos_reports_are_summarized_and_its_figures_listed(environment: dict[str, str], tmp_path: Path) -> None:
    rows = [
        {
            "id": f"y{year}",
            "ngo": "یاران",
            "period": str(year),
            "text": f"در سال {year} به ۳۱۲ خانواده بسته غذایی دادیم. {text}",
        }
        for year, text in ((1401, "۴۰ جلسه مشاوره برگزار شد."), (1402, "برای ۵۵ زندانی کار پیدا شد."))
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert run(environment, "import", str(tmp_path / "in.jsonl")).returncode == 0
    ngo = run(environment, "ngos", "list").stdout.split("\t")[0]
    ledger = run(environment, "ngos", "ledger", ngo).stdout
    assert "۱۴۰۱\t۳۱۲ خانواده\ty1401" in ledger
    assert "عدد تکراری در دو دوره: ۳۱۲ خانواده / ۳۱۲ خانواده" in ledger
    found = json.loads(run(environment, "summarize", "--ngo", ngo, "--year", "1402", "--json").stdout)
    assert {each["report"] for each in found["sentences"]} == {"y1402"}
    assert "[۱]" in run(environment, "summarize", "--search", "بسته غذایی").stdout
    for wrong in (["summarize"], ["summarize", "--search", "x", "--year", "1402"], ["ngos", "ledger", "nobody"]):
        failed = run(environment, *wrong)
        assert (failed.returncode, failed.stderr.startswith("خطا: ")) == (2, True)


def test_summaries_are_as_long_and_about_what_is_asked_for(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("۸۵ معتاد درمان شدند.\nبرای ۱۲۰ زوج جلسه مشاوره طلاق برگزار شد.\n", encoding="utf-8")
    out = tmp_path / "out.jsonl"
    options = ["--summary-sentences", "1", "--focus", "addiction"]
    assert run(environment, "score", str(tmp_path / "in.txt"), "-o", str(out), *options).returncode == 0
    summary = json.loads(out.read_text(encoding="utf-8"))["analysis"]["summary"]
    assert [each["text"] for each in summary["sentences"]] == ["۸۵ معتاد درمان شدند."]
    for wrong in (["--focus", "nothing"], ["--abstractive"]):
        failed = run(environment, "score", str(tmp_path / "in.txt"), "-o", str(out), *wrong)
        assert (failed.returncode, failed.stderr.startswith("خطا: ")) == (2, True)
