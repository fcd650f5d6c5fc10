"""`samanyar ngos list | merge`: the NGOs that the reports name."""

from __future__ import annotations

from typing import Annotated

import typer

from nlp.bootstrap import open_app
from nlp.settings import load_settings

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True, help="The NGOs that the reports name.")


@app.command("list")
def list_ngos() -> None:
    """All NGOs, by name."""
    application = open_app(load_settings())
    try:
        for ngo in application.stores.reports.all_ngos():
            typer.echo("\t".join((ngo.id, ngo.name, ngo.registration_number or "")))
    finally:
        application.close()


@app.command()
def merge(
    keep: Annotated[str, typer.Argument(help="Id of the NGO that stays.")],
    drop: Annotated[str, typer.Argument(help="Id of the NGO whose reports and names go to it.")],
) -> None:
    """Join two NGOs that are one."""
    application = open_app(load_settings())
    try:
        ngo = application.stores.reports.merge_ngos(keep, drop)
    finally:
        application.close()
    typer.echo(f"{ngo.id}\t{ngo.name}")
