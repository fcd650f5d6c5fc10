"""Summaries in a model's own words: a tiny sequence-to-sequence model made here, and an endpoint on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import structlog
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, T5Config, T5ForConditionalGeneration

from nlp.adapters.generators import NoGenerator, OpenAiGenerator, TransformersGenerator, open_generator
from nlp.errors import GeneratorFailed, InvalidInput, ModelRefused
from nlp.pipelines.analyze import Analyzer
from nlp.types import Submission, Summary, SummaryOptions

TEXT = (
    "انجمن یاوران مهر در سال ۱۴۰۲ دوازده کارگاه پیشگیری از اعتیاد برای ۳۵۰ دانش‌آموز در رشت برگزار کرد. "
    "شماره تماس مسئول ۰۹۱۲۳۴۵۶۷۸۹ است. خانواده‌ها نیز در ۲۰ نشست مشاوره شرکت کردند و ۴۵ معتاد درمان شدند."
)
ASKED = SummaryOptions(abstractive=True)
Answer = Callable[[dict[str, Any]], tuple[int, dict[str, str], bytes]]


@dataclass
class Endpoint:
    """What it is to answer, and what it was sent."""

    url: str
    answer: Answer
    seen: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


def chat(text: str) -> Answer:
    body = json.dumps({"choices": [{"message": {"content": text}}]}).encode()
    return lambda _: (200, {}, body)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    state = Endpoint("", chat(""))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.seen.append({"path": self.path, **sent})
            state.headers.append(dict(self.headers))
            status, headers, body = state.answer(sent)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


def summary_of(analyzer: Analyzer, endpoint: Endpoint) -> Summary:
    config = OpenAiGenerator(url=endpoint.url, model="m", api_key="secret", timeout_seconds=5)  # type: ignore[arg-type]
    analyzer_with = analyzer.writing(open_generator(config))
    summary = analyzer_with.analyze([Submission(TEXT)], frozenset({"summary"}), ASKED)[0].analysis.summary
    assert summary is not None
    return summary


def test_none_is_open_by_default(analyzer: Analyzer) -> None:
    assert open_generator(NoGenerator()) is None
    with pytest.raises(InvalidInput, match="no generator"):
        analyzer.analyze([Submission(TEXT)], frozenset({"summary"}), ASKED)


def test_a_faithful_text_is_shown_with_its_sources(analyzer: Analyzer, endpoint: Endpoint) -> None:
    endpoint.answer = chat("۱۲ کارگاه در رشت برای ۳۵۰ دانش‌آموز برپا شد.")
    summary = summary_of(analyzer, endpoint)
    assert (summary.method, summary.text, summary.fallback) == (
        "abstractive:openai:m", "۱۲ کارگاه در رشت برای ۳۵۰ دانش‌آموز برپا شد.", None,
    )  # fmt: skip
    assert summary.sentences
    assert all(TEXT[each.start : each.end] == each.text for each in summary.sentences)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("۱۵ کارگاه برای ۳۵۰ دانش‌آموز برپا شد.", "number_not_in_report"),
        ("در سال ۱۴۰۱ دوازده کارگاه برپا شد.", "date_not_in_report"),
        ("در لاهیجان ۱۲ کارگاه برپا شد.", "place_not_in_report"),
        ("خانم اکبری ۱۲ کارگاه برگزار کرد.", "name_not_in_report"),
        ("Twelve workshops were held for students of the city.", "language"),
        ("", "empty"),
        ("کارگاه " * 400, "too_long"),
    ],
)
def test_what_is_not_in_the_report_gives_way_to_its_own_sentences(
    text: str, code: str, analyzer: Analyzer, endpoint: Endpoint
) -> None:
    endpoint.answer = chat(text)
    summary = summary_of(analyzer, endpoint)
    plain = analyzer.analyze([Submission(TEXT)], frozenset({"summary"}))[0].analysis.summary
    assert plain is not None
    assert (summary.method, summary.text) == ("extractive", plain.text)
    assert summary.fallback is not None
    assert summary.fallback.code == code


def test_personal_data_does_not_leave(analyzer: Analyzer, endpoint: Endpoint) -> None:
    summary_of(analyzer, endpoint)
    sent = json.dumps(endpoint.seen, ensure_ascii=False)
    assert "۰۹۱۲۳۴۵۶۷۸۹" not in sent
    assert "[تلفن]" in sent
    assert endpoint.seen[0]["path"] == "/v1/chat/completions"
    assert endpoint.headers[0]["Authorization"] == "Bearer secret"


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: (500, {}, b"{}"),
        lambda _: (200, {}, b"no json"),
        lambda _: (200, {}, b'{"choices": []}'),
        lambda _: (200, {}, b'{"choices": [{"message": {"content": null}}]}'),
        lambda _: (200, {}, b" " * 1_100_000),
        lambda _: (200, {}, b"[" * 500_000),
        lambda _: (200, {}, b'{"choices": [{"message": {"content": "\\ud800"}}]}'),
    ],
)
def test_an_endpoint_that_fails_costs_only_its_own_text(answer: Answer, analyzer: Analyzer, endpoint: Endpoint) -> None:
    endpoint.answer = answer
    summary = summary_of(analyzer, endpoint)
    assert summary.method == "extractive"
    assert summary.fallback is not None
    assert summary.fallback.code == "generator_failed"


def test_redirects_are_not_followed(analyzer: Analyzer, endpoint: Endpoint) -> None:
    endpoint.answer = lambda _: (307, {"Location": f"{endpoint.url}/elsewhere"}, b"")
    summary = summary_of(analyzer, endpoint)
    assert summary.fallback is not None
    assert len(endpoint.seen) == 1


def test_every_call_is_in_the_log_and_no_text_is(analyzer: Analyzer, endpoint: Endpoint) -> None:
    endpoint.answer = chat("۱۲ کارگاه در رشت برپا شد.")
    with structlog.testing.capture_logs() as lines:
        summary_of(analyzer, endpoint)
        endpoint.answer = lambda _: (500, {}, b"")
        summary_of(analyzer, endpoint)
    calls = [line for line in lines if line["event"] == "generator"]
    assert [(call["host"], call["model"], call["outcome"]) for call in calls] == [
        ("127.0.0.1", "m", "answered"),
        ("127.0.0.1", "m", "ValueError"),
    ]
    assert "کارگاه" not in json.dumps(calls, ensure_ascii=False)
    assert "secret" not in json.dumps(calls)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sequence-to-sequence model of a few thousand weights that has learned to answer one sentence."""
    folder = tmp_path_factory.mktemp("tiny")
    words = ["<pad>", "</s>", "<unk>", *dict.fromkeys(f"{TEXT} خلاصه ۱۲ برپا شد .".split())]
    fast = Tokenizer(models.WordLevel({word: number for number, word in enumerate(words)}, unk_token="<unk>"))
    fast.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=fast, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", model_max_length=64
    )
    torch.manual_seed(1)
    model = T5ForConditionalGeneration(
        T5Config(
            vocab_size=len(words), d_model=32, d_kv=8, d_ff=64, num_layers=1, num_heads=2, decoder_start_token_id=0,
            pad_token_id=0, eos_token_id=1, tie_word_embeddings=True, dropout_rate=0.0,
        )
    )  # fmt: skip
    source = tokenizer(TEXT, return_tensors="pt", truncation=True)
    target = torch.tensor([[*tokenizer("دوازده کارگاه در رشت برگزار کرد.").input_ids, 1]])
    steps = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(150):
        loss = model(input_ids=source.input_ids, labels=target).loss
        steps.zero_grad()
        loss.backward()
        steps.step()
    model.save_pretrained(folder, safe_serialization=True)
    tokenizer.save_pretrained(folder)
    return folder


def test_a_local_model_writes_what_it_has_learned_and_the_gate_lets_it_pass(analyzer: Analyzer, tiny: Path) -> None:
    writer = analyzer.writing(open_generator(TransformersGenerator(model=tiny, device="cpu")))
    summary = writer.analyze([Submission(TEXT)], frozenset({"summary"}), ASKED)[0].analysis.summary
    assert summary is not None
    assert summary.text.startswith("دوازده کارگاه در رشت")
    assert summary.method == f"abstractive:transformers:{tiny.name}"


def test_a_folder_that_holds_no_such_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelRefused):
        open_generator(TransformersGenerator(model=tmp_path, device="cpu"))


def test_an_endpoint_that_is_not_there_fails_clearly() -> None:
    generator = open_generator(OpenAiGenerator(url="http://127.0.0.1:9", model="m", timeout_seconds=1))  # type: ignore[arg-type]
    assert generator is not None
    with pytest.raises(GeneratorFailed):
        generator.summarize(TEXT, 50)
