"""One small tree of errors; none of them knows HTTP or the terminal.

`code` is stable and for programs, `message` is Persian and for people, `detail` is English and for engineers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nlp.types import Claim


class SamanyarError(Exception):
    """Anything that the product knows how to explain."""

    code = "error"

    def __init__(self, message: str, detail: str | None = None) -> None:
        super().__init__(detail or message)
        self.message = message
        self.detail = detail


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field of an input: `pointer` is a JSON pointer such as `/province`."""

    pointer: str
    detail: str


class InvalidInput(SamanyarError):
    """An input breaks the contract."""

    code = "invalid_input"

    def __init__(self, message: str, errors: Sequence[FieldError] = (), detail: str | None = None) -> None:
        super().__init__(message, detail)
        self.errors = tuple(errors)


class NotFound(SamanyarError):
    """What was asked for is not there."""

    code = "not_found"


class VersionConflict(SamanyarError):
    """Somebody else changed it in between."""

    code = "version_conflict"


class Duplicate(SamanyarError):
    """It exists already, with other contents."""

    code = "duplicate"


class Busy(SamanyarError):
    """The same request is still being worked on."""

    code = "busy"


class Claimed(SamanyarError):
    """Somebody else works on it; `claim` says who, and until when."""

    code = "claimed"

    def __init__(self, message: str, claim: Claim) -> None:
        super().__init__(message, f"claimed by {claim.by} until {claim.until.isoformat()}")
        self.claim = claim


class Throttled(SamanyarError):
    """Too many wrong attempts; `seconds` says when the next one is looked at."""

    code = "too_many_requests"

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message, f"retry in {seconds} s")
        self.seconds = seconds


class ModelRefused(SamanyarError):
    """A model folder is incomplete, altered or of another kind than its manifest says."""

    code = "model_refused"


class TaxonomyInvalid(SamanyarError):
    """The taxonomy file breaks its own rules."""

    code = "taxonomy_invalid"


class MissingExtra(SamanyarError):
    """An optional dependency is not installed; the message names the extra."""

    code = "missing_extra"


class ConfigurationError(SamanyarError):
    """The settings cannot work."""

    code = "configuration"


class IndexRefused(SamanyarError):
    """An index snapshot is damaged or belongs to another encoder or store; it is rebuilt."""

    code = "index_refused"


class JournalMismatch(SamanyarError):
    """A run cannot be resumed because model or parts changed."""

    code = "journal_mismatch"


class GeneratorFailed(SamanyarError):
    """A model that writes summaries gave no answer."""

    code = "generator_failed"
