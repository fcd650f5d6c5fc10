"""Figures against scikit-learn and by hand; the gate's two rules."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, f1_score, precision_score, recall_score

from nlp.evaluation import metrics
from nlp.evaluation.gate import judge_candidate
from nlp.heads.calibration import sureness

draw = np.random.default_rng(3)
TRUTH = (draw.random((80, 5)) < 0.2).astype(np.float32)
PROBABILITIES = np.clip(TRUTH * 0.5 + draw.random((80, 5)) * 0.5, 0, 1).astype(np.float32)
ASSIGNED = (PROBABILITIES > 0.45).astype(np.float32)


def test_f1_and_brier_are_those_of_scikit_learn() -> None:
    assert metrics.f1(TRUTH, ASSIGNED) == pytest.approx(f1_score(TRUTH, ASSIGNED, average="micro"))
    assert metrics.macro_f1(TRUTH, ASSIGNED) == pytest.approx(f1_score(TRUTH, ASSIGNED, average="macro"))
    assert metrics.precision(TRUTH, ASSIGNED) == pytest.approx(precision_score(TRUTH, ASSIGNED, average="micro"))
    assert metrics.recall(TRUTH, ASSIGNED) == pytest.approx(recall_score(TRUTH, ASSIGNED, average="micro"))
    assert metrics.macro(metrics.recall)(TRUTH, ASSIGNED) == pytest.approx(recall_score(TRUTH, ASSIGNED, average="macro"))
    assert metrics.brier(TRUTH, PROBABILITIES) == pytest.approx(
        brier_score_loss(TRUTH.ravel(), PROBABILITIES.ravel()), abs=1e-6
    )
    assert metrics.f1(TRUTH * 0, ASSIGNED * 0) == 0.0


def test_macro_leaves_out_domains_with_fewer_than_three_texts() -> None:
    truth = np.zeros((10, 2), np.float32)
    truth[:5, 0], truth[:2, 1] = 1, 1
    assigned = truth.copy()
    assigned[:, 1] = 0
    assert metrics.macro_f1(truth, assigned) == 1.0


def test_calibration_error_by_hand() -> None:
    truth = np.asarray([[1.0], [0.0], [1.0], [1.0]], np.float32)
    probabilities = np.asarray([[0.65], [0.65], [0.95], [0.95]], np.float32)
    assert metrics.expected_calibration_error(truth, probabilities) == pytest.approx(0.5 * 0.15 + 0.5 * 0.05, abs=1e-6)


def test_reliability_is_read_in_bins() -> None:
    truth = np.asarray([[1.0], [0.0], [1.0], [1.0]], np.float32)
    probabilities = np.asarray([[0.65], [0.61], [0.95], [1.0]], np.float32)
    np.testing.assert_allclose(metrics.reliability(truth, probabilities), [[0.63, 0.5, 0.5], [0.975, 1.0, 0.5]], atol=1e-6)


def test_selective_risk_counts_wrong_labels_among_the_surest() -> None:
    truth = np.asarray([[1], [0], [1], [0]], np.float32)
    assigned = np.asarray([[1], [1], [1], [0]], np.float32)
    sure = np.asarray([0.9, 0.6, 0.8, 0.7], np.float32)
    coverage, risk = metrics.selective_risk(truth, assigned, sure)
    np.testing.assert_allclose(coverage, [0.25, 0.5, 0.75, 1.0])
    np.testing.assert_allclose(risk, [0, 0, 0, 1 / 3], atol=1e-6)
    assert metrics.right_at(truth, assigned, sure, 0.7) == 1.0


def test_the_bootstrap_interval_holds_the_figure() -> None:
    found = metrics.bootstrap(metrics.f1, TRUTH, ASSIGNED, rounds=200)
    assert found.low < found.value < found.high
    assert found == metrics.bootstrap(metrics.f1, TRUTH, ASSIGNED, rounds=200)


def test_sureness_is_that_of_the_most_doubtful_domain() -> None:
    assert sureness(np.asarray([0.99, 0.4, 0.02], np.float32)) == pytest.approx(0.6)


CODES = ["a", "b"]
GATE_TRUTH = np.zeros((40, 2), np.float32)
GATE_TRUTH[:20, 0], GATE_TRUTH[20:28, 1] = 1, 1


def labels(first: int, second: int) -> np.ndarray:
    found = np.zeros_like(GATE_TRUTH)
    found[:first, 0], found[20 : 20 + second, 1] = 1, 1
    return found


def test_the_gate_wants_a_rise() -> None:
    assert judge_candidate(GATE_TRUTH, labels(15, 8), labels(16, 8), CODES).reasons == ()
    assert judge_candidate(GATE_TRUTH, labels(15, 8), labels(15, 8), CODES).reasons


def test_the_gate_refuses_a_domain_that_falls() -> None:
    verdict = judge_candidate(GATE_TRUTH, labels(10, 8), labels(20, 6), CODES)
    assert verdict.after > verdict.before
    assert len(verdict.reasons) == 1
    assert verdict.reasons[0][1] == "F1 of b 1.000 -> 0.857"
    rare = GATE_TRUTH.copy()
    rare[27, 1] = 0
    assert judge_candidate(rare, labels(10, 7), labels(20, 5), CODES).reasons == ()


def test_wilsons_interval_is_that_of_the_textbook() -> None:
    found = metrics.wilson(81, 263)  # Newcombe 1998, table I
    assert (round(found.value, 4), round(found.low, 4), round(found.high, 4)) == (0.308, 0.2553, 0.3662)
    assert (metrics.wilson(0, 20).low, round(metrics.wilson(0, 20).high, 4)) == (0.0, 0.1611)
    assert metrics.wilson(1, 29).low == pytest.approx(0.0061, abs=5e-5)
