"""The Protocols that the core needs; `nlp.adapters` implements them, `tests/contracts` holds one suite for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol, TypeVar

from nlp.review.audit import Action, AuditEntry
from nlp.types import (
    Claim,
    CountedNgo,
    EncodedText,
    Filters,
    FloatArray,
    IntArray,
    Ngo,
    NgoRef,
    Period,
    QueueReason,
    Reject,
    Report,
    ReportHead,
    ReportVectors,
    Review,
    Role,
    Row,
    SegmentedText,
    Session,
    User,
    Version,
    Waiting,
)

T = TypeVar("T")
R = TypeVar("R")
VectorKind = Literal["report", "passage"]
JobState = Literal["queued", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class EncoderSpec:
    """What names an encoder in provenance: model name, SHA-256 of its weights and tokenizer, engine, dimension; and whether a
    domain branch runs beside it; `weights` is the SHA-256 of what token states come from."""

    name: str
    sha256: str
    engine: str
    dimension: int
    branch: bool = False
    weights: str = ""


class Encoder(Protocol):
    """Turns text into unit vectors, float32."""

    @property
    def spec(self) -> EncoderSpec: ...

    def encode(self, documents: Sequence[SegmentedText]) -> list[EncodedText]:
        """All vectors of each document, in order; long documents are read in windows, in full."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """Shape: (len(texts), dimension)."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """Shape: (len(texts), dimension)."""
        ...


class Generator(Protocol):
    """Writes a summary in words of its own. `name` goes into the summary's method."""

    name: str

    def summarize(self, text: str, words: int) -> str:
        """Of about so many words at the most. :raises GeneratorFailed: no answer came."""
        ...


class VectorIndex(Protocol):
    """Nearest neighbours by cosine of unit vectors; ids are the store's vector ids."""

    dimension: int

    def __len__(self) -> int: ...

    def add(self, ids: IntArray, vectors: FloatArray) -> None:
        """ids: (n,), vectors: (n, dimension). An id that is there already is replaced."""
        ...

    def remove(self, ids: IntArray) -> None:
        """Ids that are not there are ignored."""
        ...

    def search(self, queries: FloatArray, k: int, allowed: IntArray | None = None) -> tuple[IntArray, FloatArray]:
        """queries: (q, dimension). Returns ids and cosines, both (q, k), best first; missing places hold -1 and -inf.
        With `allowed`, only these ids are ranked (the filter comes before the ranking)."""
        ...

    def ids(self) -> IntArray:
        """The ids that are in it, in any order. Shape: (n,)."""
        ...

    def save(self, path: Path) -> None:
        """Write one file, replaced atomically."""
        ...

    def load(self, path: Path) -> None:
        """Replace the contents. :raises IndexRefused: the file is damaged or of another dimension."""
        ...


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


class ReviewStore(Protocol):
    """What reviewers decided: only added to, brought to other codes by another taxonomy, and gone with its report."""

    def decide(self, report: Report, review: Review, expected_version: int) -> Report:
        """Keep the decision, and the report as it stands after it; its vectors stay.
        :raises NotFound: :raises VersionConflict: :raises Claimed: somebody else works on it."""
        ...

    def of(self, report_id: str) -> tuple[Review, ...]:
        """Oldest first. :raises NotFound:"""
        ...

    def stamp(self) -> tuple[int, str | None]:
        """How many decisions there are, and the id of the newest: where both are the same, so are the decisions."""
        ...

    def all(self) -> Iterator[Review]:
        """Every decision of every report, oldest first."""
        ...

    def rewrite(self, change: Callable[[Review], Review], *, apply: bool) -> int:
        """Bring every decision to other codes, in one transaction; returns how many change. Without `apply` it only counts."""
        ...

    def versions(self, report_id: str) -> tuple[Version, ...]:
        """Every version with who made it and when, oldest first, the one that stands last. :raises NotFound:"""
        ...


