"""Annif is asked through its command line; a command that answers like it stands in for it."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import pytest

from nlp.shipped import DATA
from nlp.taxonomy import load_taxonomy
from training.external import annif_command, annif_scores

# Scores 0.75 for the first subject of the training file, and keeps what it was called with.
SCRIPT = """#!/usr/bin/env python3
import pathlib, sys
here = pathlib.Path(".")
with open("{log}", "a") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n")
if sys.argv[1] == "index":
    subject = (here / "train.tsv").read_text(encoding="utf-8").split("\\t")[1].split()[0]
    for path in (here / sys.argv[3]).glob("*.txt"):
        path.with_suffix(".annif").write_text(f"{{subject}}\\tname\\t0.75\\n", encoding="utf-8")
"""


def test_scores_of_annif_follow_the_order_of_the_taxonomy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "annif"
    script.write_text(SCRIPT.format(log=tmp_path / "log"), encoding="utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert annif_command() == str(script)
    taxonomy = load_taxonomy(DATA / "taxonomy.yaml")
    truth = np.zeros((1, len(taxonomy.domains)), dtype=np.float32)
    truth[0, 4] = 1
    scores = annif_scores(["متن\nدو سطر"], truth, ["یکم", "دوم"], taxonomy)
    assert scores.shape == (2, len(taxonomy.domains))
    assert scores[:, 4].tolist() == [0.75, 0.75]
    assert scores.sum() == 1.5
    called = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert called == [
        "load-vocab domains --language fa domains.tsv",
        "train samanyar train.tsv",
        "index samanyar asked --limit 20",
    ]
