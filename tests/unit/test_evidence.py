"""Where evidence is looked for, apart from what the model reads in a sentence."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nlp.heads.calibration import EvidencePrior

PRIOR = EvidencePrior(length=1.0, words=25.0, first=0.6, title=1.0)


def test_a_longer_sentence_is_preferred_up_to_a_length() -> None:
    two, ten, full, endless = PRIOR([2, 10, 25, 400], titled=False) - np.asarray([0.6, 0.3, 0.2, 0.15], np.float32)
    assert (two, ten) == (pytest.approx(math.log(2 / 25), abs=1e-5), pytest.approx(math.log(10 / 25), abs=1e-5))
    assert full == endless == pytest.approx(0, abs=1e-6)


def test_the_beginning_is_preferred_and_the_title_is_not_a_beginning() -> None:
    first, second, title = PRIOR([25, 25, 25], titled=True)
    assert (first, second, title) == (pytest.approx(0.6), pytest.approx(0.3), pytest.approx(-1.0))


def test_a_title_alone_has_a_place() -> None:
    assert PRIOR([5], titled=True).shape == (1,)
