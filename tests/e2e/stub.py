"""A small server that answers as `interface.md` says, from keywords instead of a model: what the page's tests run against."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated, Any

import yaml
from fastapi import APIRouter, FastAPI, Header, Request, Response
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import UploadFile
from starlette.middleware.base import RequestResponseEndpoint

from nlp.shipped import DATA
from nlp.types import (
    Analysis,
    DomainScore,
    Fact,
    Field,
    GroupScore,
    Hit,
    Ngo,
    Period,
    Plan,
    Provenance,
    QualityNote,
    Reject,
    Report,
    ReportHead,
    ReviewReason,
    ScoredSpan,
    Source,
    Span,
    Summary,
)
from nlp.wire import to_json
from service.web.routes import STATIC, router

CSP = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
PROVINCES = (("IR-23", "تهران"), ("IR-06", "خوزستان"), ("IR-17", "کهگیلویه و بویراحمد"), ("IR-11", "سیستان و بلوچستان"))
KEYWORDS = {
    "addiction": ("اعتیاد", "ترک", "مصرف‌کنندگان", "شیشه", "مواد مخدر"),
    "women_empowerment": ("زنان", "مادران", "زن "),
    "reconciliation": ("سازش", "گذشت"),
    "prisoners_reentry": ("زندان",),
    "youth_delinquency": ("دبیرستان", "دانش‌آموز"),
    "livelihood": ("کارگاه", "درآمد"),
}
SENTENCE = re.compile(r"[^.؟!\n]+[.؟!]?")
FACT = re.compile(r"([۰-۹0-9]+) (?:نفر|زن|دانش‌آموز|پرونده|خانواده)")
ASSIGNED_AT = 0.5
PERSIAN = str.maketrans("يك", "یک")
PROVENANCE = Provenance(
    model="samanyar-stub",
    model_sha256="0" * 64,
    engine="stub",
    taxonomy="1:3f2a9c01",
    normalizer="1",
    thresholds="default",
    at="2026-01-01T08:30:00Z",
    parts=("domains", "summary", "facts"),
)


def _spans(text: str, field: Field) -> list[ScoredSpan]:
    found = []
    for match in SENTENCE.finditer(text):
        body = match.group().strip()
        if body:
            start = match.start() + match.group().index(body)
            found.append(ScoredSpan(field=field, start=start, end=start + len(body), text=body, score=0.7))
    return found


def _domains(taxonomy: dict[str, Any], source: Mapping[Field, str]) -> list[DomainScore]:
    names = {item["code"]: item["fa"] for item in taxonomy["domains"]}
    spans = [span for field in source for span in _spans(source[field].translate(PERSIAN), field)]
    found = []
    for code, words in KEYWORDS.items():
        own = [span for span in spans if any(word in span.text for word in words)]
        if own:
            evidence = tuple(replace(span, text=source[span.field][span.start : span.end]) for span in own[:3])
            probability = round(min(0.9973, 0.21 + 0.24 * len(own)), 4)
            found.append(DomainScore(code, names[code], probability, probability >= ASSIGNED_AT, "head", evidence))
    return sorted(found, key=lambda domain: -domain.probability)


def _groups(taxonomy: dict[str, Any], domains: list[DomainScore]) -> tuple[GroupScore, ...]:
    names = {item["code"]: item["fa"] for item in taxonomy["groups"]}
    group_of = {item["code"]: item["group"] for item in taxonomy["domains"]}
    highest: dict[str, DomainScore] = {}
    for domain in domains:
        highest.setdefault(group_of[domain.code], domain)
    return tuple(GroupScore(code, names[code], domain.probability, domain.assigned) for code, domain in highest.items())


def _reasons(text: str, domains: list[DomainScore]) -> tuple[ReviewReason, ...]:
    told: dict[ReviewReason, bool] = {
        "near_threshold": any(abs(domain.probability - ASSIGNED_AT) < 0.1 for domain in domains),
        "out_of_scope": not any(domain.assigned for domain in domains),
        "too_short": len(text.split()) < 8,
    }
    return tuple(reason for reason, holds in told.items() if holds)


def analyse(text: str, title: str | None = None) -> Analysis:
    """An analysis with real offsets: a domain is as probable as it has sentences with its keywords."""
    taxonomy = yaml.safe_load((DATA / "taxonomy.yaml").read_text(encoding="utf-8"))
    domains = _domains(taxonomy, {"title": title or "", "text": text})
    reasons = _reasons(text, domains)
    repaired = _spans(text.translate(PERSIAN), "text")[:6:2]
    originals = tuple(replace(span, text=text[span.start : span.end]) for span in repaired)
    facts = tuple(
        Fact("people", float(m.group(1)), None, m.group().split()[1], None, "text", m.start(), m.end(), m.group())
        for m in FACT.finditer(text)
    )
    plans = tuple(
        Plan("people", 2.0, None, "مددکار", None, "text", m.start(), m.end(), m.group(), "planned")
        for m in re.finditer("دو مددکار", text)
    )
    dirty: tuple[QualityNote, ...] = ()
    if text.translate(PERSIAN) != text:
        dirty = (QualityNote("arabic_letters", repaired=True), QualityNote("line_breaks", repaired=False))
    return Analysis(
        domains=tuple(domains),
        groups=_groups(taxonomy, domains),
        needs_review=bool(reasons),
        review_reasons=reasons,
        facets=None,
        summary=Summary(" ".join(span.text for span in repaired), "extractive", title, originals),
        facts=facts,
        plans=plans,
        quality=dirty,
        provenance=PROVENANCE,
    )


def make_report(values: Mapping[str, Any], *, source: Source | None = None) -> Report:
    """A stored report; its id is told by its text, so that the same text is the same report."""
    text = str(values["text"])
    name = values.get("ngo")
    return Report(
        id=str(values.get("id") or f"R{sum(map(ord, text)) % 10**9:09d}"),
        ngo=Ngo("01J00000000000000000000NGO", str(name)) if name else None,
        title=values.get("title"),
        text=text,
        province=values.get("province"),
        city=None,
        period=Period(date(2023, 3, 21), date(2024, 3, 19)) if values.get("period") else None,
        submitted_at=datetime(2026, 1, 1, tzinfo=UTC),
        source=source,
        status="pending",
        analysis=analyse(text, values.get("title")),
        review=None,
        extra={},
        version=1,
    )


STORED: tuple[dict[str, Any], ...] = (
    {
        "id": "demo-1",
        "title": "کلاس سازش در دهستان پاتاوه",
        "ngo": "خانه آشتی دنا",
        "province": "IR-17",
        "period": True,
        "text": "ما در ۲۳ پرونده سازش برقرار کردیم. در دو پرونده قتل، خانواده‌ها گذشت کردند. همه روستا آمدند.",
    },
    {
        "id": "demo-2",
        "title": "کارگاه دوخت زنان چابهار",
        "ngo": "بانوان مکران",
        "province": "IR-11",
        "period": True,
        "text": "کارگاه ما ۴۰ زن را به درآمد رساند. زنان سرپرست خانوار با سود کارگاه بدهی خود را دادند.",
    },
    {
        "id": "demo-3",
        "title": "مرکز سرپایی ترک در حاشیه شهر",
        "ngo": "یاران رهایی",
        "province": "IR-23",
        "text": "در شش ماه ۶۰ نفر برای ترک اعتیاد آمدند. درباره شیشه در مدرسه گفتیم. ترک با خانواده آسان‌تر شد.",
    },
)


def problem(status: int, title: str, detail: str = "", **more: Any) -> JSONResponse:
    """RFC 9457 problem details."""
    body = {"type": f"https://samanyar.invalid/problems/{status}", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status, media_type="application/problem+json")


class Stub:
    """The part of `/v1` that the page talks to. A job moves by one row each time it is asked about."""

    def __init__(self) -> None:
        self.taxonomy = yaml.safe_load((DATA / "taxonomy.yaml").read_text(encoding="utf-8"))
        self.reports = {str(values["id"]): make_report(values) for values in STORED}
        self.jobs: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, str] = {}

    def domains(self) -> Any:
        return {"items": self.taxonomy["domains"], "groups": self.taxonomy["groups"], "next": None}

    def analyze(self, body: dict[str, Any]) -> Any:
        return to_json(analyse(body["text"], body.get("title")))

    def search(self, q: str) -> Any:
        return self.hits(q)

    def search_text(self, body: dict[str, Any]) -> Any:
        return self.hits(body["text"])

    def hits(self, text: str, *, without: str | None = None) -> dict[str, Any]:
        words = set(text.translate(PERSIAN).split())
        scored = [(len(words & set(report.text.split())), report) for report in self.reports.values() if report.id != without]
        scored = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: -pair[0])[:5]
        return {
            "items": to_json([hit(report, score, rank) for rank, (score, report) in enumerate(scored, start=1)]),
            "next": None,
        }

    async def create(self, request: Request, idempotency_key: Annotated[str | None, Header()] = None) -> Response:
        if request.headers.get("content-type", "").startswith("multipart/"):
            async with request.form() as form:
                upload = form["file"]
                assert isinstance(upload, UploadFile)
                return self.read_file(upload.filename or "", (await upload.read()).decode("utf-8"))
        if idempotency_key not in self.answers:
            report = self.keep(make_report(await request.json()))
            self.answers[idempotency_key or ""] = report.id
        return JSONResponse(to_json(self.reports[self.answers[idempotency_key or ""]]), 201)

    def read_file(self, name: str, content: str) -> Response:
        if not name.endswith(".csv"):
            return JSONResponse(
                to_json(self.keep(make_report({"text": content, "title": name}, source=Source(file=name)))), 201
            )
        job = f"job-{len(self.jobs) + 1}"
        self.jobs[job] = {"name": name, "rows": list(csv.DictReader(io.StringIO(content))), "done": 0, "state": "queued"}
        return JSONResponse(self.job_json(job), 202, headers={"Location": f"/v1/jobs/{job}"})

    def keep(self, report: Report) -> Report:
        self.reports[report.id] = report
        return report

    def job_json(self, job_id: str) -> dict[str, Any]:
        job = self.jobs[job_id]
        rejects = [
            Reject(Source(job["name"], None, row), "empty_text", "متن این ردیف خالی است.")
            for row, values in enumerate(job["rows"][: job["done"]], start=2)
            if not values["متن"]
        ]
        return {
            "id": job_id,
            "kind": "import",
            "state": job["state"],
            "done": job["done"],
            "total": len(job["rows"]),
            "errors": [
                {**to_json(item.source), "code": item.code, "message": item.message, "detail": None} for item in rejects
            ],
            "result_url": f"/v1/reports?job={job_id}" if job["state"] == "done" else None,
        }

    def job(self, job_id: str) -> Any:
        if job_id not in self.jobs:
            return problem(404, "چنین کاری پیدا نشد.")
        job = self.jobs[job_id]
        if job["state"] in {"queued", "running"}:
            job["done"] += 1
            job["state"] = "done" if job["done"] >= len(job["rows"]) else "running"
        return self.job_json(job_id)

    def cancel(self, job_id: str) -> Any:
        self.jobs[job_id]["state"] = "cancelled"
        return self.job_json(job_id)

    def listed(self, job: str) -> Any:
        rows = [values for values in self.jobs[job]["rows"] if values["متن"]]
        made = [self.keep(make_report({"text": values["متن"], "title": values["عنوان"]})) for values in rows]
        return {"items": to_json(made), "next": None}

    def read(self, report_id: str) -> Any:
        return to_json(self.reports[report_id]) if report_id in self.reports else problem(404, "چنین گزارشی پیدا نشد.")

    def similar(self, report_id: str) -> Any:
        return self.hits(self.reports[report_id].text, without=report_id)

    def routes(self) -> APIRouter:
        routes = APIRouter(prefix="/v1")
        for method, path, answer in (
            ("GET", "/domains", self.domains),
            ("POST", "/analyze", self.analyze),
            ("GET", "/search", self.search),
            ("POST", "/search", self.search_text),
            ("POST", "/reports", self.create),
            ("GET", "/reports", self.listed),
            ("GET", "/reports/{report_id}", self.read),
            ("GET", "/reports/{report_id}/similar", self.similar),
            ("GET", "/jobs/{job_id}", self.job),
            ("DELETE", "/jobs/{job_id}", self.cancel),
        ):
            routes.add_api_route(path, answer, methods=[method], response_model=None)
        return routes


def hit(report: Report, score: float, rank: int) -> Hit:
    codes = report.analysis.assigned if report.analysis else ()
    head = ReportHead(report.id, report.title, report.ngo, report.province, report.period, codes, report.status)
    end = min(90, len(report.text))
    return Hit(head, rank, float(score), round(0.95 - rank / 20, 4), None, Span("text", 0, end, report.text[:end]))


def create_app() -> FastAPI:
    """The page, its statics and the stub, under the headers of the product."""
    app = FastAPI()
    app.state.provinces = PROVINCES

    @app.middleware("http")
    async def headers(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        response.headers["Content-Security-Policy"] = CSP
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    app.include_router(Stub().routes())
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app
