"""What a format is asked for, and how it says no."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from nlp.adapters.readers.messages import message_of
from nlp.types import Limits, Reject, RejectCode, Source


class Refused(Exception):
    """A format cannot go on with this file (or sheet, or row); becomes a Reject. `hint` picks a more helpful sentence."""

    def __init__(
        self, code: RejectCode, detail: str, *, sheet: str | None = None, row: int | None = None, hint: str | None = None
    ) -> None:
        super().__init__(detail)
        self.code: RejectCode = code
        self.detail = detail
        self.sheet = sheet
        self.row = row
        self.hint = hint


def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Request:
    """One file to read. `name` is what people see; `progress` is called after each slow step (a page of OCR)."""

    path: Path
    name: str
    limits: Limits
    mapping: Mapping[str, str] = field(default_factory=dict)
    ocr: bool = True
    progress: Callable[[], None] = _nothing

    def source(self, sheet: str | None = None, row: int | None = None) -> Source:
        return Source(self.name, sheet, row)

    def reject(
        self, code: RejectCode, detail: str, *, sheet: str | None = None, row: int | None = None, hint: str | None = None
    ) -> Reject:
        return Reject(self.source(sheet, row), code, message_of(code, self.limits, hint), detail)

    def refused(self, refusal: Refused) -> Reject:
        return self.reject(refusal.code, refusal.detail, sheet=refusal.sheet, row=refusal.row, hint=refusal.hint)

    def to_json(self) -> dict[str, Any]:
        return {
            "path": str(self.path),
            "name": self.name,
            "limits": asdict(self.limits),
            "mapping": dict(self.mapping),
            "ocr": self.ocr,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], progress: Callable[[], None] = _nothing) -> Request:
        return cls(Path(data["path"]), data["name"], Limits(**data["limits"]), data["mapping"], data["ocr"], progress)
