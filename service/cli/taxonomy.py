"""`samanyar taxonomy check`: is a taxonomy file in order?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp.settings import load_settings
from nlp.taxonomy import load_taxonomy

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True, help="The prevention domains.")


@app.callback()
def taxonomy() -> None:
    """The prevention domains."""


@app.command()
def check(path: Annotated[Path | None, typer.Argument(help="A taxonomy file; without it, the one in use.")] = None) -> None:
    """Read a taxonomy file and say what is wrong with it."""
    found = load_taxonomy(path or load_settings().taxonomy)
    typer.echo(f"{found.label}: {len(found.groups)} groups, {len(found.domains)} domains")
