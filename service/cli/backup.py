"""`samanyar backup FILE`: all that cannot be made again, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp.adapters.backup import write_backup
from nlp.bootstrap import open_app
from nlp.settings import load_settings

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def run(file: Annotated[Path, typer.Argument(metavar="FILE", help="A .tar to write; only its owner may read it.")]) -> None:
    """Copy the database and the models trained here, while `serve` goes on; the file holds everything, so keep it safe."""
    settings = load_settings()
    application = open_app(settings)
    try:
        application.stores.audit.record("backup", "home")
    finally:
        application.close()
    with settings.shelf.lock():
        count = write_backup(settings.store_url, settings.home, file)
    typer.echo(f"{count} فایل در {file}", err=True)
