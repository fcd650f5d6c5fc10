"""Settings to a wired application; the only place that chooses adapters."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from nlp.adapters.encoders import OpenVinoConfig, open_encoder
from nlp.adapters.facets import open_facets
from nlp.adapters.generators import open_generator
from nlp.adapters.heads import open_head
from nlp.adapters.indexes import open_index
from nlp.adapters.readers import open_reader
from nlp.adapters.reading import FILE as READING
from nlp.adapters.reading import open_facts, open_summary
from nlp.adapters.stores import SqlConfig, Stores, open_stores
from nlp.errors import SamanyarError
from nlp.facts.places import Gazetteer
from nlp.pipelines.analyze import Analyzer, Reading
from nlp.pipelines.comparison import Comparisons
from nlp.pipelines.dossier import Dossiers
from nlp.pipelines.duplicates import Duplicates
from nlp.pipelines.fields import FieldParser
from nlp.pipelines.index import LiveIndex
from nlp.pipelines.ingest import Ingest
from nlp.pipelines.ledger import Ledgers
from nlp.pipelines.overview import Overviews
from nlp.pipelines.promote import fill
from nlp.pipelines.quality import Agreements
from nlp.pipelines.queue import Queue
from nlp.pipelines.reviews import Reviews
from nlp.pipelines.search import Search
from nlp.pipelines.similar import SimilarNgos
from nlp.ports import Encoder, ReaderPort
from nlp.provinces import Provinces
from nlp.review.duplicates import load_rule
from nlp.settings import SHIPPED_READING, Settings
from nlp.shipped import DATA, MODELS
from nlp.taxonomy import Taxonomy, load_facets, load_taxonomy

# No library may reach a hub unless an administrator allows it; set before any of them is imported.
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}


def open_analyzer(settings: Settings) -> Analyzer:
    """Taxonomy, encoder and head of the configured model. Also what a batch worker builds for itself.

    :raises ModelRefused: :raises TaxonomyInvalid: :raises ConfigurationError: :raises MissingExtra:"""
    if not settings.allow_hub:
        os.environ.update(OFFLINE)
    taxonomy = load_taxonomy(settings.taxonomy)
    folder = settings.model_folder()
    encoder = open_encoder(settings.encoder, folder, cache=settings.home / "compiled", allow_hub=settings.allow_hub)
    head, centre = open_head(Path(folder), encoder, taxonomy)
    facets = open_facets(Path(folder), encoder, load_facets(DATA / "facets.yaml"))
    analyzer = Analyzer(encoder, taxonomy, head, centre, facets, open_reading(Path(folder)))
    return analyzer.writing(open_generator(settings.generator))


def open_reading(folder: Path) -> Reading:
    """What facts and summaries are read with: from the model's folder where it has its own, else as shipped.

    :raises ModelRefused:"""
    own = folder if (folder / READING).is_file() else MODELS / SHIPPED_READING
    gazetteer = Gazetteer(Provinces.load(DATA / "provinces.yaml"))
    return Reading(open_facts(own), open_summary(own), gazetteer)


def batch_recipe(settings: Settings, workers: int) -> partial[Analyzer]:
    """What each batch worker builds; cores are shared out between them."""
    if workers > 1 and isinstance(settings.encoder, OpenVinoConfig) and not settings.encoder.threads:
        threads = max(1, (os.cpu_count() or 1) // workers)
        settings = settings.model_copy(update={"encoder": settings.encoder.model_copy(update={"threads": threads})})
    return partial(open_analyzer, settings)


@dataclass
class App:
    """Everything wired. Parts are built when first used; `close` lets go of all of them."""

    settings: Settings
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @cached_property
    def taxonomy(self) -> Taxonomy:
        return load_taxonomy(self.settings.taxonomy)

    @cached_property
    def facets(self) -> Taxonomy:
        return load_facets(DATA / "facets.yaml")

    @cached_property
    def provinces(self) -> Provinces:
        return Provinces.load(DATA / "provinces.yaml")

    @cached_property
    def parser(self) -> FieldParser:
        return FieldParser(self.provinces, self.settings.limits)

    @cached_property
    def stores(self) -> Stores:
        with self._lock:
            self.settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
            return open_stores(SqlConfig(url=self.settings.store_url))

    @cached_property
    def reader(self) -> ReaderPort:
        return open_reader(self.settings.readers, self.settings.limits)

    @cached_property
    def analyzer(self) -> Analyzer:
        with self._lock:
            return open_analyzer(self.settings)

    @property
    def encoder(self) -> Encoder:
        return self.analyzer.encoder

    @cached_property
    def index(self) -> LiveIndex:
        with self._lock:
            spec = self.encoder.spec
            fill(self.stores.reports, self.analyzer)  # after an upgrade or another SAMANYAR_MODEL nothing is encoded for it yet
            make = partial(open_index, self.settings.index, spec.dimension)
            live = LiveIndex(self.stores.reports, make, spec.sha256, self.settings.home / "index")
            live.open()
            return live

    @cached_property
    def ingest(self) -> Ingest:
        return Ingest(self.stores.reports, self.analyzer, self.provinces, self.settings.limits, self.duplicates)

    @cached_property
    def search(self) -> Search:
        return Search(self.stores.reports, self.encoder, self.index)

    @cached_property
    def duplicates(self) -> Duplicates:
        rule = load_rule(DATA / "duplicates" / "rule.toml")
        return Duplicates(self.stores.reports, self.encoder.spec.sha256, self.index, rule, self.provinces.names)

    @cached_property
    def reviews(self) -> Reviews:
        return Reviews(self.stores.reports, self.stores.reviews, self.taxonomy, self.settings.review.audit_share)

    @cached_property
    def agreements(self) -> Agreements:
        return Agreements(self.stores.reviews)

    @cached_property
    def queue(self) -> Queue:
        review = self.settings.review
        return Queue(self.stores.queue, review.audit_share, 60 * review.claim_minutes)

    @cached_property
    def similar_ngos(self) -> SimilarNgos:
        names = (self.taxonomy, self.facets, self.provinces)
        return SimilarNgos(self.stores.reports, self.search, self.encoder.spec.sha256, self.analyzer.centre, names)

    @cached_property
    def ledgers(self) -> Ledgers:
        return Ledgers(self.stores.reports)

    @cached_property
    def dossiers(self) -> Dossiers:
        return Dossiers(self.stores.reports, self.ledgers, self.similar_ngos)

    @cached_property
    def comparisons(self) -> Comparisons:
        return Comparisons(self.stores.reports, self.ledgers)

    @cached_property
    def overviews(self) -> Overviews:
        return Overviews(self.stores.reports, self.search, self.encoder, self.analyzer.centre)

    def warm(self) -> None:
        """Build every part now, so that the first request does not wait."""
        for part in (self.stores, self.ingest, self.search, self.provinces, self.reader):
            assert part is not None  # noqa: S101 - each access builds the part

    def check_ready(self) -> dict[str, str]:
        """`ok`, or what is wrong, for the database, the model and the index."""
        checks = {
            "database": self._count,
            "model": lambda: self.encoder.spec,
            "index": self._sizes,
        }
        found = {}
        for name, check in checks.items():
            try:
                check()
                found[name] = "ok"
            except (SamanyarError, OSError) as error:
                found[name] = str(error)
        return found

    def _count(self) -> object:
        return self.stores.reports.stats()

    def _sizes(self) -> object:
        return self.index.sizes()

    def close(self) -> None:
        """Write an index snapshot and let go of the database and the reader's worker."""
        built = vars(self)
        if "index" in built:
            self.index.save()
        if "stores" in built:
            self.stores.close()
        if "reader" in built:
            self.reader.close()


def open_app(settings: Settings) -> App:
    """The application, parts built on first use."""
    return App(settings)
