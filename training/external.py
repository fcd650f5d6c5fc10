"""Baselines by other projects' own software: SetFit (Tunstall et al. 2022), and Annif's omikuji backend where it is installed.

Both are fitted on four of the five folds; their threshold is chosen on the fifth.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nlp.taxonomy import Taxonomy
from nlp.types import FloatArray

SETFIT_STEPS = 50
SETFIT_TOKENS = 128
SETFIT_TEXTS = 400
_PROJECT = """[samanyar]
name=samanyar
language=fa
backend=omikuji
analyzer=simple
vocab=domains
limit=20
"""
_SUBJECT = "http://samanyar.invalid/"


def setfit_scores(base: Path, known: Sequence[str], truth: FloatArray, asked: Sequence[str]) -> FloatArray:
    """Probabilities (n_asked, n_domains) of SetFit on the encoder in `base`: contrastive fine-tuning in `SETFIT_STEPS` steps of
    16 pairs of `SETFIT_TEXTS` texts (it lists every pair of those it is given), on their first `SETFIT_TOKENS` tokens; then one
    logistic regression a domain over all texts. Nine minutes on two cores."""
    from datasets import Dataset
    from setfit import SetFitModel, Trainer, TrainingArguments

    model = SetFitModel.from_pretrained(str(base), multi_target_strategy="one-vs-rest", local_files_only=True)
    model.model_body.float()  # stored in half precision, in which a processor is a hundred times slower
    model.model_body.max_seq_length = SETFIT_TOKENS
    rows = Dataset.from_dict({"text": list(known), "label": truth.astype(int).tolist()})
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder, batch_size=16, max_steps=SETFIT_STEPS, seed=13, report_to="none", show_progress_bar=False
        )
        trainer = Trainer(model=model, args=arguments, train_dataset=rows)
        some = rows.shuffle(seed=13).select(range(min(SETFIT_TEXTS, len(rows))))
        trainer.train_embeddings(*trainer.dataset_to_parameters(some), args=arguments)
        trainer.train_classifier(*trainer.dataset_to_parameters(rows), args=arguments)
    return np.asarray(model.predict_proba(list(asked), as_numpy=True), dtype=np.float32)


def annif_command() -> str | None:
    """The path of `annif`, or None where it is not installed."""
    return shutil.which("annif")


def annif_scores(known: Sequence[str], truth: FloatArray, asked: Sequence[str], taxonomy: Taxonomy) -> FloatArray:
    """Scores (n_asked, n_domains) of Annif's omikuji backend with its default settings."""
    codes = [domain.code for domain in taxonomy.domains]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "projects.cfg").write_text(_PROJECT, encoding="utf-8")
        vocabulary = "\n".join(f"<{_SUBJECT}{domain.code}>\t{domain.fa}" for domain in taxonomy.domains)
        (folder / "domains.tsv").write_text(vocabulary + "\n", encoding="utf-8")
        rows = [
            " ".join(text.split()) + "\t" + " ".join(f"<{_SUBJECT}{codes[n]}>" for n in np.flatnonzero(labels))
            for text, labels in zip(known, truth, strict=True)
        ]
        (folder / "train.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        documents = folder / "asked"
        documents.mkdir()
        for number, text in enumerate(asked):
            (documents / f"{number}.txt").write_text(text, encoding="utf-8")
        _annif(folder, "load-vocab", "domains", "--language", "fa", "domains.tsv")
        _annif(folder, "train", "samanyar", "train.tsv")
        _annif(folder, "index", "samanyar", "asked", "--limit", "20")
        scores = np.zeros((len(asked), len(codes)), dtype=np.float32)
        for number in range(len(asked)):
            for line in (documents / f"{number}.annif").read_text(encoding="utf-8").splitlines():
                subject, *_, score = line.split("\t")
                scores[number, codes.index(subject.strip("<>").removeprefix(_SUBJECT))] = float(score)
    return scores


def _annif(folder: Path, *arguments: str) -> None:
    command = [annif_command() or "annif", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603 - our own arguments
