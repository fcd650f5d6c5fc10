"""What two texts share, what was changed, and what every form shares and does not count."""

from __future__ import annotations

from nlp.review.compare import MOST_PASSAGES, changed, compare, numbers_of, passages
from nlp.review.sketch import bands
from nlp.text.normalize import normalize
from nlp.text.tokens import tokens

REPORT = (
    "در پاییز ۱۴۰۲ برای ۱۲۰ خانوادهٔ زندانی بستهٔ خوراک فراهم شد.\n"
    "کارگاه خیاطی با ۱۴ چرخ در محلهٔ پامنار به راه افتاد و ۳۲ زن در آن مزد می‌گیرند.\n"
    "وکیل‌های داوطلب هر دوشنبه در دفتر انجمن به پرسش‌های حقوقی مردم پاسخ می‌دهند.\n"
    "نوجوان‌های محله در زمین بازسازی‌شده تمرین کشتی می‌کنند."
)


def sketch(text: str) -> set[int]:
    return set(bands(list(tokens(normalize(text).text))))


def test_a_text_is_wholly_in_itself_however_it_is_typed() -> None:
    other = REPORT.replace("ی", "ي").replace("ک", "ك").replace("\u200c", " ")
    found = compare(passages(REPORT), passages(other))
    assert found.share > 0.9
    assert found.numbers == 1.0
    assert found.changed == ()


def test_changed_figures_are_named_with_the_sentences_they_stand_in() -> None:
    found = compare(passages(REPORT), passages(REPORT.replace("۱۲۰", "۲۱۰").replace("۳۲", "۴۵").replace("۱۴۰۲", "۱۴۰۳")))
    assert found.share == 1.0
    assert found.changed == (("1402", "1403"), ("120", "210"), ("32", "45"))
    left, right = found.aligned[1].left, found.aligned[1].right
    assert REPORT[left.start : left.end] == left.text
    assert "۴۵" in right.text


def test_a_part_is_wholly_in_the_whole_and_the_order_does_not_matter() -> None:
    lines = REPORT.split("\n")
    part = "\n".join([lines[2], lines[0]])
    found = compare(passages(part), passages(REPORT))
    assert found.share == 1.0
    assert len(found.aligned) == 2
    assert compare(passages(REPORT), passages(part)).share == 1.0


def test_labels_of_a_form_and_lines_of_a_word_or_two_do_not_count() -> None:
    form = "نام سازمان: {}\nتاریخ شروع: ۱۴۰۲/۰۱/۰۳\nشرح اقدامات: {}\nدبیر انجمن"
    left = form.format("انجمن پرستو", "دیوار مدرسه‌ای در روستای بالا رنگ شد و کتابخانه‌ای در آن برپا شد")
    right = form.format("انجمن پرستو", "برای سالمندان تنها هفته‌ای دو بار غذای گرم به خانه برده شد")
    assert compare(passages(left), passages(right)).share == 0.0


def test_a_text_of_short_lines_alone_is_still_compared() -> None:
    lines = "\n".join(f"{word} {n}" for n, word in enumerate("نفر جلسه کارگاه بسته اردو مدرسه کتاب نهال وام".split(), 10))
    assert compare(passages(lines), passages(lines)).share == 1.0
    assert compare(passages("۱۲ ۳۴ ۵۶"), passages("۹۸ ۷۶ ۵۴")).share == 0.0
    assert passages("") == []
    assert compare([], passages(REPORT)).share == 0.0


def test_copies_meet_in_a_band_and_other_texts_do_not() -> None:
    lines = REPORT.split("\n")
    assert sketch(REPORT) & sketch("\n".join(lines[:2]))
    assert sketch(REPORT) & sketch(REPORT.replace("۱۲۰", "۹۰"))
    assert not sketch(REPORT) & sketch("جنگل‌های بلوط زاگرس از آتش در امان ماند؛ همیاران روستا آتش‌بر کندند و نهال کاشتند.")
    assert sketch("") == set()


def test_one_sentence_in_common_is_not_yet_a_copy() -> None:
    one = "کلاس خیاطی برای زنان محله برگزار شد."
    assert compare(passages(one), passages(f"{one}\n{REPORT}")).share < 0.8


def test_numbers_are_the_same_however_they_are_written() -> None:
    pairs = [("۱۲٬۵۰۰", "12,500"), ("۱۲۵۰۰", "۱۲٬۵۰۰"), ("۱۲.۵", "۱۲٫۵"), ("۱۴۰۲/۱/۳", "۱۴۰۲/۰۱/۰۳"), ("007", "۷")]
    for left, right in pairs:
        assert numbers_of(left) == numbers_of(right)


def test_only_numbers_that_stand_for_each_other_are_changed() -> None:
    assert changed(("5", "5", "5", "7", "8"), ("5", "5", "6", "7", "9")) == (("5", "6"), ("8", "9"))
    assert changed(("5", "7"), ("7",)) == ()
    rows = [f"آموزش مدرسه کتاب محله {n} نفر" for n in (5, 7, 9)]
    kept = compare(passages("\n".join(rows)), passages(rows[1]))
    assert kept.changed == ()
    assert compare(passages("\n".join(rows)), passages("\n".join(rows[::-1]))).changed == ()


def test_a_changed_date_on_a_short_line_is_seen() -> None:
    left = f"تاریخ: ۱۴۰۲\n{REPORT}"
    assert compare(passages(left), passages(left.replace("تاریخ: ۱۴۰۲", "تاریخ: ۱۴۰۳"))).changed == (("1402", "1403"),)


def test_texts_of_a_thousand_like_lines_are_compared_at_once() -> None:
    for text in ("کلاس مدرسه کتاب ۵\n" * 5000, "5\n" * 50_000):
        lines = passages(text)
        assert len(lines) == MOST_PASSAGES
        compare(lines, lines)
