"""`samanyar keys create | list | revoke`: API keys with scopes."""

from __future__ import annotations

from typing import Annotated

import typer

from nlp.bootstrap import open_app
from nlp.errors import InvalidInput
from nlp.review.permissions import SCOPES
from nlp.settings import load_settings

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True, help="API keys for SAMANYAR_AUTH=on.")


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Whose key it is.")],
    scopes: Annotated[str, typer.Option("--scopes", help="Of: read submit review export admin, joined by commas.")] = "read",
    ngo: Annotated[str | None, typer.Option("--ngo", help="Bind the key to one NGO, by its id.")] = None,
) -> None:
    """Make a key. It is printed once, on standard output, and only its SHA-256 is kept."""
    wanted = frozenset(scope.strip() for scope in scopes.split(",") if scope.strip())
    if not wanted or wanted - set(SCOPES):
        raise InvalidInput(
            f"اختیارهای شدنی: {'، '.join(SCOPES)}.", detail=f"unknown scopes: {', '.join(sorted(wanted - set(SCOPES)))}"
        )
    application = open_app(load_settings())
    try:
        key, secret = application.stores.keys.create(name, wanted, ngo)
    finally:
        application.close()
    typer.echo(f"{key.id}: این کلید دیگر نشان داده نمی‌شود؛ آن را همین حالا نگه دارید.", err=True)
    typer.echo(secret)


@app.command("list")
def list_keys() -> None:
    """All keys, without their secrets."""
    application = open_app(load_settings())
    try:
        keys = application.stores.keys.all()
    finally:
        application.close()
    for key in keys:
        state = "revoked" if key.revoked_at else "active"
        typer.echo("\t".join((key.id, key.name, ",".join(sorted(key.scopes)), key.ngo or "", state)))


@app.command()
def revoke(key_id: Annotated[str, typer.Argument(help="Id of the key, as `keys list` shows it.")]) -> None:
    """Make a key worthless at once."""
    application = open_app(load_settings())
    try:
        key = application.stores.keys.revoke(key_id)
    finally:
        application.close()
    typer.echo(f"{key.id}\trevoked")
