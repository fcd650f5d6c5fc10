"""Measure a model as the product uses it: whole submissions through the analyzer, on texts that trained nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nlp.evaluation import metrics
from nlp.evaluation.perturb import PERTURBATIONS, Sample, perturb, swap_names
from nlp.heads.calibration import sureness
from nlp.pipelines.analyze import Analyzed, Analyzer
from nlp.provinces import Provinces
from nlp.taxonomy import Taxonomy
from nlp.types import Analysis, FloatArray, Span, Submission
from training.texts import LabelledText, truth_of

BATCH = 32
SELECTIVE_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Judged:
    """truth, probabilities, assigned: (n_texts, n_domains)."""

    truth: FloatArray
    probabilities: FloatArray
    assigned: FloatArray

    def __getitem__(self, chosen: Any) -> Judged:
        return Judged(self.truth[chosen], self.probabilities[chosen], self.assigned[chosen])

    @property
    def sure(self) -> FloatArray:
        return np.asarray([sureness(row) for row in self.probabilities], dtype=np.float32)


def judge(
    analyzer: Analyzer, samples: Sequence[Sample], truth: FloatArray, say: Callable[[str], None]
) -> tuple[Judged, list[Analysis]]:
    """Probabilities, labels and analyses of the samples as they would be sent."""
    found: list[Analyzed] = []
    for at in range(0, len(samples), BATCH):
        found += analyzer.analyze([Submission(sample.text, title=sample.title) for sample in samples[at : at + BATCH]])
        say(f"{len(found)}/{len(samples)}")
    probabilities = np.stack([each.scores.probabilities for each in found if each.scores])
    assigned = (probabilities >= analyzer.decision.thresholds).astype(np.float32)
    return Judged(truth, probabilities, assigned), [each.analysis for each in found]


def figures(judged: Judged, taxonomy: Taxonomy) -> dict[str, Any]:
    """Every figure of one split, as plain values."""
    truth, assigned = judged.truth, judged.assigned
    domains = {
        domain.code: {"positives": int(truth[:, number].sum()), **three(truth[:, [number]], assigned[:, [number]])}
        for number, domain in enumerate(taxonomy.domains)
    }
    coverage, risk = metrics.selective_risk(truth, assigned, judged.sure)
    return {
        "texts": len(truth),
        "micro": three(truth, assigned),
        "macro": three(truth, assigned, metrics.macro),
        "reliability": metrics.reliability(truth, judged.probabilities).tolist(),
        "ece": metrics.expected_calibration_error(truth, judged.probabilities),
        "brier": metrics.brier(truth, judged.probabilities),
        "aurc": metrics.area_under_risk_coverage(truth, assigned, judged.sure),
        "right_on_surest_70": metrics.right_at(truth, assigned, judged.sure, SELECTIVE_SHARE),
        "domains": domains,
        "confusions": metrics.confusions(truth, assigned, [domain.code for domain in taxonomy.domains]),
        "selective_risk": {"coverage": coverage.tolist(), "risk": risk.tolist()},
    }


def three(
    truth: FloatArray, assigned: FloatArray, over: Callable[[metrics.Measure], metrics.Measure] = lambda measure: measure
) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 with their bootstrap intervals."""
    measures = {"precision": metrics.precision, "recall": metrics.recall, "f1": metrics.f1}
    return {name: interval(metrics.bootstrap(over(measure), truth, assigned)) for name, measure in measures.items()}


def interval(found: metrics.Interval) -> dict[str, float]:
    """As plain values."""
    return {"value": found.value, "low": found.low, "high": found.high}


def robustness(
    analyzer: Analyzer, texts: Sequence[LabelledText], clean: Judged, provinces: Provinces, say: Callable[[str], None]
) -> dict[str, dict[str, float]]:
    """For each perturbation: micro-F1, its change, and the share of the text-domain labels that flip among those that either
    reading assigns, and among all."""
    names = {provinces.get(code).fa: provinces.get(code).cities for code in provinces.codes}
    ngos = sorted({text.ngo for text in texts if text.ngo}) or ["مؤسسهٔ مهر ماندگار", "کانون یاران فردا"]
    samples = [text.sample for text in texts]
    suite = {name: [perturb(name, sample) for sample in samples] for name in PERTURBATIONS}
    suite["names_swapped"] = [swap_names(sample, ngos, names) for sample in samples]
    before = metrics.f1(clean.truth, clean.assigned)
    found = {}
    for name, changed in suite.items():
        judged, _ = judge(analyzer, changed, clean.truth, lambda text, name=name: say(f"{name}: {text}"))  # type: ignore[misc]
        after = metrics.f1(judged.truth, judged.assigned)
        flips = judged.assigned != clean.assigned
        either = np.logical_or(judged.assigned, clean.assigned).sum()
        found[name] = {
            "micro_f1": after,
            "change": after - before,
            "flips_of_all": float(flips.mean()),
            "flips_of_assigned": float(flips.sum() / max(either, 1)),
        }
    return found


def evidence_hits(analyses: Sequence[Analysis], texts: Sequence[LabelledText]) -> tuple[int, int]:
    """Of the rightly assigned domains: how many have a top evidence span that annotators chose, and how many there are."""
    right = total = 0
    for analysis, text in zip(analyses, texts, strict=True):
        spans = spans_of(text)
        for domain in analysis.domains:
            if not domain.assigned or not domain.evidence or not text.domains.get(domain.code):
                continue
            total += 1
            top = domain.evidence[0]
            right += any(_meets(top, place, spans) for place in text.domains[domain.code])
    return right, total


def _meets(span: Span, place: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether more than half of the span lies in the annotators' sentence `place` (-1: the title)."""
    if span.field == "title" or place < 0:
        return span.field == "title" and place < 0
    return min(span.end, spans[place][1]) - max(span.start, spans[place][0]) > (span.end - span.start) / 2


def spans_of(text: LabelledText) -> list[tuple[int, int]]:
    """Where each sentence stands in the text as it is sent."""
    spans, at = [], 0
    for sentence in text.sentences:
        spans.append((at, at + len(sentence)))
        at += len(sentence) + len(text.sample.joint)
    return spans


def measure_split(
    analyzer: Analyzer, texts: Sequence[LabelledText], taxonomy: Taxonomy, say: Callable[[str], None]
) -> tuple[Judged, dict[str, Any]]:
    """All figures of one split but robustness."""
    truth = truth_of(texts, taxonomy)
    began = time.perf_counter()
    judged, analyses = judge(analyzer, [text.sample for text in texts], truth, say)
    seconds = time.perf_counter() - began
    found = figures(judged, taxonomy)
    sure = np.asarray([text.sure for text in texts])
    if 0 < sure.sum() < len(texts):
        part = judged[sure]
        found["sure_only"] = {
            "texts": int(sure.sum()),
            "micro_f1": metrics.f1(part.truth, part.assigned),
            "macro_f1": metrics.macro_f1(part.truth, part.assigned),
        }
    right, total = evidence_hits(analyses, texts)
    found["evidence"] = {"right": right, "of": total, "share": right / max(total, 1)}
    found["texts_per_second"] = len(texts) / seconds
    return judged, found
