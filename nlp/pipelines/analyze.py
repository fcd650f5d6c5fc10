"""Analyse reports: normalize, split, encode once, and read every answer off the vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from nlp.errors import InvalidInput
from nlp.facts.places import Gazetteer
from nlp.facts.reading import FactReader, expected_results
from nlp.facts.reading import Reading as Count
from nlp.heads.calibration import Decision, sureness
from nlp.heads.facets import FacetHead
from nlp.heads.ranker import SummaryHead, values_of
from nlp.heads.salience import centrality
from nlp.heads.scores import DomainHead, DomainScores
from nlp.pipelines.document import Document
from nlp.pipelines.extract import extract
from nlp.pipelines.facts import counted, named
from nlp.pipelines.rewrite import rewrite
from nlp.ports import Encoder, Generator
from nlp.taxonomy import Taxonomy
from nlp.text.normalize import VERSION
from nlp.text.quality import review_reasons
from nlp.text.tokens import tokens
from nlp.types import (
    DEFAULT_SUMMARY,
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
    Submission,
    Summary,
    SummaryOptions,
)

ALL_PARTS: frozenset[Part] = frozenset({"domains", "summary", "facts"})
LISTED_FROM = 0.05
MAX_EVIDENCE = 3
_EVIDENCE_SHARE = 0.75


@dataclass(frozen=True, slots=True)
class Analyzed:
    """An analysis, the vectors that the store keeps beside the report, and the scores before listing and rounding, which
    evaluation measures; None where neither domains nor a summary was asked for."""

    analysis: Analysis
    vectors: ReportVectors
    scores: DomainScores | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What facts and summaries are read with."""

    facts: FactReader
    summary: SummaryHead
    gazetteer: Gazetteer


class Analyzer:
    """The use case behind `score`, `import` and every analysing endpoint. Safe to use from several threads."""

    def __init__(
        self,
        encoder: Encoder,
        taxonomy: Taxonomy,
        head: DomainHead,
        centre: FloatArray,
        facets: FacetHead | None = None,
        reading: Reading | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.encoder = encoder
        self._taxonomy = taxonomy
        self._head = head
        self.centre = centre
        self._facets = facets
        self._reading = reading
        self._generator: Generator | None = None
        self._clock = clock
        self._numbers = {domain.code: number for number, domain in enumerate(taxonomy.domains)}

    def analyze(
        self,
        submissions: Sequence[Submission],
        parts: frozenset[Part] = ALL_PARTS,
        options: SummaryOptions = DEFAULT_SUMMARY,
    ) -> list[Analyzed]:
        """One answer for each submission, in order; every text goes through the encoder once.

        :raises InvalidInput: see `check`."""
        self.check(options)
        numbers = self._reading is not None and bool(parts & {"facts", "summary"})
        documents = [Document.of(submission, numbers=numbers) for submission in submissions]
        encoded = self.encoder.encode([document.segmented for document in documents])
        return [self._assemble(document, vectors, parts, options) for document, vectors in zip(documents, encoded, strict=True)]

    def check(self, options: SummaryOptions) -> None:
        """:raises InvalidInput: a summary is to be about a domain that the taxonomy lacks, or in the words of a model that is
        not set up, or both at once."""
        if options.abstractive and options.focus is not None:
            raise InvalidInput("خلاصهٔ یک حوزه را فقط به شیوهٔ استخراجی می‌توان خواست.", detail="focus with abstractive")
        if options.abstractive and (self._generator is None or self._reading is None):
            message = "خلاصه‌نویسی راه‌اندازی نشده است؛ مدیر سامانه آن را با SAMANYAR_GENERATOR__KIND تنظیم می‌کند."
            raise InvalidInput(message, detail="no generator is configured")
        if options.focus is not None and options.focus not in self._numbers:
            raise InvalidInput(f"حوزه‌ای با کد «{options.focus}» نیست.", detail=f"no domain {options.focus!r}")

    def writing(self, generator: Generator | None) -> Analyzer:
        """The same with a model that writes summaries in its own words."""
        found = copy(self)
        found._generator = generator  # noqa: SLF001 - its own copy
        return found

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
            reading=self._reading.facts.label if self._reading else None,
        )

    def _assemble(
        self, document: Document, encoded: EncodedText, parts: frozenset[Part], options: SummaryOptions
    ) -> Analyzed:  # fmt: skip
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
        readings = self._read(document, encoded)
        facts, plans = counted(document, readings) if "facts" in parts else ((), ())
        places, periods = named(document, self._reading.gazetteer) if self._reading and "facts" in parts else ((), ())
        summary = None
        if scores and "summary" in parts:
            summary = self._summary(document, encoded, scores, readings, options)
        analysis = Analysis(
            domains=domains,
            groups=groups,
            needs_review=bool(reasons),
            review_reasons=tuple(reasons),
            facets=self._facets.score(encoded, document.segmented) if self._facets and "domains" in parts else None,
            summary=summary,
            facts=facts,
            plans=plans,
            quality=quality,
            provenance=self.provenance(parts),
            places=places,
            periods=periods,
        )
        passages = tuple(
            PassageVector(
                document.span(document.sentences[each.first].start, document.sentences[each.last - 1].end), each.vector
            )
            for each in encoded.passages
        )
        return Analyzed(analysis, ReportVectors(self.encoder.spec.sha256, encoded.vector, passages), scores)

    def _read(self, document: Document, encoded: EncodedText) -> list[Count]:
        if self._reading is None or not document.seen:
            return []
        own = self.encoder.spec.weights == self._reading.facts.encoder
        return self._reading.facts.read(document.seen, encoded.marks if own else None)

    def sentence_values(self, document: Document) -> FloatArray:
        """What the ranker of sentences sees of a document that was not stored. Shape (n_sentences, n_values).

        :raises ValueError: the model has no trained salience."""
        encoded = self.encoder.encode([document.segmented])[0]
        scores = self._head.score(encoded, document.segmented)
        if scores.salience is None:
            raise ValueError("this model has no trained salience")
        results = expected_results(self._read(document, encoded), len(document.sentences))
        return values_of(document.texts, scores.salience, scores.places, results)

    def _summary(
        self, document: Document, encoded: EncodedText, scores: DomainScores, readings: Sequence[Count], options: SummaryOptions
    ) -> Summary:
        results = expected_results(readings, len(document.sentences))
        lemmas = [list(tokens(text)) for text in document.texts]
        ranks = None
        if self._reading:
            ranks = self._reading.summary.score(document.texts, scores, results, lemmas, options.sentences)
        if ranks is None:
            ranks = centrality(encoded.sentences, encoded.vector, self.centre)
        focus = None if options.focus is None else scores.places[: len(ranks), self._numbers[options.focus]]
        found = extract(document, [frozenset(each) for each in lemmas], ranks, focus, options)
        if not options.abstractive or self._generator is None or self._reading is None:
            return found
        return rewrite(self._generator, document, found, options, self._reading.gazetteer)

    def _domains(self, document: Document, scores: DomainScores) -> tuple[DomainScore, ...]:
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


def _evidence(document: Document, places: FloatArray) -> tuple[ScoredSpan, ...]:
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


def _merged(document: Document) -> tuple[QualityNote, ...]:
    notes = {note.code: note for note in (document.title.quality if document.title else ()) if note.repaired}
    return tuple({**notes, **{note.code: note for note in document.body.quality}}.values())
