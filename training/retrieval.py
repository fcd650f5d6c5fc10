"""Does an encoder find what is looked for? On what trained nothing: Hamshahri topics, PQuAD's measuring part, STS-B dev.

nDCG: Järvelin and Kekäläinen 2002, binary gains. Encoders are compared on documents read from their beginning, as one passage
each; the modes of search on whole documents in a store, as the product searches them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from nlp.adapters.indexes import FaissConfig, open_index
from nlp.adapters.stores import SqlConfig, open_stores
from nlp.pipelines.analyze import Analyzer
from nlp.pipelines.index import LiveIndex
from nlp.pipelines.search import MODES, Search
from nlp.ports import Encoder, ReportStore
from nlp.text.normalize import normalize
from nlp.types import Filters, FloatArray, Report, Submission
from training.corpora import read_lines
from training.pairs import measures

DOCUMENT_WORDS = 120
DEPTH = 10
RECALL_DEPTH = 100
BATCH = 256


def ndcg(ranked: Sequence[str], relevant: set[str], depth: int = DEPTH) -> float:
    """Normalized discounted cumulative gain of the first `depth` ids, each relevant or not."""
    gain = sum(1 / np.log2(place + 2) for place, each in enumerate(ranked[:depth]) if each in relevant)
    best = sum(1 / np.log2(place + 2) for place in range(min(depth, len(relevant))))
    return float(gain / best) if best else 0.0


def measure_retrieval(encoder: Encoder, corpus: Path, say: Callable[[str], None]) -> dict[str, dict[str, float]]:
    """Each figure with the number of queries or pairs behind it."""
    return {
        "Hamshahri dev topics, nDCG@10": hamshahri(encoder, corpus / "retrieval", say),
        "PQuAD measuring part, R@1": questions(encoder, corpus / "pairs" / "pquad.jsonl.gz", say),
        "STS-B dev, Spearman": similarity(encoder, corpus / "pairs" / "stsb_fa.jsonl.gz", say),
    }


def hamshahri(encoder: Encoder, folder: Path, say: Callable[[str], None]) -> dict[str, float]:
    """Mean nDCG@10 over the topics."""
    documents = list(read_lines(folder / "hamshahri_documents.jsonl.gz"))
    topics = list(read_lines(folder / "hamshahri_dev_queries.jsonl"))
    rows = _passages(encoder, [_beginning(each["text"]) for each in documents], "Hamshahri", say)
    asked = encoder.encode_queries([_beginning(each["text"]) for each in topics])
    ids = np.asarray([each["id"] for each in documents])
    order = np.argsort(-(asked @ rows.T), axis=1)[:, :DEPTH]
    found = [ndcg(ids[best].tolist(), set(topic["relevant"])) for topic, best in zip(topics, order, strict=True)]
    return {"value": float(np.mean(found)), "of": len(topics)}


def questions(encoder: Encoder, path: Path, say: Callable[[str], None]) -> dict[str, float]:
    """Share of questions whose own passage comes first among all passages of the part."""
    rows = [row for row in read_lines(path) if measures(row["title"])]
    texts: Mapping[str, int] = {text: n for n, text in enumerate(dict.fromkeys(row["text"] for row in rows))}
    asked = [row for row in rows if not row["is_impossible"]]
    passages = _passages(encoder, [_beginning(text) for text in texts], "PQuAD", say)
    vectors = encoder.encode_queries([_beginning(row["question"]) for row in asked])
    best = (vectors @ passages.T).argmax(axis=1)
    right = [number == texts[row["text"]] for number, row in zip(best, asked, strict=True)]
    return {"value": float(np.mean(right)), "of": len(asked)}


def similarity(encoder: Encoder, path: Path, say: Callable[[str], None]) -> dict[str, float]:
    """Rank correlation of cosine and annotators' score."""
    rows = [row for row in read_lines(path) if row["split"] == "dev"]
    say(f"STS-B: {len(rows)} pairs")
    left, right = (encoder.encode_queries([_beginning(row[side]) for row in rows]) for side in ("text", "text2"))
    return {"value": float(spearmanr((left * right).sum(axis=1), [row["score"] for row in rows])[0]), "of": len(rows)}


