"""How well machine and reviewers agree, counted anew only when there is another decision."""

from __future__ import annotations

from datetime import datetime
from threading import Lock

from nlp.ports import ReviewStore
from nlp.review.quality import Quality, quality


class Agreements:
    """Keeps what it counted last. Another taxonomy, which changes the codes of decisions, needs a restart anyway."""

    def __init__(self, reviews: ReviewStore) -> None:
        self._reviews = reviews
        self._lock = Lock()
        self._kept: tuple[tuple[int, str | None, datetime | None], Quality] | None = None

    def of(self, since: datetime | None) -> Quality:
        """Over every decision; since: when the model in use came into use."""
        with self._lock:
            stamp = (*self._reviews.stamp(), since)
            if self._kept is None or self._kept[0] != stamp:
                self._kept = (stamp, quality(self._reviews.all(), since))
            return self._kept[1]
