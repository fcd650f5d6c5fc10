"""`samanyar audit verify | list`: who did what, and whether the log is whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

import typer

from nlp.bootstrap import App, open_app
from nlp.review.audit import AuditEntry
from nlp.settings import load_settings
from nlp.text.jalali import parse_date

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True, help="The audit log.")
_PAGE = 1000


@app.command()
def verify() -> None:
    """Compute every hash again; exit 1 where an entry was changed or taken out, naming the first."""
    application = open_app(load_settings())
    try:
        count, broken = application.stores.audit.verify()
    finally:
        application.close()
    if broken is not None:
        typer.echo(f"رد {broken} از {count} درست نیست: عوض یا حذف شده است.", err=True)
        raise typer.Exit(1)
    typer.echo(f"{count} entries, unbroken")


@app.command("list")
def list_entries(
    since: Annotated[str | None, typer.Option("--since", help="Jalali or ISO date; from its first moment, UTC.")] = None,
    actor: Annotated[str | None, typer.Option("--actor", help="Such as user:maryam.")] = None,
) -> None:
    """Every entry, newest first, one a line."""
    day = parse_date(since, last=False) if since else None
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None
    application = open_app(load_settings())
    try:
        for each in _entries(application, start, actor):
            detail = json.dumps(each.detail, ensure_ascii=False) if each.detail else ""
            typer.echo("\t".join((str(each.seq), each.at.isoformat(), each.actor, each.action, each.object, detail)))
    finally:
        application.close()


def _entries(application: App, since: datetime | None, actor: str | None) -> Iterator[AuditEntry]:
    cursor: str | None = None
    while True:
        page = application.stores.audit.list(_PAGE, cursor, since=since, by=actor)
        yield from page.items
        cursor = page.next
        if cursor is None:
            return
