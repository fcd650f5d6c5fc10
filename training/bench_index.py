"""The vector index at three sizes: build time, memory, recall@10 against exact cosines, time of a query, plain and filtered.

    python -m training.bench_index [--sizes 10000 100000 1000000]

Vectors are drawn around real passages of our own reports, so that they crowd as real ones do. The filter keeps one vector in
31, as a province does. Part of `make bench`; four minutes on two cores, 3 GB.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from nlp.adapters.indexes.faiss import FaissIndex
from nlp.bootstrap import open_app
from nlp.settings import load_settings
from nlp.shipped import DATA
from nlp.text.normalize import normalize
from nlp.types import FloatArray, IntArray, SegmentedText
from training.corpora import read_lines

QUERIES, K, SEED = 200, 10, 7
FILTER = 31
BATCH = 50_000
SPREAD = 0.03


def real_passages(count: int) -> FloatArray:
    """Vectors of passages of our own reports, (n, dimension)."""
    with tempfile.TemporaryDirectory() as home:
        application = open_app(load_settings(home=Path(home)))
        rows = list(read_lines(DATA / "reports" / "train.jsonl"))[:count]
        texts = [SegmentedText(None, tuple(normalize(each).text for each in row["sentences"])) for row in rows]
        return np.stack([each.vector for text in application.encoder.encode(texts) for each in text.passages])


def drawn(real: FloatArray, count: int, draw: np.random.Generator) -> FloatArray:
    """`count` unit vectors around the real ones."""
    rows = real[draw.integers(0, len(real), count)] + draw.normal(0, SPREAD, (count, real.shape[1])).astype(np.float32)
    result: FloatArray = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return result


def exact(queries: FloatArray, vectors: FloatArray, rows: IntArray | None = None) -> IntArray:
    """Ids of the K nearest, (n_queries, K)."""
    found = []
    some = vectors if rows is None else vectors[rows]
    for query in queries:
        best = np.argpartition(-(some @ query), K)[:K]
        found.append(best if rows is None else rows[best])
    return np.stack(found)


def recall(found: IntArray, expected: IntArray) -> float:
    """Mean share of the exact neighbours that were found."""
    return float(np.mean([len(set(one) & set(two)) / K for one, two in zip(found.tolist(), expected.tolist(), strict=True)]))


def timed(index: FaissIndex, queries: FloatArray, allowed: IntArray | None) -> tuple[IntArray, FloatArray]:
    """Ids of each query's neighbours, and milliseconds of each."""
    found, times = [], []
    for query in queries:
        begin = time.perf_counter()
        ids, _ = index.search(query[None], K, allowed)
        times.append(1000 * (time.perf_counter() - begin))
        found.append(ids[0])
    return np.stack(found), np.asarray(times, dtype=np.float32)


def bench(real: FloatArray, count: int) -> str:
    """One row of the table."""
    draw = np.random.default_rng(SEED)
    vectors = drawn(real, count, draw)
    queries = drawn(real, QUERIES, draw)
    allowed = np.arange(0, count, FILTER, dtype=np.int64)
    index = FaissIndex(real.shape[1])
    begin = time.perf_counter()
    for start in range(0, count, BATCH):
        index.add(np.arange(start, min(start + BATCH, count), dtype=np.int64), vectors[start : start + BATCH])
    built = time.perf_counter() - begin
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        index.save(path)
        size = path.stat().st_size / 1e6
        begin = time.perf_counter()
        FaissIndex(real.shape[1]).load(path)
        loaded = time.perf_counter() - begin
    plain, plain_times = timed(index, queries, None)
    some, some_times = timed(index, queries, allowed)
    p = [np.percentile(times, share) for times in (plain_times, some_times) for share in (50, 95)]
    return (
        f"| {count:,} | {'flat' if index.is_flat else 'lists'} | {built:.1f} s | {loaded:.2f} s | {size:.0f} MB "
        f"| {recall(plain, exact(queries, vectors)):.3f} | {recall(some, exact(queries, vectors, allowed)):.3f} "
        f"| {p[0]:.1f} / {p[1]:.1f} ms | {p[2]:.1f} / {p[3]:.1f} ms |"
    )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    arguments = parser.parse_args()
    real = real_passages(200)
    print("| vectors | kind | build | load | memory | recall@10 | with a filter | p50 / p95 | with a filter |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for count in arguments.sizes:
        print(bench(real, count), flush=True)
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB")


if __name__ == "__main__":
    main()
