"""Port of the truth: reports, NGOs, vectors and the change log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from nlp.types import CountedNgo, Filters, FloatArray, IntArray, Ngo, NgoRef, Period, Report, ReportHead, ReportVectors

VectorKind = Literal["report", "passage"]


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the store's change log. `seq` rises by commit; a vector that is gone in between is only removed."""

    seq: int
    op: Literal["add", "remove"]
    kind: VectorKind
    vector_id: int


@dataclass(frozen=True, slots=True)
class VectorBatch:
    """ids: (n,), vectors: (n, dimension)."""

    ids: IntArray
    vectors: FloatArray


@dataclass(frozen=True, slots=True)
class Page:
    items: tuple[Report, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class NgoPage:
    items: tuple[CountedNgo, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Put:
    outcome: Literal["created", "unchanged", "updated"]
    report: Report


@dataclass(frozen=True, slots=True)
class StoreStats:
    """`head` is the newest `seq` of the change log."""

    reports: int
    ngos: int
    passages: int
    head: int


@dataclass(frozen=True, slots=True)
class WordHit:
    """A report that holds words of the query, and its BM25; higher is better."""

    report_id: str
    bm25: float


class ReportStore(Protocol):
    """The truth: reports, their versions, NGOs, vectors and the change log. Safe to use from several threads and processes."""

    def put(self, report: Report, vectors: ReportVectors | None, only_ngo: str | None = None) -> Put:
        """Create; same id with the same text and title changes nothing; other text makes a new version, pending again, with
        new vectors. `report.version` is not read; an NGO that is unknown is matched or created."""
        ...

    def get(self, report_id: str) -> Report:
        """:raises NotFound:"""
        ...

    def same_text(self, text: str) -> tuple[str, ...]:
        """Ids of the reports with exactly this text, oldest first."""
        ...

    def history(self, report_id: str) -> tuple[Report, ...]:
        """What the report was before each change, oldest first. :raises NotFound:"""
        ...

    def heads(self, report_ids: Sequence[str]) -> dict[str, ReportHead]:
        """Those that exist, by id."""
        ...

    def list(self, filters: Filters, limit: int, cursor: str | None = None) -> Page:
        """Newest first. `cursor` is opaque. :raises InvalidInput: a cursor that this store did not make."""
        ...

    def count(self, filters: Filters) -> int:
        """How many match."""
        ...

    def domain_counts(self, filters: Filters) -> Sequence[tuple[str, str, int, int]]:
        """Domain, province, and how many reports and different NGOs have both; pairs that nobody has are left out, and so are
        reports without a province."""
        ...

    def province_counts(self, filters: Filters) -> Sequence[tuple[str, int, int]]:
        """Province, and how many reports and different NGOs it has; provinces without any are left out."""
        ...

    def days(self, filters: Filters) -> Period:
        """The first and the last day that periods of reports name."""
        ...

    def iterate(self, filters: Filters) -> Iterator[Report]:
        """All that match, oldest first, read in batches."""
        ...

    def replace(self, report: Report, vectors: ReportVectors | None, expected_version: int) -> Report:
        """Change a stored report; None keeps its vectors, unless text or title are others: then they are gone.
        :raises NotFound: :raises VersionConflict:"""
        ...

    def add_vectors(self, report_id: str, vectors: ReportVectors, expected_version: int) -> None:
        """Vectors of one more encoder beside the others; the report and its version stay.
        :raises NotFound: :raises VersionConflict: the report changed after it was encoded."""
        ...

    def without_vectors(self, encoder: str, limit: int) -> tuple[str, ...]:
        """Ids of reports that have no vectors of this encoder, oldest first, at most `limit`."""
        ...

    def encoders(self) -> frozenset[str]:
        """Every encoder whose vectors are kept."""
        ...

    def drop_vectors(self, encoder: str) -> int:
        """Forget every vector that this encoder made; returns how many they were."""
        ...

    def delete(self, report_id: str, expected_version: int | None = None) -> None:
        """:raises NotFound: :raises VersionConflict:"""
        ...

    def resolve_ngo(self, ref: NgoRef) -> Ngo:
        """By id, else registration number, else normalized name without spaces and half-spaces; else created.
        :raises NotFound: an id that no NGO has."""
        ...

    def ngo(self, ngo_id: str) -> Ngo:
        """The NGO, or the one that it was merged into. :raises NotFound:"""
        ...

    def all_ngos(self) -> tuple[Ngo, ...]:
        """Those that were not merged away, by name."""
        ...

    def ngo_stamps(self, ngo_ids: Sequence[str]) -> Mapping[str, str]:
        """For each NGO a word that is another one as soon as any of its reports is; those without reports are left out."""
        ...

    def list_ngos(self, q: str, limit: int, cursor: str | None = None, *, only: str | None = None) -> NgoPage:
        """Those whose name, or an older one, holds `q` however it is spelled, or whose registration number is `q`; by name.
        only: the id of the one that may be shown. :raises InvalidInput: a cursor that this store did not make."""
        ...

    def merge_ngos(self, keep: str, drop: str) -> Ngo:
        """All reports and keys of `drop` go to `keep`; its names and its id lead there from now on. :raises NotFound:"""
        ...

    def vector_ids(self, kind: VectorKind, filters: Filters) -> IntArray:
        """Ids of the vectors whose reports match. Shape: (n,), ascending."""
        ...

    def vectors(self, kind: VectorKind, ids: IntArray) -> VectorBatch:
        """Those of `ids` that exist, ascending."""
        ...

    def all_vectors(self, kind: VectorKind, encoder: str, batch: int = 4096) -> Iterator[VectorBatch]:
        """Every vector that this encoder made, by ascending id."""
        ...

    def owners(self, vector_ids: Sequence[int]) -> dict[int, str]:
        """The id of the report that each vector belongs to; those that are gone are left out."""
        ...

    def report_vectors(self, report_id: str, encoder: str) -> ReportVectors | None:
        """Those that this encoder made; None: the report has none, or is not there."""
        ...

    def vectors_of(self, report_ids: Sequence[str], encoder: str) -> Mapping[str, ReportVectors]:
        """Those that this encoder made of each report; a report that has none is left out."""
        ...

    def words_of(self, report_ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """The lemmas of the title and text of each report, as the lexical index holds them."""
        ...

    def search_words(self, words: Sequence[str], filters: Filters, k: int) -> Sequence[WordHit]:
        """Reports that match the filters and hold any of the words (`nlp.text.tokens`), best first."""
        ...

    def word_weights(self, words: Sequence[str]) -> Mapping[str, float]:
        """How much each word that any report holds tells; the rarer the more."""
        ...

    def rebuild_words(self) -> int:
        """Derive words and sketches anew from the texts; returns of how many reports."""
        ...

    def check_words(self) -> tuple[int, int]:
        """How many reports the lexical index lacks, and how many it holds that are gone."""
        ...

    def near(self, text: str, limit: int) -> Sequence[str]:
        """Ids of reports that may hold a good part of this text word for word, the likeliest first."""
        ...

    def judge_pair(self, one: str, other: str, *, duplicate: bool, by: str | None) -> None:
        """Remember whether two reports are duplicates, in either order; a later word counts. :raises NotFound:"""
        ...

    def judged_pairs(self, report_id: str) -> Mapping[str, bool]:
        """What reviewers said of this report and others: by the other's id, whether they are duplicates."""
        ...

    def changes(self, after: int, encoder: str, limit: int = 10_000) -> Sequence[Change]:
        """The change log of this encoder's vectors with `seq > after`, ascending."""
        ...

    def stats(self) -> StoreStats: ...
