"""A summary in a model's own words, shown only if its numbers, dates, places and names stand in the report; else the extractive
one, with the reason."""

from __future__ import annotations

from dataclasses import replace

from nlp.errors import GeneratorFailed
from nlp.facts.faithful import UnfoundKind, unfound
from nlp.facts.places import Gazetteer
from nlp.pipelines.document import Document
from nlp.ports import Generator
from nlp.text.characters import arabic_share
from nlp.types import Fallback, Summary, SummaryOptions

_SAID: dict[UnfoundKind, str] = {
    "number": "عدد «{}» در گزارش نیست.",
    "date": "تاریخ «{}» در گزارش نیست.",
    "place": "جای «{}» در گزارش نیست.",
    "name": "نام «{}» در گزارش نیست.",
}


def rewrite(
    generator: Generator, document: Document, summary: Summary, options: SummaryOptions, gazetteer: Gazetteer
) -> Summary:  # fmt: skip
    """The generator's summary, with the extractive one's sentences as its sources; or the extractive one and why."""
    source = document.submission
    whole = f"{source.title}\n{source.text}" if source.title else source.text
    try:
        text = " ".join(generator.summarize(document.body.text, options.words).split())
    except GeneratorFailed as error:
        return replace(summary, fallback=Fallback(error.code, error.message))
    reason = _refused(text, whole, options, gazetteer)
    if reason:
        return replace(summary, fallback=reason)
    return Summary(text, f"abstractive:{generator.name}", summary.headline, summary.sentences)


def _refused(text: str, source: str, options: SummaryOptions, gazetteer: Gazetteer) -> Fallback | None:
    if not any(map(str.isalpha, text)):
        return Fallback("empty", "خلاصه‌نویس متنی نداد.")
    if arabic_share(text) < 0.5:
        return Fallback("language", "متن خلاصه‌نویس فارسی نیست.")
    if len(text.split()) > options.words:
        return Fallback("too_long", "متن خلاصه‌نویس بلندتر از اندازهٔ خواسته است.")
    missing = unfound(text, source, gazetteer)
    return Fallback(f"{missing[0].kind}_not_in_report", _SAID[missing[0].kind].format(missing[0].text)) if missing else None
