"""`samanyar ngos list | ledger | merge`: the NGOs that the reports name, and what they say they achieved."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from nlp.bootstrap import open_app
from nlp.settings import load_settings
from nlp.text.digits import persian_number, to_persian_digits
from nlp.wire import to_json

FINDINGS = {"repeated": "عدد تکراری در دو دوره", "contradiction": "دو عدد ناسازگار"}

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
def ledger(
    ngo_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the NGO.")],
    as_json: Annotated[bool, typer.Option("--json", help="The shape of the API.")] = False,
) -> None:
    """What an NGO says it achieved, year by year, and figures to look at (over HTTP: GET /v1/ngos/ID/ledger)."""
    application = open_app(load_settings())
    try:
        found = application.ledgers.of(ngo_id)
    finally:
        application.close()
    if as_json:
        typer.echo(json.dumps(to_json(found), ensure_ascii=False, indent=1))
        return
    for total in found.totals:
        apart = [
            f"{name}: {persian_number(value)}"
            for name, value in (("برنامه", total.planned), ("انجام‌نشده", total.not_done))
            if value
        ]
        year, value = to_persian_digits(str(total.year)), persian_number(total.value)
        line = f"{year}\t{value} {total.unit}\t{'، '.join(total.reports)}"
        typer.echo(line + (f"\t({'؛ '.join(apart)})" if apart else ""))
    for flag in found.flags:
        typer.echo(f"{FINDINGS[flag.finding]}: {flag.left.fact.text} / {flag.right.fact.text}")
        for entry in (flag.left, flag.right):
            typer.echo(f"   {entry.report}: «{' '.join(entry.sentence.text.split())}»")
    if not found.entries:
        typer.echo("گزارش‌های این سمن عددی ندارند.", err=True)


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
