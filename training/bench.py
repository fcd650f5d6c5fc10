"""Speed and memory, as ratios from one run: `make bench`.

Reports of about 1,500 characters (440 tokens), `analyze` from end to end, against the plain way: sentence-transformers on torch
float32 for the vector, again for each sentence, again for the domains. Then search over 100,000 stored vectors, the query's
encoding included, and the memory of `serve` at rest. Figures are for this machine; ratios travel.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np

from nlp.adapters.encoders import SentenceTransformersConfig, open_encoder
from nlp.adapters.indexes import open_index
from nlp.bootstrap import App, open_app
from nlp.heads.prototypes import prototype_texts
from nlp.settings import load_settings
from nlp.shipped import DATA, MODELS
from nlp.text.normalize import normalize
from nlp.text.sentences import split_sentences
from nlp.types import FloatArray, SegmentedText, Submission

REPORTS, CHARACTERS = 96, 1500
PLAIN = 12
VECTORS = 100_000
QUERIES = 200
SEED = 7


def make_reports() -> list[str]:
    """Texts of `CHARACTERS` characters from the project's own reports, no two alike."""
    lines = (DATA / "reports" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    stream = "\n".join(sentence for line in lines for sentence in json.loads(line)["sentences"])
    step = (len(stream) - CHARACTERS) // REPORTS
    return [stream[start : start + CHARACTERS] for start in range(0, step * REPORTS, step)]


def bench_analyze(app: App, texts: list[str]) -> float:
    """Reports a second, end to end, in batches as `samanyar score` makes them."""
    submissions = [Submission(text=text) for text in texts]
    app.analyzer.analyze(submissions[:8])
    begin = time.perf_counter()
    for start in range(0, len(submissions), 16):
        app.analyzer.analyze(submissions[start : start + 16])
    return len(texts) / (time.perf_counter() - begin)


def bench_plain(app: App, texts: list[str]) -> float:
    """Reports a second the plain way."""
    encoder = open_encoder(SentenceTransformersConfig(device="cpu"), MODELS / "samanyar-e5-small")
    prototypes = encoder.encode_queries([text for domain in app.taxonomy.domains for text in prototype_texts(domain)])
    encoder.encode_passages(texts[:1])
    begin = time.perf_counter()
    for text in texts:
        clean = normalize(text).text
        sentences = [clean[each.start : each.end] for each in split_sentences(clean)]
        encoder.encode_passages([clean])
        encoder.encode_passages(sentences)
        (encoder.encode_passages([clean, *sentences]) @ prototypes.T).max(axis=0)
    return len(texts) / (time.perf_counter() - begin)


def bench_search(app: App, texts: list[str]) -> list[float]:
    """Milliseconds of each query over `VECTORS` vectors around real ones, its encoding included."""
    real = np.concatenate([each.sentences for each in app.encoder.encode([_segmented(text) for text in texts[:24]])])
    random = np.random.default_rng(SEED)
    vectors: FloatArray = real[random.integers(0, len(real), VECTORS)]
    vectors = vectors + random.normal(0, 0.03, vectors.shape).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = open_index(app.settings.index, vectors.shape[1])
    index.add(np.arange(VECTORS, dtype=np.int64), vectors.astype(np.float32))
    times = []
    for number in range(QUERIES):
        query = texts[number % len(texts)][:60]
        begin = time.perf_counter()
        index.search(app.encoder.encode_queries([normalize(query).text]), 80)
        times.append(1000 * (time.perf_counter() - begin))
    return times


def _segmented(text: str) -> SegmentedText:
    clean = normalize(text).text
    return SegmentedText(None, tuple(clean[each.start : each.end] for each in split_sentences(clean)))


def bench_memory(home: Path) -> float:
    """Resident megabytes of `samanyar serve` at rest, after it says that it is ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "service.cli.main", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env={**os.environ, "SAMANYAR_HOME": str(home)}, stderr=subprocess.DEVNULL)  # noqa: S603 - fixed
    try:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                    break
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                time.sleep(0.3)
        time.sleep(2)
        status = Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8")
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1000
    finally:
        server.terminate()
        server.wait(20)


def main() -> None:
    """Print every figure; nothing here can fail a test."""
    texts = make_reports()
    with tempfile.TemporaryDirectory() as folder:
        app = open_app(load_settings(home=Path(folder)))
        print(f"cores {len(os.sched_getaffinity(0))}, engine {app.encoder.spec.engine}")
        fast = bench_analyze(app, texts)
        plain = bench_plain(app, texts[:PLAIN])
        print(f"analyze: {fast:.1f} reports/s of {CHARACTERS} characters; plain way {plain:.2f}; ratio {fast / plain:.1f}")
        times = sorted(bench_search(app, texts))
        print(
            f"search over {VECTORS:,} vectors, query encoding included: median {statistics.median(times):.1f} ms, "
            f"p95 {times[int(0.95 * len(times))]:.1f} ms"
        )
        app.close()
        print(f"serve at rest: {bench_memory(Path(folder)):.0f} MB resident")


if __name__ == "__main__":
    main()