@dataclass(frozen=True, slots=True)
class QueuePage:
    items: tuple[Waiting, ...]
    next: str | None


class QueueStore(Protocol):
    """Reports that wait for a reviewer (`nlp.review.queue`), and who works on which."""

    def waiting(self, filters: Filters, audit_share: float, limit: int, cursor: str | None = None) -> QueuePage:
        """By reason, then the least sure, then the oldest; of those that wait for nothing else, the share that was drawn.
        :raises InvalidInput: a cursor that this store did not make."""
        ...

    def counts(self, filters: Filters, audit_share: float) -> Mapping[QueueReason, int]:
        """How many wait, by their most urgent reason; reasons that none has are left out."""
        ...

    def next(self, filters: Filters, audit_share: float, by: str, after: str | None = None) -> Waiting | None:
        """The first one that nobody else holds; after the report `after`, if that one waits."""
        ...

    def holder(self, report_id: str) -> Claim | None:
        """Who holds it now; None: nobody, or there is no such report."""
        ...

    def claim(self, report_id: str, by: str, seconds: float) -> Claim:
        """Take a report, or hold it longer. :raises NotFound: :raises Claimed: somebody else holds it."""
        ...

    def release(self, report_id: str, by: str) -> None:
        """Give it back; one that nobody holds stays so. :raises NotFound: :raises Claimed: somebody else holds it."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """A long task that survives a kill. `payload` is what its worker needs; `errors` are rejects as JSON."""

    id: str
    kind: str
    state: JobState
    done: int
    total: int | None
    errors: tuple[Mapping[str, Any], ...]
    result_url: str | None
    payload: Mapping[str, Any]
    owner: str | None
    created_at: datetime


class JobStore(Protocol):
    def create(self, kind: str, payload: Mapping[str, Any], owner: str | None) -> Job: ...

    def get(self, job_id: str) -> Job:
        """:raises NotFound:"""
        ...

    def newest(self, kind: str, limit: int) -> Sequence[Job]:
        """The newest jobs of a kind, the newest first."""
        ...

    def claim(self, worker: str, lease_seconds: float) -> Job | None:
        """The oldest queued job, or a running one whose lease ran out; it is now `running` under `worker`."""
        ...

    def progress(
        self, job_id: str, worker: str, done: int, total: int | None, errors: Sequence[Mapping[str, Any]], lease_seconds: float
    ) -> bool:
        """Record progress, `errors` being all of them so far, and renew the lease; False when the job was cancelled or taken
        over: stop."""
        ...

    def finish(self, job_id: str, worker: str, state: JobState, result_url: str | None) -> None:
        """A job that was cancelled or taken over stays as it is."""
        ...

    def cancel(self, job_id: str) -> Job:
        """A job that has ended already stays as it is. :raises NotFound:"""
        ...


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret. `ngo` binds a submitter's key to one NGO."""

    id: str
    name: str
    scopes: frozenset[str]
    ngo: str | None
    created_at: datetime
    revoked_at: datetime | None


class KeyStore(Protocol):
    def create(self, name: str, scopes: frozenset[str], ngo: str | None = None) -> tuple[ApiKey, str]:
        """The key and its secret, which is shown this once; only its SHA-256 is kept. :raises NotFound: no such NGO."""
        ...

    def authenticate(self, secret: str) -> ApiKey | None:
        """The key that is not revoked and has this secret."""
        ...

    def all(self) -> list[ApiKey]:
        """Revoked ones too, oldest first."""
        ...

    def revoke(self, key_id: str) -> ApiKey:
        """:raises NotFound:"""
        ...


