"""`samanyar restore FILE`: a backup back into an empty home, verified."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp.adapters.backup import restore_backup
from nlp.bootstrap import open_app
from nlp.settings import load_settings

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def run(file: Annotated[Path, typer.Argument(metavar="FILE", help="What `samanyar backup` wrote.")]) -> None:
    """Check every hash, put the files back into an empty SAMANYAR_HOME, and verify the audit log; exit 1 where it is broken."""
    settings = load_settings()
    count = restore_backup(file, settings.store_url, settings.home)
    application = open_app(settings)
    try:
        entries, broken = application.stores.audit.verify()
        application.stores.audit.record("restore", "home")
        reports = application.stores.reports.stats().reports
    finally:
        application.close()
    typer.echo(f"{count} فایل، {reports} گزارش؛ نمایه با نخستین اجرا یا samanyar index rebuild ساخته می‌شود.", err=True)
    if broken is not None:
        typer.echo(f"رد {broken} از {entries} در گزارش رسیدگی درست نیست.", err=True)
        raise typer.Exit(1)
