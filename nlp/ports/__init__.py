"""The Protocols that the core needs; `nlp.adapters` implements them, `tests/contracts` holds one suite for each."""

from nlp.ports.files import Executor, ReaderPort, Writer
from nlp.ports.jobs import IdempotencyStore, Job, JobState, JobStore, Replay
from nlp.ports.models import Encoder, EncoderSpec, Generator, VectorIndex
from nlp.ports.people import ApiKey, AuditPage, AuditStore, KeyStore, PeopleStore, SessionStore
from nlp.ports.reports import Change, NgoPage, Page, Put, ReportStore, StoreStats, VectorBatch, VectorKind, WordHit
from nlp.ports.reviews import QueuePage, QueueStore, ReviewStore

__all__ = [
    "ApiKey",
    "AuditPage",
    "AuditStore",
    "Change",
    "Encoder",
    "EncoderSpec",
    "Executor",
    "Generator",
    "IdempotencyStore",
    "Job",
    "JobState",
    "JobStore",
    "KeyStore",
    "NgoPage",
    "Page",
    "PeopleStore",
    "Put",
    "QueuePage",
    "QueueStore",
    "ReaderPort",
    "Replay",
    "ReportStore",
    "ReviewStore",
    "SessionStore",
    "StoreStats",
    "VectorBatch",
    "VectorIndex",
    "VectorKind",
    "WordHit",
    "Writer",
]
