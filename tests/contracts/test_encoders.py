"""One suite over every encoder: the same numbers, whatever runs them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from nlp.adapters.encoders import OpenVinoConfig, SentenceTransformersConfig, TorchConfig, load_manifest, open_encoder
from nlp.errors import ModelRefused
from nlp.ports import Encoder
from nlp.settings import SHIPPED_MODEL
from nlp.shipped import DATA, MODELS
from nlp.types import EncodedText, FloatArray, SegmentedText
from training.golden import LATIN_TEXTS

MODEL = MODELS / SHIPPED_MODEL
GOLDEN = Path(__file__).parent.parent / "golden"
ENGINES = {
    "openvino-fp32": OpenVinoConfig(precision="float32"),
    "openvino-int8": OpenVinoConfig(precision="int8"),
    "torch": TorchConfig(device="cpu"),
    "sentence_transformers": SentenceTransformersConfig(device="cpu"),
}
golden = json.loads((GOLDEN / "base_encoder.json").read_text(encoding="utf-8"))

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


@pytest.fixture(scope="module")
def encoders() -> dict[str, Encoder]:
    return {name: open_encoder(config, MODEL) for name, config in ENGINES.items()}


@pytest.fixture(scope="module")
def documents() -> list[SegmentedText]:
    lines = (DATA / "reports" / "dev.jsonl").read_text(encoding="utf-8").splitlines()[:12]
    reports = [json.loads(line) for line in lines]
    short = [SegmentedText(report["title"], tuple(report["sentences"])) for report in reports]
    long = SegmentedText(None, tuple(sentence for document in short for sentence in document.sentences))
    return [*short, long, SegmentedText(None, ("یک جمله.",)), SegmentedText("عنوان", ("😊",))]


def vectors(encoded: list[EncodedText]) -> FloatArray:
    """Every vector of every document, one below the other."""
    rows = [
        np.concatenate([each.vector[None], each.sentences, np.stack([passage.vector for passage in each.passages])])
        for each in encoded
    ]
    return np.concatenate(rows)


def test_openvino_in_float32_agrees_with_torch(encoders: dict[str, Encoder], documents: list[SegmentedText]) -> None:
    torch, openvino = (vectors(encoders[name].encode(documents)) for name in ("torch", "openvino-fp32"))
    assert np.abs(torch - openvino).max() < 1e-4


def test_the_default_precision_stays_near_float32(encoders: dict[str, Encoder], documents: list[SegmentedText]) -> None:
    exact, fast = (vectors(encoders[name].encode(documents)) for name in ("openvino-fp32", "openvino-int8"))
    assert (exact * fast).sum(axis=1).min() >= 0.995
    assert open_encoder(OpenVinoConfig(), MODEL).spec.engine == "openvino-int8"


def test_the_domain_branch_agrees_between_engines(encoders: dict[str, Encoder], documents: list[SegmentedText]) -> None:
    rows = {}
    for name in ("torch", "openvino-fp32", "openvino-int8"):
        branches = [each.branch for each in encoders[name].encode(documents)]
        assert all(branch is not None for branch in branches)
        windows = [window.vector for branch in branches if branch for window in branch.windows]
        rows[name] = np.concatenate([*(branch.sentences for branch in branches if branch), np.stack(windows)])
    assert np.abs(rows["torch"] - rows["openvino-fp32"]).max() < 1e-3
    lengths = [np.linalg.norm(rows[name], axis=1) for name in ("openvino-fp32", "openvino-int8")]
    assert ((rows["openvino-fp32"] * rows["openvino-int8"]).sum(axis=1) / lengths[0] / lengths[1]).min() >= 0.97


def test_sentence_transformers_loads_the_folder_and_gives_our_document_vector(encoders: dict[str, Encoder]) -> None:
    texts = [text for text in golden["texts"] if len(text) < 300]
    theirs = encoders["sentence_transformers"].encode_passages(texts)
    ours = np.stack([each.vector for each in encoders["torch"].encode([SegmentedText(None, (text,)) for text in texts])])
    assert (theirs * ours).sum(axis=1).min() >= 0.999


@pytest.mark.parametrize("name", ["openvino-fp32", "torch", "sentence_transformers"])
def test_vectors_of_the_untouched_encoder_are_those_before_pruning(name: str) -> None:
    before = load_file(GOLDEN / "base_encoder.safetensors")["vectors"]
    now = open_encoder(ENGINES[name], MODELS / "samanyar-e5-small").encode_passages(golden["texts"])
    assert (before * now).sum(axis=1).min() >= 0.9999


def test_persian_text_is_cut_into_the_tokens_of_the_model_before_pruning() -> None:
    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    prompt = load_manifest(MODEL).prompts["passage"]
    assert [tokenizer.encode(prompt + text).tokens for text in golden["texts"]] == golden["tokens"]


@pytest.mark.parametrize("text", LATIN_TEXTS)
def test_no_latin_word_becomes_unknown(text: str) -> None:
    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    assert tokenizer.token_to_id("<unk>") not in tokenizer.encode(text).ids


@pytest.mark.parametrize("name", list(ENGINES))
def test_vectors_are_unit_float32_of_the_stated_shape(encoders: dict[str, Encoder], name: str) -> None:
    encoder = encoders[name]
    document = SegmentedText("عنوان", ("جملهٔ نخست.", "جملهٔ دوم."))
    encoded = encoder.encode([document])[0]
    assert encoded.sentences.shape == (2, encoder.spec.dimension)
    for vector in (encoded.vector, encoded.sentences[1], encoded.passages[0].vector, encoder.encode_queries(["پرسش"])[0]):
        assert vector.dtype == np.float32
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert encoder.encode([]) == []
    assert encoder.encode_queries([]).shape == (0, encoder.spec.dimension)


def test_a_passage_near_in_meaning_comes_first(encoders: dict[str, Encoder]) -> None:
    encoder = encoders["openvino-int8"]
    passages = encoder.encode_passages(
        ["مبارزه با قاچاق و مصرف مواد مخدر در شهر", "جدایی زن و شوهر و مهریه", "تالاب و جنگل و حیات وحش"]
    )
    for number, query in enumerate(("اعتیاد", "طلاق", "محیط زیست")):
        assert int(np.argmax(passages @ encoder.encode_queries([query])[0])) == number


def test_an_altered_file_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder)
    with (folder / "tokenizer.json").open("a", encoding="utf-8") as file:
        file.write(" ")
    for config in ENGINES.values():
        with pytest.raises(ModelRefused, match=r"tokenizer\.json"):
            open_encoder(config, folder)


def test_a_folder_without_manifest_is_refused_by_our_engines(tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match=r"manifest\.toml"):
        open_encoder(OpenVinoConfig(), tmp_path)
    with pytest.raises(ModelRefused):
        open_encoder(OpenVinoConfig(), tmp_path / "none")


def test_the_shipped_model_keeps_its_promises_of_size_and_licence() -> None:
    manifest = load_manifest(MODEL)
    assert (MODEL / "model.safetensors").stat().st_size < 70_000_000
    assert manifest.dimension == 384
    assert not list(MODEL.rglob("*.pkl")) + list(MODEL.rglob("*.bin*.pt")) + list(MODEL.rglob("pytorch_model*"))
    assert "MIT" in (MODEL / "CARD.md").read_text(encoding="utf-8")
