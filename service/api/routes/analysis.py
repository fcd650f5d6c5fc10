"""Stateless analysis: nothing is stored."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, TypeVar

import numpy as np
from fastapi import APIRouter, Body, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from nlp.bootstrap import App
from nlp.errors import InvalidInput, SamanyarError
from nlp.pipelines.analyze import ALL_PARTS
from nlp.text.normalize import normalize
from nlp.types import Analysis, FloatArray, Part, Submission
from nlp.wire import to_json
from service.api.context import AppDep, MetricsDep, answer, given
from service.api.errors import invalid, problem_of, speaks_persian
from service.api.observe import Metrics
from service.api.schemas import PROBLEM, EmbedInput, ItemsInput, SummaryInput, TextInput
from service.api.security import require

router = APIRouter(prefix="/v1", tags=["analysis"], dependencies=[Depends(require("read"))])
AnyBody = Annotated[dict[str, Any], Body(description='One input, or {"items": [at most 64 inputs]}.')]
_ANSWERS: dict[int | str, dict[str, Any]] = {200: {"model": Analysis}, 422: PROBLEM}
Input = TypeVar("Input", bound=TextInput)
_INPUT = {"requestBody": {"content": {"application/json": {"schema": TextInput.model_json_schema(by_alias=True)}}}}


def each_input(
    request: Request, body: dict[str, Any], model: type[Input], work: Callable[[list[Input]], list[Any]]
) -> JSONResponse:
    """One input or a list of them; a wrong item of a list is answered by its problem, in its place."""
    persian = speaks_persian(request.headers)
    if "items" not in body:
        try:
            return answer(work([model.model_validate(body)])[0])
        except ValidationError as error:
            raise invalid(error, persian=persian) from error
    try:
        items = ItemsInput.model_validate(body).items
    except ValidationError as error:
        raise invalid(error, persian=persian) from error
    answers: list[Any] = [None] * len(items)
    good: list[tuple[int, Input]] = []
    for number, item in enumerate(items):
        try:
            parsed = model.model_validate(item)
            application: App = request.app.state.application
            application.parser.submission(_fields(parsed))
            application.analyzer.check(parsed.options)
            good.append((number, parsed))
        except ValidationError as error:
            answers[number] = problem_of(invalid(error, persian=persian), persian=persian, instance=request.url.path)
        except SamanyarError as error:
            answers[number] = problem_of(error, persian=persian, instance=request.url.path)
    for (number, _), result in zip(good, work([parsed for _, parsed in good]) if good else [], strict=True):
        answers[number] = to_json(result)
    return answer({"items": answers})


def _fields(item: TextInput) -> dict[str, Any]:
    fields = given(item)
    for name in ("kind", "max_sentences", "max_words", "focus", "method"):
        fields.pop(name, None)
    return fields


def _analyze(application: App, metrics: Metrics, parts: frozenset[Part]) -> Callable[[list[TextInput]], list[Any]]:
    def work(items: list[TextInput]) -> list[Any]:
        submissions: list[Submission] = [application.parser.submission(_fields(item)) for item in items]
        metrics.analysed.inc(len(submissions))
        return [result.analysis for result in application.analyzer.analyze(submissions, parts)]

    return work


@router.post("/analyze", responses=_ANSWERS, openapi_extra=_INPUT)
def analyze(request: Request, body: AnyBody, application: AppDep, metrics: MetricsDep) -> JSONResponse:
    """Everything the machine can say of a text (command line: `samanyar score`)."""
    return each_input(request, body, TextInput, _analyze(application, metrics, ALL_PARTS))


@router.post("/classify", responses=_ANSWERS, openapi_extra=_INPUT)
def classify(request: Request, body: AnyBody, application: AppDep, metrics: MetricsDep) -> JSONResponse:
    """Prevention domains with evidence."""
    return each_input(request, body, TextInput, _analyze(application, metrics, frozenset({"domains"})))


@router.post("/summarize", responses=_ANSWERS, openapi_extra=_INPUT)
def summarize(request: Request, body: AnyBody, application: AppDep, metrics: MetricsDep) -> JSONResponse:
    """A summary made of the report's own sentences, of the length that is asked for, of one domain where `focus` names it."""

    def work(items: list[SummaryInput]) -> list[Any]:
        submissions = [application.parser.submission(_fields(item)) for item in items]
        metrics.analysed.inc(len(submissions))
        found: list[Any] = [None] * len(items)
        for options in dict.fromkeys(item.options for item in items):
            places = [number for number, item in enumerate(items) if item.options == options]
            part: frozenset[Part] = frozenset({"summary"})
            results = application.analyzer.analyze([submissions[place] for place in places], part, options)
            for place, result in zip(places, results, strict=True):
                found[place] = result.analysis
        return found

    return each_input(request, body, SummaryInput, work)


def whole_texts(application: App, texts: list[str]) -> FloatArray:
    """The reports' own vectors, as they are stored: long texts are read in windows, in full. Shape: (len(texts), dimension)."""
    dimension = application.encoder.spec.dimension
    results = application.analyzer.analyze([Submission(text=text) for text in texts], frozenset())
    return np.stack([each.vectors.report for each in results]) if results else np.zeros((0, dimension), dtype=np.float32)


def queries(application: App, texts: list[str]) -> FloatArray:
    """Vectors of queries. Shape: (len(texts), dimension). :raises InvalidInput: a query that the encoder would cut."""
    limit = application.settings.limits.query_characters
    if any(len(text) > limit for text in texts):
        raise InvalidInput(
            f"پرسش بیش از {limit} نویسه است؛ برای متن بلند kind=passage را به کار ببرید.",
            detail=f"a query over {limit} characters",
        )
    return application.encoder.encode_queries([normalize(text).text for text in texts])


@router.post("/embed", responses={422: PROBLEM})
def embed(request: Request, body: AnyBody, application: AppDep) -> JSONResponse:
    """The unit vector of a text: `{"vector": [...], "dimension", "model", "model_sha256"}`."""

    def work(items: list[EmbedInput]) -> list[Any]:
        spec = application.encoder.spec
        texts = [application.parser.submission(_fields(item)).text for item in items]
        kinds = [item.kind for item in items]
        vectors: list[Any] = [None] * len(items)
        for kind, encode in (("passage", partial(whole_texts, application)), ("query", partial(queries, application))):
            places = [number for number, each in enumerate(kinds) if each == kind]
            for number, vector in zip(places, encode([texts[place] for place in places]), strict=True):
                vectors[number] = [round(float(value), 6) for value in vector]
        about = {"dimension": spec.dimension, "model": spec.name, "model_sha256": spec.sha256}
        return [{"vector": vector, **about} for vector in vectors]

    return each_input(request, body, EmbedInput, work)