class PeopleStore(Protocol):
    """People who log in; logins are told apart whatever their case."""

    def add(self, login: str, role: Role, password: str | None, *, name: str | None = None, ngo: str | None = None) -> User:
        """password: None for who is only let in by an identity provider.
        :raises InvalidInput: :raises Duplicate: the login is taken. :raises NotFound: no such NGO."""
        ...

    def all(self) -> tuple[User, ...]:
        """Those who are disabled too, by login."""
        ...

    def change(
        self,
        login: str,
        *,
        name: str | None = None,
        role: Role | None = None,
        ngo: str | None = None,
        active: bool | None = None,
        password: str | None = None,
    ) -> User:
        """What is None stays. Who is disabled or gets another password is logged out everywhere.
        :raises NotFound: no such user, or NGO. :raises InvalidInput: also for the last active administrator."""
        ...


class SessionStore(Protocol):
    def login(self, login: str, password: str, address: str) -> tuple[Session, str] | None:
        """The session and its token, which is shown this once. None: no such active user with this password; it takes as long
        for either. :raises Throttled: too many wrong ones before, for this login or from this address."""
        ...

    def enter(self, login: str, address: str) -> tuple[Session, str] | None:
        """The same for whom an identity provider vouches for. None: no such active user."""
        ...

    def find(self, token: str) -> Session | None:
        """The session of an active user; it lives on for another twelve hours."""
        ...

    def end(self, token: str) -> None:
        """Log out; a token that opens nothing is no error."""
        ...


@dataclass(frozen=True, slots=True)
class AuditPage:
    items: tuple[AuditEntry, ...]
    next: str | None


class AuditStore(Protocol):
    """Who did what to which thing and when; whatever changes a store writes its own entry in the same transaction."""

    def record(self, action: Action, about: str, detail: Mapping[str, Any] | None = None) -> None:
        """What is no change of a store, such as a report that was read. Never a text."""
        ...

    def list(self, limit: int, cursor: str | None = None, *, since: datetime | None = None, by: str | None = None) -> AuditPage:
        """Newest first. :raises InvalidInput: a cursor that this store did not make."""
        ...

    def verify(self) -> tuple[int, int | None]:
        """How many entries there are, and the first that was changed or is missing."""
        ...


@dataclass(frozen=True, slots=True)
class Replay:
    """What an idempotency key stands for: `status` is None while the first request still runs."""

    body_sha256: str
    status: int | None
    body: str | None


class IdempotencyStore(Protocol):
    def begin(self, caller: str, key: str, body_sha256: str, ttl_seconds: float = 86_400.0) -> Replay | None:
        """None when this caller may go on (the key is now taken); else what is known of the first request."""
        ...

    def complete(self, caller: str, key: str, status: int, body: str) -> None: ...

    def forget(self, caller: str, key: str) -> None:
        """After a failure: the key may be used again."""
        ...


class ReaderPort(Protocol):
    """Reads files of every supported format; hostile formats in a worker process with limits."""

    def read(self, path: Path, mapping: Mapping[str, str] | None = None, name: str | None = None) -> Iterator[Row | Reject]:
        """All reports of one file. `mapping` names a column for a field (`{"text": "شرح"}`); `name` is shown as `source.file`.
        Never raises for what is in the file: that is a Reject."""
        ...

    def read_stream(
        self, stream: BinaryIO, mapping: Mapping[str, str] | None = None, name: str = "-"
    ) -> Iterator[Row | Reject]:
        """JSON Lines from standard input."""
        ...

    def needs_ocr(self, path: Path) -> bool:
        """Whether reading this file takes text recognition, and so a while."""
        ...

    def close(self) -> None:
        """Stop the worker process, if one runs."""
        ...


class Writer(Protocol):
    """Writes analysed reports; the file appears under its name only when it is complete."""

    def write(self, reports: Iterable[Report], path: Path) -> int:
        """Returns how many rows were written."""
        ...


class Executor(Protocol):
    """Runs one function over many items; `recipe` builds what the function needs once in each worker."""

    def map(
        self, recipe: Callable[[], T], function: Callable[[T, R], Any], items: Iterable[R], *, in_flight: int
    ) -> AbstractContextManager[Iterator[Any]]:
        """Results in order of the items."""
        ...
