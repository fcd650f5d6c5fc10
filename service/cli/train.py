"""`samanyar train`: from labelled texts, and reviewers' decisions where asked for, to a model that can be promoted."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from nlp.bootstrap import OFFLINE, open_app
from nlp.errors import InvalidInput, MissingExtra
from nlp.settings import load_settings
from nlp.types import Filters

app = typer.Typer(rich_markup_mode=None, add_completion=False)
CONFIG = Path(__file__).parents[2] / "training" / "configs" / "samanyar-1.toml"


@app.command()
def run(
    config: Annotated[Path, typer.Option("--config", help="Every choice, a TOML of training/configs/.")] = CONFIG,
    corpus: Annotated[Path | None, typer.Option("--corpus", help="Folder of the labelled corpora.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="Name of the new model; by default with the time.")] = None,
    resume: Annotated[Path | None, typer.Option("--resume", help="Folder of a run to go on with.")] = None,
    decisions: Annotated[bool, typer.Option("--from-decisions", help="Add the reviewers' stored decisions.")] = False,
) -> None:
    """Train a model; about an hour on two cores with the corpora, ten minutes with data/ alone. It is in use once promoted."""
    import os

    os.environ.update(OFFLINE)
    try:
        from training.train import Run, finish, read_config
    except ModuleNotFoundError as error:
        raise MissingExtra("برای آموزش: pip install samanyar[train]", f"{error.name} is missing: samanyar[train]") from error
    from training.decisions import read_decisions
    from training.texts import read_texts

    if not config.is_file():
        raise InvalidInput(f"فایل {config} نیست.", detail="the training configuration does not exist")
    settings = load_settings()
    choices = read_config(config)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    target = settings.home / "models" / (name or f"{choices['name']}-{stamp}")
    if target.exists():
        raise InvalidInput(f"مدلی به نام {target.name} هست؛ نام دیگری بدهید.", detail=f"{target.name} exists")
    folder = resume or settings.home / "training" / target.name
    application = open_app(settings)
    try:
        texts = read_texts("train", corpus or settings.corpus)
        if decisions:
            stored = application.stores.reports.iterate(Filters())
            texts += read_decisions(stored, choices["branch"]["decision_weight"], held_out=False)
        typer.echo(f"{len(texts)} texts; checkpoints in {folder}", err=True)
        trainer = Run(texts, application.taxonomy, choices, Path(settings.model_folder()), folder, _say)
        clean, damaged = trainer.examples()
        scores = trainer.out_of_fold(clean, damaged)
        found = finish(trainer, scores, trainer.final(clean, damaged), choices, target)
    finally:
        application.close()
    typer.echo(json.dumps({"model": target.name, "out_of_fold": found}, ensure_ascii=False, indent=1))


def _say(line: str) -> None:
    typer.echo(f"{time.strftime('%H:%M:%S')} {line}", err=True)
