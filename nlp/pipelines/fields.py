"""Raw fields of a report, from JSON, a form or a sheet, to a submission: every wrong field is named, nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from nlp.errors import FieldError, InvalidInput, SamanyarError
from nlp.pipelines.analyze import ALL_PARTS
from nlp.provinces import Provinces
from nlp.text.digits import persian_number
from nlp.text.jalali import GREGORIAN_YEARS, parse_date, parse_period
from nlp.types import Limits, NgoRef, Part, Period, Reject, RejectCode, Row, Source, Submission

ID = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._:-]{1,64}")
"""But for `.` and `..`, which mean something in an address."""
MAX_NESTING = 20
_TEXTS = {"title": 500, "city": 100, "province": 100}
_FIELDS = frozenset(
    "id ngo ngo_registration_number title text province city period period_from period_to submitted_at source extra".split()
)
# What the product itself adds to a report; it may come back in an exported row, and is made anew.
_DERIVED = frozenset(["status", "analysis", "review", "version"])


class TextTooLong(InvalidInput):
    """The text is longer than the limit."""

    code = "text_too_long"


class FieldParser:
    """Raw fields (from JSON, a form or a sheet) to a submission."""

    def __init__(self, provinces: Provinces, limits: Limits) -> None:
        self._provinces = provinces
        self._limits = limits

    def submission(self, fields: Mapping[str, Any], source: Source | None = None) -> Submission:
        """:raises InvalidInput: with a pointer for each wrong field. :raises TextTooLong:"""
        errors = [FieldError(f"/{name}", "چنین فیلدی در گزارش نیست.") for name in fields if name not in _FIELDS | _DERIVED]
        found: dict[str, Any] = {}
        for name, parse in {
            "text": self._text,
            "id": self._id,
            "title": self._short("title"),
            "city": self._short("city"),
            "province": self._province,
            "ngo": self._ngo,
            "period": self._period,
            "submitted_at": self._moment,
            "extra": self._extra,
        }.items():
            try:
                found[name] = parse(fields)
            except TextTooLong:
                raise
            except SamanyarError as error:
                errors.append(FieldError(f"/{name}", error.message))
        if errors:
            raise InvalidInput(errors[0].detail, errors, "; ".join(f"{each.pointer}" for each in errors))
        return Submission(**found, source=source or _source(fields.get("source")))

    def _text(self, fields: Mapping[str, Any]) -> str:
        text = fields.get("text")
        if not isinstance(text, str) or not any(character.isalnum() for character in text):
            raise InvalidInput("متن گزارش خالی است یا نوشته نیست.")
        if len(text) > self._limits.text_characters:
            raise TextTooLong(
                f"متن گزارش از {persian_number(self._limits.text_characters)} نویسه بلندتر است؛ آن را به چند گزارش بخش کنید.",
                [FieldError("/text", "متن بیش از اندازه بلند است.")],
                f"{len(text)} characters",
            )
        return text

    @staticmethod
    def _id(fields: Mapping[str, Any]) -> str | None:
        value = fields.get("id")
        if value is None or value == "":
            return None
        if not isinstance(value, (str, int)) or isinstance(value, bool) or not ID.fullmatch(str(value)):
            raise InvalidInput("شناسه باید ۱ تا ۶۴ نویسه از A-Z a-z 0-9 . _ : - باشد.")
        return str(value)

    @staticmethod
    def _short(name: str) -> Callable[[Mapping[str, Any]], str | None]:
        def parse(fields: Mapping[str, Any]) -> str | None:
            value = fields.get(name)
            if value is None or (isinstance(value, str) and not value.strip()):
                return None
            if not isinstance(value, str) or len(value) > _TEXTS[name]:
                raise InvalidInput(f"این فیلد باید متنی با حداکثر {persian_number(_TEXTS[name])} نویسه باشد.")
            return value

        return parse

    def _province(self, fields: Mapping[str, Any]) -> str | None:
        name = self._short("province")(fields)
        if name is None:
            return None
        code = self._provinces.resolve(name)
        if code is None:
            raise InvalidInput("استان شناخته نشد؛ نام استان یا کد آن مانند IR-23 را بنویسید.")
        return code

    @staticmethod
    def _ngo(fields: Mapping[str, Any]) -> NgoRef | None:
        value, number = fields.get("ngo"), fields.get("ngo_registration_number")
        if isinstance(value, Mapping):
            if set(value) - {"id", "name", "registration_number"} or not all(
                each is None or (isinstance(each, str) and len(each) <= 300) for each in value.values()
            ):
                raise InvalidInput("سمن فقط id و name و registration_number دارد، همه نوشته.")
            ref = NgoRef(value.get("name"), value.get("registration_number"), value.get("id"))
        elif value is None or (isinstance(value, str) and len(value) <= 300):
            ref = NgoRef(name=value)
        else:
            raise InvalidInput("نام سمن باید متنی با حداکثر ۳۰۰ نویسه باشد، یا شیئی با id، name و registration_number.")
        if number not in (None, ""):
            ref = replace(ref, registration_number=str(number))
        ref = NgoRef(*((each.strip() or None) if each else None for each in (ref.name, ref.registration_number, ref.id)))
        return ref if any((ref.name, ref.registration_number, ref.id)) else None

    @staticmethod
    def _period(fields: Mapping[str, Any]) -> Period | None:
        value = fields.get("period")
        start, end = fields.get("period_from"), fields.get("period_to")
        if isinstance(value, Period):
            return value
        if isinstance(value, Mapping):
            if set(value) - {"from", "to"}:
                raise InvalidInput("دوره فقط from و to دارد.")
            start, end = value.get("from"), value.get("to")
        elif value not in (None, ""):
            return parse_period(str(value))
        days = [
            parse_date(str(each), last=last) if each not in (None, "") else None for each, last in ((start, False), (end, True))
        ]
        if days[0] and days[1] and days[0] > days[1]:
            raise InvalidInput("آغاز دوره پس از پایان آن است.")
        return Period(*days) if any(days) else None

    @staticmethod
    def _moment(fields: Mapping[str, Any]) -> datetime | None:
        value = fields.get("submitted_at")
        if value in (None, ""):
            return None
        try:
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        except ValueError:
            day: date = parse_date(str(value), last=False)
            moment = datetime.combine(day, time.min)
        if moment.year not in GREGORIAN_YEARS:
            raise InvalidInput("زمان ثبت باید میان سال‌های ۱۹۰۰ و ۲۱۰۰ میلادی باشد.")
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    @staticmethod
    def _extra(fields: Mapping[str, Any]) -> Mapping[str, Any]:
        value = fields.get("extra") or {}
        if not isinstance(value, Mapping) or len(value) > 200:
            raise InvalidInput("extra باید شیئی با حداکثر ۲۰۰ کلید باشد.")
        if _depth(value) > MAX_NESTING:
            raise InvalidInput(f"extra بیش از {MAX_NESTING} لایه تودرتو است.")
        return dict(value)


def _depth(value: Any, seen: int = 0) -> int:
    """How deeply a JSON value is nested; counting stops one past the limit."""
    if seen > MAX_NESTING or not isinstance(value, (Mapping, list)):
        return seen
    inside = value.values() if isinstance(value, Mapping) else value
    return max((_depth(each, seen + 1) for each in inside), default=seen + 1)


def _has_lone_surrogate(value: Any) -> bool:
    """Whether half a character (which no encoding can store) stands anywhere in a JSON value."""
    if isinstance(value, str):
        return any("\ud800" <= character <= "\udfff" for character in value) if not value.isascii() else False
    if isinstance(value, Mapping):
        return any(_has_lone_surrogate(each) for each in (*value, *value.values()))
    return isinstance(value, list) and any(_has_lone_surrogate(each) for each in value)


def _source(value: Any) -> Source | None:
    if not isinstance(value, Mapping):
        return None
    file, sheet, row = (value.get(key) for key in ("file", "sheet", "row"))
    return Source(
        file if isinstance(file, str) else None,
        sheet if isinstance(sheet, str) else None,
        row if isinstance(row, int) else None,
    )


def parse_row(parser: FieldParser, row: Row) -> Submission | Reject:
    """A row of a file as a submission. Its text must be usable; another field that cannot be read moves to `extra`, as it
    stood, and nothing is lost."""
    values, extra = dict(row.values), dict(row.extra)
    if _has_lone_surrogate([values, extra]):
        return Reject(row.source, "encoding", "این ردیف نویسهٔ ناقص دارد و ذخیره‌شدنی نیست.", "a lone surrogate in the row")
    truncated = bool(values.pop("truncated", False))
    if isinstance(extra.get("analysis"), Mapping):  # a row that the product wrote: what it derived is made anew
        for name in (*_DERIVED, "source"):
            extra.pop(name, None)
    while True:
        try:
            found = parser.submission({**values, "extra": {**extra, **(values.get("extra") or {})}}, row.source)
            return replace(found, truncated=truncated)
        except InvalidInput as error:
            wrong = {item.pointer.split("/")[1] for item in error.errors} or {"text"}
            if "text" in wrong:
                code: RejectCode = "text_too_long" if error.code == "text_too_long" else "empty_text"
                return Reject(row.source, code, error.message, error.detail)
            for field in wrong & set(values):
                extra[field] = values.pop(field)
            if not wrong & set(row.values):
                return Reject(row.source, "damaged", error.message, error.detail)


def select_parts(names: str) -> frozenset[Part]:
    """Parts from `domains,summary,facts`. :raises InvalidInput: a name that is no part."""
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in ALL_PARTS]
    if unknown or not wanted:
        known = "، ".join(sorted(ALL_PARTS))
        raise InvalidInput(f"بخش‌های شدنی: {known}.", detail=f"unknown parts: {', '.join(unknown) or 'none given'}")
    return frozenset(name for name in ALL_PARTS if name in wanted)
