"""Where the files that ship with the product are: inside the wheel, or at the top of the checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_WHEEL = _PACKAGE / "_shipped"
_ROOT = _WHEEL if _WHEEL.is_dir() else _PACKAGE.parent

DATA = _ROOT / "data"
MODELS = _ROOT / "models"
