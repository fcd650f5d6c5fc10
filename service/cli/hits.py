"""Search results and filters, as `search` and `similar` share them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import cast, get_args

import typer

from nlp.bootstrap import App
from nlp.errors import InvalidInput
from nlp.text.jalali import parse_date
from nlp.types import Filters, Hit, SimilarNgo, Status
from nlp.wire import to_json

_SHOWN = 160


def make_filters(
    application: App,
    *,
    domain: str | None = None,
    group: str | None = None,
    province: str | None = None,
    ngo: str | None = None,
    status: str | None = None,
    since: str | None = None,
    until: str | None = None,
) -> Filters:
    """Filters from option values. :raises InvalidInput: a code or name that means nothing."""
    if domain is not None and domain not in application.taxonomy.by_code:
        raise InvalidInput(f"حوزه‌ای با کد «{domain}» نیست.", detail=f"known codes: {' '.join(application.taxonomy.by_code)}")
    groups = [each.code for each in application.taxonomy.groups]
    if group is not None and group not in groups:
        raise InvalidInput(f"گروهی با کد «{group}» نیست.", detail=f"known codes: {' '.join(groups)}")
    if status is not None and status not in get_args(Status):
        raise InvalidInput(f"وضعیت «{status}» شناخته نشد.", detail=f"one of {' '.join(get_args(Status))}")
    code = application.provinces.resolve(province) if province else None
    if province and code is None:
        raise InvalidInput(f"استان «{province}» شناخته نشد.", detail="give a name or an ISO code such as IR-23")
    first = parse_date(since, last=False) if since else None
    last = parse_date(until, last=True) if until else None
    return Filters(
        domain=domain, group=group, province=code, ngo=ngo, status=cast(Status | None, status), since=first, until=last
    )


def print_hits(application: App, hits: Sequence[Hit], *, as_json: bool) -> None:
    """To standard output: the list shape of the API, or a few lines a hit for people."""
    if as_json:
        typer.echo(json.dumps({"items": to_json(hits), "next": None}, ensure_ascii=False, indent=1))
        return
    for hit in hits:
        where = application.provinces.name(hit.report.province) if hit.report.province else "—"
        names = "، ".join(
            application.taxonomy.by_code[code].fa for code in hit.report.domains if code in application.taxonomy.by_code
        )
        ngo = hit.report.ngo.name if hit.report.ngo else "—"
        typer.echo(f"{hit.rank}. {hit.report.title or '(بی‌عنوان)'} — {ngo} — {where}  [{_numbers(hit)}]  {hit.report.id}")
        typer.echo(f"   {names or 'بی‌حوزه'}")
        if hit.passage:
            typer.echo(f"   {' '.join(hit.passage.text.split())[:200]}")
    if not hits:
        typer.echo("چیزی پیدا نشد.", err=True)


def _numbers(hit: Hit) -> str:
    """Cosine, and BM25 where words were found."""
    cosine = "—" if hit.similarity is None else f"{hit.similarity:.4f}"
    return cosine if hit.bm25 is None else f"{cosine} · BM25 {hit.bm25:.2f}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


def print_ngos(ngos: Sequence[SimilarNgo], *, as_json: bool) -> None:
    """Similar NGOs, as the API or for people."""
    if as_json:
        typer.echo(json.dumps({"items": to_json(ngos), "next": None}, ensure_ascii=False, indent=1))
        return
    for rank, found in enumerate(ngos, start=1):
        typer.echo(f"{rank}. {found.ngo.name}  [{found.similarity:.4f}]  {found.ngo.id}\n   {found.reason}")
        for pair in found.passages[:1]:
            typer.echo(f"   «{_short(pair['left'].text)}»\n   «{_short(pair['right'].text)}»")
    if not ngos:
        typer.echo("چیزی پیدا نشد.", err=True)
