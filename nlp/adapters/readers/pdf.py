"""PDF: the text layer of each page; scanned pages by OCR."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pypdfium2

from nlp.adapters.readers import ocr
from nlp.adapters.readers.findings import document, is_blank
from nlp.adapters.readers.request import Refused, Request
from nlp.types import Reject, Row

DPI = 300
UNREAD = "صفحه‌های خوانده‌نشده"


def read(request: Request) -> Iterator[Row | Reject]:
    with closing(_open(request.path)) as pdf:
        pages = len(pdf)
        if pages > request.limits.pages:
            raise Refused("file_too_large", f"{pages} pages, at most {request.limits.pages}", hint="pages")
        texts = [_layer(pdf, number) for number in range(pages)]
        scanned = [number for number, text in enumerate(texts) if is_blank(text) and _has_image(pdf, number)]
        has_layer = not all(is_blank(text) for text in texts)
        unread: list[int] = []
        if not has_layer and not request.ocr:
            raise Refused("no_text_layer", "no text layer, and OCR is off", hint="ocr_off")
        if scanned or not has_layer:
            unread = _recognize(request, pdf, texts, scanned if has_layer else list(range(pages)), must=not has_layer)
    text = "\n".join(text for text in texts if text)
    if is_blank(text):
        raise Refused("no_text_layer", "neither a text layer nor text that OCR finds")
    found = document(request, text)
    if unread and isinstance(found, Row):
        numbers = "، ".join(str(number + 1) for number in unread)
        found = Row({**found.values, "truncated": True}, found.source, {UNREAD: numbers})
    yield found


def needs_ocr(path: Path) -> bool:
    """No page has a text layer."""
    with closing(_open(path)) as pdf:
        return all(is_blank(_layer(pdf, number)) for number in range(len(pdf)))


def _open(path: Path) -> Any:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        if code == pypdfium2.raw.FPDF_ERR_PASSWORD or "password" in str(error).casefold():
            raise Refused("password", "the PDF asks for a password") from None
        raise Refused("damaged", "PDFium cannot open it") from None


def _layer(pdf: Any, number: int) -> str:
    """A page's text, or "" where its letters are not known (fonts without a map to Unicode)."""
    try:
        with closing(pdf[number]) as page, closing(page.get_textpage()) as layer:
            text: str = layer.get_text_bounded()
    except pypdfium2.PdfiumError:
        raise Refused("damaged", f"PDFium cannot read page {number + 1}") from None
    text = text.replace("\r\n", "\n").replace("\ufffe", "").replace("\x02", "").replace("\x00", "")
    unknown = sum(character == "\ufffd" or unicodedata.category(character) in ("Co", "Cn") for character in text)
    if unknown > 0.2 * max(1, len(text)):
        return ""
    return text.strip()


def _has_image(pdf: Any, number: int) -> bool:
    """A picture that covers most of the page: a scan, not a logo."""
    with closing(pdf[number]) as page:
        area = page.get_width() * page.get_height()
        for item in page.get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
            left, bottom, right, top = item.get_bounds()
            if (right - left) * (top - bottom) > 0.5 * area:
                return True
    return False


def _recognize(request: Request, pdf: Any, texts: list[str], numbers: list[int], *, must: bool) -> list[int]:
    """Fills `texts`; returns the pages that could not be read because OCR is not there."""
    if not must and not request.ocr:
        return numbers
    try:
        ocr.require()
    except Refused:
        if must:
            raise
        return numbers
    for number in numbers:
        with closing(pdf[number]) as page:
            scale = DPI / 72
            ocr.check_pixels(int(page.get_width() * scale), int(page.get_height() * scale))
            texts[number] = ocr.recognize(page.render(scale=scale, grayscale=True).to_pil())
        request.progress()
    return []
