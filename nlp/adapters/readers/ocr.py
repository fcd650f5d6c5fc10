"""Tesseract with its Persian model, where it is installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from nlp.adapters.readers.findings import document, is_blank
from nlp.adapters.readers.request import Refused, Request
from nlp.types import Reject, Row

MAX_PIXELS = 50_000_000
PAGE_SECONDS = 60
LANGUAGE = "fas"


def require() -> None:
    """:raises Refused: `ocr_missing`."""
    if shutil.which("tesseract") is None:
        raise Refused("ocr_missing", "tesseract is not installed: apt install tesseract-ocr tesseract-ocr-fas")
    try:
        pytesseract = import_module("pytesseract")
        import_module("PIL.Image")
    except ModuleNotFoundError as error:
        raise Refused("ocr_missing", f"{error.name} is not installed: pip install samanyar[ocr]") from None
    if LANGUAGE not in pytesseract.get_languages(config=""):
        raise Refused("ocr_missing", "tesseract has no Persian: apt install tesseract-ocr-fas")


def check_pixels(width: int, height: int) -> None:
    """:raises Refused: `file_too_large`."""
    if width * height > MAX_PIXELS:
        raise Refused("file_too_large", f"{width} × {height} pixels, at most {MAX_PIXELS}", hint="pixels")


def recognize(image: Any) -> str:
    """Text of a PIL image. :raises Refused: `reader_timeout`."""
    pytesseract = import_module("pytesseract")

    try:
        found = pytesseract.image_to_string(image, lang=LANGUAGE, timeout=PAGE_SECONDS)
    except pytesseract.TesseractError as error:
        raise Refused("no_text_layer", f"tesseract ended with {error.status}") from None
    except RuntimeError:
        raise Refused("reader_timeout", f"tesseract took more than {PAGE_SECONDS} seconds for one page") from None
    return str(found).replace("\x0c", "").strip()


def read(request: Request) -> Iterator[Row | Reject]:
    """An image, or a TIFF of several pages: one report."""
    if not request.ocr:
        raise Refused("no_text_layer", "an image, and OCR is off", hint="ocr_off")
    require()
    pillow: Any = import_module("PIL.Image")
    pillow.MAX_IMAGE_PIXELS = None  # our own limit, without a warning
    texts: list[str] = []
    try:
        with pillow.open(request.path, formats=("PNG", "JPEG", "TIFF")) as image:
            frames = getattr(image, "n_frames", 1)
            if frames > request.limits.pages:
                raise Refused("file_too_large", f"{frames} pages, at most {request.limits.pages}", hint="pages")
            for number in range(frames):
                image.seek(number)
                check_pixels(*image.size)
                texts.append(recognize(image.convert("RGB")))
                request.progress()
    except (OSError, SyntaxError, ValueError) as error:
        raise Refused("damaged", f"image: {type(error).__name__}") from None
    text = "\n".join(text for text in texts if text)
    if is_blank(text):
        raise Refused("no_text_layer", "OCR found no text")
    yield document(request, text)
