"""`samanyar index rebuild | verify | stats`: the search index, which is derived from the store."""

from __future__ import annotations

import typer

from nlp.bootstrap import open_app
from nlp.settings import load_settings

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True, help="The derived search index.")


@app.command()
def rebuild() -> None:
    """Build both indexes anew, of vectors and of words, from what is stored; nothing is encoded. Searches go on meanwhile."""
    application = open_app(load_settings())
    try:
        typer.echo(f"{application.index.rebuild()} vectors indexed")
        typer.echo(f"{application.stores.reports.rebuild_words()} reports indexed by their words")
    finally:
        application.close()


@app.command()
def verify() -> None:
    """Compare the index with the store and with exact cosines; exit 1 when they differ."""
    application = open_app(load_settings())
    try:
        checks = application.index.verify()
        missing, surplus = application.stores.reports.check_words()
    finally:
        application.close()
    for check in checks:
        typer.echo(
            f"{check.kind}: {check.stored} stored, {check.missing} missing, {check.surplus} surplus, "
            f"recall@10 {check.recall:.4f}"
        )
    typer.echo(f"words: {missing} reports missing, {surplus} surplus")
    if missing or surplus or any(check.missing or check.surplus for check in checks):
        raise typer.Exit(1)


@app.command()
def stats() -> None:
    """How much is stored and indexed."""
    application = open_app(load_settings())
    try:
        stored = application.stores.reports.stats()
        sizes = application.index.sizes()
    finally:
        application.close()
    typer.echo(f"reports {stored.reports}, ngos {stored.ngos}, passages {stored.passages}, change log at {stored.head}")
    typer.echo(", ".join(f"{kind} vectors {count}" for kind, count in sizes.items()))
