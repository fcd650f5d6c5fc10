"""`samanyar doctor`: is this installation in order?"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable

import typer

from nlp.bootstrap import App, open_app
from nlp.errors import SamanyarError
from nlp.settings import load_settings
from nlp.types import Submission

app = typer.Typer(rich_markup_mode=None, add_completion=False)
_SAMPLE = "انجمن ما در سال ۱۴۰۲ برای ۱۲۰ خانوادهٔ معتادان بهبودیافته کارگاه پیشگیری از اعتیاد برگزار کرد."


@app.command()
def run() -> None:
    """Check settings, model, database, index, and OCR; exit 1 when something that is needed is broken."""
    application = open_app(load_settings())
    broken = False
    checks: list[tuple[str, Callable[[App], str]]] = [
        ("home", lambda a: f"{a.settings.home} ({shutil.disk_usage(a.settings.home.resolve().parent).free / 1e9:.0f} GB free)"),
        ("taxonomy", lambda a: f"{a.taxonomy.label}, {len(a.taxonomy.domains)} domains"),
        ("model", lambda a: f"{a.encoder.spec.name} on {a.encoder.spec.engine}, sha256 {a.encoder.spec.sha256[:12]}"),
        ("analysis", _analysis),
        ("database", lambda a: f"{a.stores.reports.stats().reports} reports"),
        ("index", lambda a: ", ".join(f"{kind} {count}" for kind, count in a.index.sizes().items())),
    ]
    try:
        for name, check in checks:
            try:
                typer.echo(f"ok      {name}: {check(application)}")
            except (SamanyarError, OSError) as error:
                broken = True
                typer.echo(f"BROKEN  {name}: {error}")
        typer.echo(_ocr())
    finally:
        application.close()
    if broken:
        raise typer.Exit(1)


def _analysis(application: App) -> str:
    found = application.analyzer.analyze([Submission(text=_SAMPLE)])[0].analysis
    return f"first domain of the sample is {found.domains[0].code if found.domains else 'none'}"


def _ocr() -> str:
    binary = shutil.which("tesseract")
    if binary is None:
        return "absent  ocr: scans are refused until tesseract-ocr and tesseract-ocr-fas are installed (optional)"
    languages = subprocess.run([binary, "--list-langs"], capture_output=True, text=True, check=False, timeout=20)  # noqa: S603 - fixed
    if "fas" not in languages.stdout.split():
        return "absent  ocr: tesseract is there, its Persian data (tesseract-ocr-fas) is not (optional)"
    return "ok      ocr: tesseract with fas"
