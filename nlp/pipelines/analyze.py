"""Analyse reports: normalize, split, encode once, and read every answer off the vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from nlp.heads.calibration import Decision, sureness
from nlp.heads.facets import FacetHead
from nlp.heads.salience import centrality, choose
from nlp.heads.scores import DomainHead, DomainScores
from nlp.ports import Encoder
from nlp.taxonomy import Taxonomy
from nlp.text.normalize import VERSION, Normalized, normalize
from nlp.text.quality import review_reasons
from nlp.text.sentences import Sentence, split_sentences
from nlp.types import (
    Analysis,
    DomainScore,
    EncodedText,
    FloatArray,
    GroupScore,
    Part,
    PassageVector,
    Provenance,
    QualityNote,
    ReportVectors,
    ReviewReason,
    ScoredSpan,
    SegmentedText,
    Span,
    Submission,
    Summary,
)

ALL_PARTS: frozenset[Part] = frozenset({"domains", "summary"})
LISTED_FROM = 0.05
MAX_EVIDENCE = 3
_EVIDENCE_SHARE = 0.75
_HEADLINE_WORDS = 25


@dataclass(frozen=True, slots=True)
class Analyzed:
    """An analysis, the vectors that the store keeps beside the report, and the scores before listing and rounding, which
    evaluation measures; None where neither domains nor a summary was asked for."""

    analysis: Analysis
    vectors: ReportVectors
    scores: DomainScores | None


@dataclass(frozen=True, slots=True)
class _Document:
    """A submission ready for the encoder: clean text, sentences, and the way back to the original."""

    submission: Submission
    body: Normalized
    title: Normalized | None
    sentences: tuple[Sentence, ...]

    @classmethod
    def of(cls, submission: Submission) -> _Document:
        body = normalize(submission.text)
        sentences = tuple(split_sentences(body.text)) or (Sentence(0, len(body.text)),)
        title = normalize(submission.title) if submission.title and submission.title.strip() else None
        return cls(submission, body, title, sentences)

    @property
    def segmented(self) -> SegmentedText:
        texts = tuple(self.read(sentence) for sentence in self.sentences)
        return SegmentedText(self.title.text if self.title else None, texts)

    def read(self, sentence: Sentence) -> str:
        """A sentence as a reader should see it: repaired, on one line."""
        return self.body.text[sentence.start : sentence.end].replace("\n", " ")

    def span(self, start: int, end: int) -> Span:
        """`[start, end)` of the clean text as a span of the original."""
        first, last = self.body.mapped.span(start, end)
        return Span("text", first, last, self.submission.text[first:last])

    def place(self, number: int) -> Span:
        """Sentence `number`, or the title for the number after the last sentence."""
        if number < len(self.sentences):
            return self.span(self.sentences[number].start, self.sentences[number].end)
        title = self.submission.title or ""
        return Span("title", 0, len(title), title)


class Analyzer:
    """The use case behind `score`, `import` and every analysing endpoint. Safe to use from several threads."""

    def __init__(
        self,
        encoder: Encoder,
        taxonomy: Taxonomy,
        head: DomainHead,
        centre: FloatArray,
        facets: FacetHead | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.encoder = encoder
        self._taxonomy = taxonomy
        self._head = head
        self.centre = centre
        self._facets = facets
        self._clock = clock

    def analyze(self, submissions: Sequence[Submission], parts: frozenset[Part] = ALL_PARTS) -> list[Analyzed]:
        """One answer for each submission, in order; every text goes through the encoder once."""
        documents = [_Document.of(submission) for submission in submissions]
        encoded = self.encoder.encode([document.segmented for document in documents])
        return [self._assemble(document, vectors, parts) for document, vectors in zip(documents, encoded, strict=True)]

    @property
    def decision(self) -> Decision:
        """The thresholds that labels are decided by."""
        return self._head.decision

    def provenance(self, parts: Iterable[Part] = ALL_PARTS) -> Provenance:
        """What an analysis made now would say of its origin."""
        spec = self.encoder.spec
        return Provenance(
            model=spec.name,
            model_sha256=spec.sha256,
            engine=spec.engine,
            taxonomy=self._taxonomy.label,
            normalizer=VERSION,
            thresholds=self._head.decision.label,
            at=self._clock().isoformat(timespec="seconds").replace("+00:00", "Z"),
            parts=tuple(sorted(parts)),
        )

    def _assemble(self, document: _Document, encoded: EncodedText, parts: frozenset[Part]) -> Analyzed:
        quality = _merged(document)
        reasons = review_reasons(document.submission.text, document.body.text, quality)
        if document.submission.truncated and "truncated" not in reasons:
            reasons.append("truncated")
        domains: tuple[DomainScore, ...] = ()
        groups: tuple[GroupScore, ...] = ()
        scores = self._head.score(encoded, document.segmented) if parts & {"domains", "summary"} else None
        if scores is not None and "domains" in parts:
            domains, groups = self._domains(document, scores), self._groups(scores)
            reasons += self._doubts(scores)
        analysis = Analysis(
            domains=domains,
            groups=groups,
            needs_review=bool(reasons),
            review_reasons=tuple(reasons),
            facets=self._facets.score(encoded, document.segmented) if self._facets and "domains" in parts else None,
            summary=self._summary(document, encoded, scores) if scores and "summary" in parts else None,
            facts=(),
            plans=(),
            quality=quality,
            provenance=self.provenance(parts),
        )
        passages = tuple(
            PassageVector(
                document.span(document.sentences[each.first].start, document.sentences[each.last - 1].end), each.vector
            )
            for each in encoded.passages
        )
        return Analyzed(analysis, ReportVectors(self.encoder.spec.sha256, encoded.vector, passages), scores)

    def _domains(self, document: _Document, scores: DomainScores) -> tuple[DomainScore, ...]:
        """Every domain that is assigned, or at least `LISTED_FROM` probable, most probable first."""
        thresholds, methods = self._head.decision.thresholds, self._head.methods
        found = []
        for number in np.argsort(-scores.probabilities, kind="stable"):
            probability = float(scores.probabilities[number])
            assigned = probability >= float(thresholds[number])
            if not assigned and probability < LISTED_FROM:
                continue
            domain = self._taxonomy.domains[number]
            evidence = _evidence(document, scores.places[:, number])
            found.append(DomainScore(domain.code, domain.fa, round(probability, 4), assigned, methods[number], evidence))
        return tuple(found)

    def _groups(self, scores: DomainScores) -> tuple[GroupScore, ...]:
        """A group is assigned on its own probability, or with any of its leaves."""
        decision = self._head.decision
        assigned = {self._taxonomy.domains[n].group for n in np.flatnonzero(scores.probabilities >= decision.thresholds)}
        found = [
            GroupScore(
                group.code, group.fa, round(float(probability), 4), bool(probability >= threshold) or group.code in assigned
            )
            for group, probability, threshold in zip(
                self._taxonomy.groups, scores.groups, decision.group_thresholds, strict=True
            )
            if probability >= LISTED_FROM
        ]
        return tuple(sorted(found, key=lambda group: -group.probability))

    def _doubts(self, scores: DomainScores) -> list[ReviewReason]:
        decision = self._head.decision
        reasons: list[ReviewReason] = []
        if not np.any(scores.probabilities >= decision.thresholds):
            reasons.append("out_of_scope")
        if sureness(scores.probabilities) < decision.confident:
            reasons.append("low_confidence")
        if np.any(np.abs(scores.probabilities - decision.thresholds) < decision.margin):
            reasons.append("near_threshold")
        return reasons

    def _summary(self, document: _Document, encoded: EncodedText, scores: DomainScores) -> Summary:
        salience = scores.salience
        if salience is None:
            salience = centrality(encoded.sentences, encoded.vector, self.centre)
        words = [len(self._words(document, sentence)) for sentence in document.sentences]
        chosen = choose(encoded.sentences - self.centre, salience, words)
        sentences = []
        for each in chosen:
            span = document.place(each.sentence)
            sentences.append(ScoredSpan(span.field, span.start, span.end, span.text, each.score))
        readable = [document.read(document.sentences[each.sentence]) for each in chosen]
        best = max(range(len(chosen)), key=lambda number: chosen[number].score)
        short = readable[best] if len(readable[best].split()) <= _HEADLINE_WORDS else None
        return Summary(
            " ".join(_closed(text) for text in readable),
            "extractive",
            document.title.text if document.title else short,
            tuple(sentences),
        )

    @staticmethod
    def _words(document: _Document, sentence: Sentence) -> list[str]:
        return document.read(sentence).split()


def _closed(text: str) -> str:
    """A line of a list or form gets a full stop where it stands among sentences."""
    return text if text[-1:] in ".!؟?…:؛»" else f"{text}."


def _evidence(document: _Document, places: FloatArray) -> tuple[ScoredSpan, ...]:
    """The places that say most for a domain: the best, and up to two that come near it. places: (n_places,)."""
    best = np.argsort(-places, kind="stable")[:MAX_EVIDENCE]
    spans: list[ScoredSpan] = []
    for number in best:
        score = float(places[number])
        if spans and score < _EVIDENCE_SHARE * float(places[best[0]]):
            break
        span = document.place(int(number))
        spans.append(ScoredSpan(span.field, span.start, span.end, span.text, round(score, 4)))
    return tuple(spans)


def _merged(document: _Document) -> tuple[QualityNote, ...]:
    notes = {note.code: note for note in (document.title.quality if document.title else ()) if note.repaired}
    return tuple({**notes, **{note.code: note for note in document.body.quality}}.values())
