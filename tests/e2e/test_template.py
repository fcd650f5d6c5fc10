"""The page as HTML, before any script has run."""

from __future__ import annotations

from nlp.text.digits import persian_number
from nlp.types import Limits
from service.web.routes import STATIC, render


def test_provinces_and_limits_are_written_into_the_page() -> None:
    html = render(provinces=[("IR-23", "تهران"), ("IR-<", "<b>")], limits=Limits(text_characters=12_345, file_bytes=3_000_000))
    assert '<option value="IR-23">تهران</option>' in html
    assert '<option value="IR-&lt;">&lt;b&gt;</option>' in html
    assert 'data-text-limit="12345"' in html
    assert "۱۲٬۳۴۵ نویسه" in html
    assert "تا ۳ مگابایت" in html


def test_nothing_in_the_page_is_inline_or_foreign() -> None:
    html = render(provinces=[], limits=Limits())
    for forbidden in (" style=", " onclick=", "<style", "http://", "https://", "<script>"):
        assert forbidden not in html


def test_the_font_comes_with_its_licence_and_stays_small() -> None:
    assert (STATIC / "fonts" / "OFL.txt").is_file()
    assert (STATIC / "fonts" / "vazirmatn.woff2").stat().st_size < 120_000


def test_numbers_are_grouped_in_persian() -> None:
    assert persian_number(100_000) == "۱۰۰٬۰۰۰"
