"""`samanyar train`: from labelled texts, and reviewers' decisions where asked for, to a model that can be promoted."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from nlp.bootstrap import OFFLINE, open_app
from nlp.errors import InvalidInput, MissingExtra
from nlp.settings import Settings, load_settings
from nlp.shipped import MODELS
from nlp.types import Filters

app = typer.Typer(rich_markup_mode=None, add_completion=False)
CONFIG = Path(__file__).parents[2] / "training" / "configs" / "samanyar-1.toml"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@app.command()
def run(
    config: Annotated[Path, typer.Option("--config", help="Every choice, a TOML of training/configs/.")] = CONFIG,
    corpus: Annotated[Path | None, typer.Option("--corpus", help="Folder of the labelled corpora.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="Name of the new model; by default with the time.")] = None,
    resume: Annotated[Path | None, typer.Option("--resume", help="Folder of a run to go on with.")] = None,
    decisions: Annotated[bool, typer.Option("--from-decisions", help="Add the reviewers' stored decisions.")] = False,
) -> None:
    """Train a model; about two hours on two cores with the corpora, half an hour with data/ alone. In use once promoted."""
    import os

    os.environ.update(OFFLINE)
    try:
        from training.run import Run
        from training.train import encoder_for, finish, read_config
    except ModuleNotFoundError as error:
        raise MissingExtra("برای آموزش: pip install samanyar[train]", f"{error.name} is missing: samanyar[train]") from error
    from training.corpora import read_texts
    from training.decisions import read_decisions

    settings = load_settings()
    choices = read_config(config)
    target = _target(settings, name or f"{choices['name']}-{datetime.now(UTC).strftime('%Y%m%d-%H%M%S')}")
    if resume is not None and not resume.is_dir():
        raise InvalidInput(f"پوشهٔ {resume} نیست.", detail=f"{resume} is no folder of a run")
    folder = resume or settings.home / "training" / target.name
    corpus = corpus or settings.corpus
    texts = read_texts("train", corpus)
    application = open_app(settings)
    try:
        if decisions:
            stored = application.stores.reports.iterate(Filters())
            texts += read_decisions(stored, choices["branch"]["decision_weight"], held_out=False)
        typer.echo(f"{len(texts)} texts; checkpoints in {folder}", err=True)
        trainer = Run(texts, application.taxonomy, choices, MODELS / choices["base"], folder, _say)
        encoder = encoder_for(trainer, corpus, Path(settings.model_folder()))
        clean, damaged = trainer.examples()
        scores = trainer.out_of_fold(clean, damaged)
        final = trainer.final(clean, damaged)
        found = finish(trainer, scores, final, encoder, application.taxonomy, folder / "model", target.name)
    finally:
        application.close()
    target.parent.mkdir(parents=True, exist_ok=True)
    (folder / "model").rename(target)
    typer.echo(json.dumps({"model": target.name, "out_of_fold": found}, ensure_ascii=False, indent=1))


def _target(settings: Settings, name: str) -> Path:
    """Where the model will stand. :raises InvalidInput: no good name, or one that is taken."""
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            f"نام «{name}» برای مدل پذیرفته نیست: حرف و رقم لاتین، نقطه، خط تیره و زیرخط، دست‌بالا ۶۴ نویسه.",
            detail="a model's name is 1 to 64 of A-Z a-z 0-9 . _ -",
        )
    if name in {model.name for model in settings.shelf.models()}:
        raise InvalidInput(f"مدلی به نام {name} هست؛ نام دیگری بدهید.", detail=f"a model {name} exists")
    return settings.home / "models" / name


def _say(line: str) -> None:
    typer.echo(f"{time.strftime('%H:%M:%S')} {line}", err=True)
