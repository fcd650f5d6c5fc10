"""`samanyar taxonomy check | migrate`: is a taxonomy file in order; stored codes as new ones."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp.bootstrap import open_app
from nlp.pipelines.recode import recode
from nlp.review.recode import load_codes
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


@app.command()
def migrate(
    codes: Annotated[Path, typer.Argument(metavar="MAP", help='TOML: [codes] with old = "new", ["one", "other"] or [].')],
    apply: Annotated[bool, typer.Option("--apply", help="Write; without it, only say what would change.")] = False,
) -> None:
    """Bring stored reports and reviewers' decisions to the codes of the taxonomy in use."""
    application = open_app(load_settings())
    try:
        mapping = load_codes(codes, application.taxonomy)
        stores = application.stores
        found = recode(stores.reports, stores.reviews, application.taxonomy, mapping, apply=apply)
    finally:
        application.close()
    typer.echo(f"{found.reports} reports, {found.decisions} decisions {'changed' if apply else 'would change; --apply writes'}")
    if found.unknown:
        typer.echo(f"این کدها نه در فهرست حوزه‌ها هستند و نه در نقشه: {'، '.join(found.unknown)}", err=True)
