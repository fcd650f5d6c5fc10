"""Are NGOs found by half of their reports? Mean reciprocal rank of the other half, beside two plain ways.

    python -m training.similar_ngos [--model models/samanyar-1]

Each of the 24 NGOs of `data/ngos` becomes two, one with every other report; the reports of `data/reports` train, one NGO each,
are the crowd. Everything runs through the product's own store and search. Also checked: every shared code that a reason names
stands in an analysis of both sides, and every pair of passages stands in reports of both. Three minutes.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize as unit

from nlp.bootstrap import App, open_app
from nlp.review.reasons import Work, joint
from nlp.settings import load_settings
from nlp.shipped import DATA
from nlp.types import Facets, Filters, FloatArray, Ngo, Report, SimilarNgo
from training.corpora import read_lines

HALVES = 2


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=None)
    parser.add_argument("--crowd", type=int, default=300)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        chosen = {"model": arguments.model} if arguments.model else {}
        application = open_app(load_settings(home=Path(home), **chosen))
        fill(application, arguments.crowd)
        measure(application, print)
        application.close()


def fill(application: App, crowd: int) -> None:
    """Both halves of each NGO under names of their own, and the crowd."""
    seen: dict[str, int] = defaultdict(int)
    rows = []
    for row in read_lines(DATA / "ngos" / "reports.jsonl"):
        half = seen[row["key"]] % HALVES
        seen[row["key"]] += 1
        rows.append((row, f"{row['key']} {half}"))
    rows += [(row, row["ngo"]) for row in list(read_lines(DATA / "reports" / "train.jsonl"))[:crowd]]
    for row, ngo in rows:
        fields = {name: row[name] for name in ("id", "title", "province", "city", "period")}
        text = "\n".join(row["sentences"])
        application.ingest.submit(application.ingest.parse({**fields, "text": text, "ngo": {"name": ngo}}))


def measure(application: App, say: Callable[[str], None]) -> dict[str, float]:
    """MRR of the product and of both plain ways; and how many reasons and passages were not true of both sides."""
    store = application.stores.reports
    ngos = list(store.all_ngos())
    halves = {each.name: each for each in ngos if each.name.startswith("n") and each.name[-2:] in {" 0", " 1"}}
    ranks: list[int] = []
    false = 0
    for name, ngo in halves.items():
        other = halves[f"{name[:-1]}{1 - int(name[-1])}"]
        found = application.similar_ngos.similar(ngo.id, len(ngos))
        ids = [each.ngo.id for each in found]
        ranks.append(ids.index(other.id) + 1 if other.id in ids else 0)
        false += sum(untrue(application, ngo, each) for each in found[:10])
    result = {"samanyar": _mrr(ranks), "false reasons": float(false)}
    say(f"samanyar: MRR {result['samanyar']:.4f} of {len(ranks)}; untrue reasons or passages: {false}")
    for method, rows in (("mean vector", _means(application, ngos)), ("TF-IDF", _tfidf(application, ngos))):
        similar = rows @ rows.T - 2 * np.eye(len(ngos))
        place = {ngo.name: n for n, ngo in enumerate(ngos)}
        found_at = []
        for name in halves:
            scores = similar[place[name]]
            target = scores[place[f"{name[:-1]}{1 - int(name[-1])}"]]
            found_at.append(1 + int((scores > target).sum()))
        result[method] = _mrr(found_at)
        say(f"{method}: MRR {result[method]:.4f}")
    return result


def untrue(application: App, ngo: Ngo, found: SimilarNgo) -> int:
    """How many shared codes and passages do not stand in stored reports of both sides."""
    both = [list(application.stores.reports.iterate(Filters(ngo=each.id))) for each in (ngo, found.ngo)]
    wrong = 0
    for reports in both:
        analyses = [report.analysis for report in reports if report.analysis]
        shown: dict[str, set[Any]] = {
            "domains": {code for each in analyses for code in each.assigned},
            "activities": {code for each in analyses if each.facets for code in each.facets.activities},
            "target_groups": {code for each in analyses if each.facets for code in each.facets.target_groups},
            "provinces": {report.province for report in reports},
        }
        wrong += sum(code not in shown[kind] for kind, codes in found.shared.items() for code in codes)
    works = [[_work(report) for report in reports] for reports in both]
    together = joint(*works)
    if together is not None:
        sides = [
            any(
                together.activity in work.activities
                and together.target_group in work.target_groups
                and (not together.provinces or work.province in together.provinces)
                for work in side
            )
            for side in works
        ]
        wrong += sides.count(False)
    texts = [{report.id: report.text for report in reports} for reports in both]
    for pair in found.passages:
        for side, known in zip(("left", "right"), texts, strict=True):
            span = pair[side]
            wrong += known.get(pair[f"{side}_report"], "")[span.start : span.end] != span.text
    return wrong


def _work(report: Report) -> Work:
    facets = report.analysis.facets if report.analysis and report.analysis.facets else Facets()
    return Work(report.province, frozenset(facets.activities), frozenset(facets.target_groups))


def _mrr(ranks: list[int]) -> float:
    return float(np.mean([1 / rank if rank else 0.0 for rank in ranks]))


def _means(application: App, ngos: list[Ngo]) -> FloatArray:
    store, encoder = application.stores.reports, application.encoder.spec.sha256
    rows = []
    for ngo in ngos:
        vectors = [store.report_vectors(report.id, encoder) for report in store.iterate(Filters(ngo=ngo.id))]
        rows.append(np.mean([each.report for each in vectors if each], axis=0))
    result: FloatArray = unit(np.stack(rows))
    return result


def _tfidf(application: App, ngos: list[Ngo]) -> FloatArray:
    store = application.stores.reports
    texts = [
        "\n".join(f"{report.title}\n{report.text}" for report in store.iterate(Filters(ngo=ngo.id))).replace("\u200c", " ")
        for ngo in ngos
    ]
    rows: FloatArray = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2).fit_transform(texts).toarray()
    return rows


if __name__ == "__main__":
    main()