def measure_search(analyzer: Analyzer, corpus: Path, say: Callable[[str], None]) -> dict[str, dict[str, dict[str, float]]]:
    """For each set and mode: nDCG@10 and recall@100 through the product's own store, index and search, documents read whole."""
    documents = read_lines(corpus / "retrieval" / "hamshahri_documents.jsonl.gz")
    topics = list(read_lines(corpus / "retrieval" / "hamshahri_dev_queries.jsonl"))
    rows = [row for row in read_lines(corpus / "pairs" / "pquad.jsonl.gz") if measures(row["title"])]
    passages = {text: f"p{n}" for n, text in enumerate(dict.fromkeys(row["text"] for row in rows))}
    asked = [row for row in rows if not row["is_impossible"]]
    return {
        "Hamshahri dev topics": _modes(
            analyzer,
            {row["id"]: row["text"] for row in documents},
            [(topic["text"], set(topic["relevant"])) for topic in topics],
            lambda line: say(f"Hamshahri, whole: {line}"),
        ),
        "PQuAD measuring part": _modes(
            analyzer,
            {name: text for text, name in passages.items()},
            [(row["question"], {passages[row["text"]]}) for row in asked],
            lambda line: say(f"PQuAD, whole: {line}"),
        ),
    }


def _modes(
    analyzer: Analyzer, documents: Mapping[str, str], queries: Sequence[tuple[str, set[str]]], say: Callable[[str], None]
) -> dict[str, dict[str, float]]:
    with tempfile.TemporaryDirectory() as name:
        stores = open_stores(SqlConfig(url=f"sqlite:///{name}/store.db"))
        spec = analyzer.encoder.spec
        _fill(stores.reports, analyzer, documents, say)
        index = LiveIndex(stores.reports, lambda: open_index(FaissConfig(), spec.dimension), spec.sha256, Path(name) / "index")
        search = Search(stores.reports, analyzer.encoder, index)
        found: dict[str, dict[str, float]] = {}
        for mode in MODES:
            say(f"{mode}, {len(queries)} queries")
            gains, recalls = [], []
            for text, relevant in queries:
                ranking = [each.report_id for each in search.ranked(search.query(text), Filters(), RECALL_DEPTH, mode)]
                gains.append(ndcg(ranking, relevant))
                recalls.append(len(relevant & set(ranking[:RECALL_DEPTH])) / len(relevant))
            found[mode] = {"ndcg": float(np.mean(gains)), "recall": float(np.mean(recalls)), "of": len(queries)}
        stores.close()
        return found


def _fill(store: ReportStore, analyzer: Analyzer, documents: Mapping[str, str], say: Callable[[str], None]) -> None:
    items = list(documents.items())
    now = datetime.now(UTC)
    for at in range(0, len(items), BATCH):
        some = items[at : at + BATCH]
        vectors = analyzer.analyze([Submission(text) for _, text in some], frozenset())
        for (name, text), each in zip(some, vectors, strict=True):
            store.put(Report(name, None, None, text, None, None, None, now, None, "pending", None, None, {}, 1), each.vectors)
        say(f"{at + len(some)}/{len(items)}")


def _beginning(text: str) -> str:
    return " ".join(normalize(text).text.split()[:DOCUMENT_WORDS])


def _passages(encoder: Encoder, texts: Sequence[str], name: str, say: Callable[[str], None]) -> FloatArray:
    parts = []
    for at in range(0, len(texts), BATCH):
        parts.append(encoder.encode_passages(texts[at : at + BATCH]))
        say(f"{name}: {min(at + BATCH, len(texts))}/{len(texts)}")
    return np.concatenate(parts)
