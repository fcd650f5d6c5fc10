"""`samanyar duplicates`: reports that were sent before, one report's or all that are stored."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from nlp.bootstrap import App, open_app
from nlp.errors import InvalidInput, NotFound
from nlp.settings import load_settings
from nlp.types import Duplicate, Filters
from nlp.wire import to_json

app = typer.Typer(rich_markup_mode=None, add_completion=False)
_KINDS = {"exact": "همان متن", "near": "رونوشت", "semantic": "همان کار به زبان دیگر"}
_FLAGS = {
    "other_date": "تاریخ دیگر",
    "other_place": "جای دیگر",
    "other_ngo": "سمن دیگر",
    "numbers_changed": "عددهای دیگر",
}


@app.command()
def run(
    report: Annotated[str | None, typer.Option("--report", help="Id of a stored report; else all are compared.")] = None,
    dismiss: Annotated[str | None, typer.Option("--dismiss", help="Id of the other report that is no duplicate.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The shape of the API, one line a pair.")] = False,
) -> None:
    """Find reports that hold the same work, with what was changed (over HTTP: GET /v1/reports/{id}/duplicates)."""
    if dismiss is not None and report is None:
        raise InvalidInput("--dismiss به --report نیاز دارد.", detail="--dismiss needs --report")
    application = open_app(load_settings())
    try:
        if report is not None and dismiss is not None:
            application.duplicates.judge(report, dismiss, duplicate=False, by=None)
            typer.echo(f"{report} و {dismiss} دیگر تکراری شمرده نمی‌شوند.", err=True)
        ids = [report] if report is not None else [each.id for each in application.stores.reports.iterate(Filters())]
        seen: set[frozenset[str]] = set()
        for report_id in ids:
            _print(application, report_id, seen, as_json=as_json)
    finally:
        application.close()
    if not seen:
        typer.echo("تکراری پیدا نشد.", err=True)


def _print(application: App, report_id: str, seen: set[frozenset[str]], *, as_json: bool) -> None:
    """Each pair once; a report that went meanwhile has none."""
    try:
        found = application.duplicates.of(report_id)
    except NotFound:
        if not seen and not application.stores.reports.heads([report_id]):
            raise
        return
    for each in found:
        pair = frozenset((report_id, each.report.id))
        if pair in seen:
            continue
        seen.add(pair)
        if as_json:
            typer.echo(json.dumps({"report_id": report_id, **to_json(each)}, ensure_ascii=False))
        else:
            typer.echo(_line(report_id, each))


def _line(report_id: str, found: Duplicate) -> str:
    notes = "، ".join(_FLAGS[flag] for flag in found.flags)
    changed = "، ".join(f"{left} ← {right}" for left, right in found.changed[:6])
    parts = [f"{report_id} = {found.report.id}", f"{_KINDS[found.kind]} {found.probability:.2f}", f"سهم {found.share:.0%}"]
    return "  ".join([*parts, *([notes] if notes else []), *([f"({changed})"] if changed else [])])
