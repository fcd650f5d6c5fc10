"""What people are told when something cannot be read: what is wrong, and what to do."""

from __future__ import annotations

from nlp.types import Limits, RejectCode

_MESSAGES: dict[RejectCode, str] = {
    "empty_text": "اینجا متنی برای خواندن نیست؛ متن گزارش را بنویسید و دوباره بفرستید.",
    "text_too_long": "متن این گزارش از {text_characters} نویسه بلندتر است؛ آن را به چند گزارش کوتاه‌تر بخش کنید.",
    "file_too_large": "این فایل از اندازه مجاز بزرگ‌تر است؛ آن را به چند فایل کوچک‌تر بخش کنید.",
    "password": "این فایل رمز دارد؛ رمز آن را بردارید و دوباره بفرستید.",
    "damaged": "این فایل خراب یا ناقص است؛ آن را دوباره ذخیره کنید یا نسخه سالم آن را بفرستید.",
    "unsupported_type": "این نوع فایل خوانده نمی‌شود؛ گزارش را به صورت Word (docx)، Excel (xlsx)، PDF یا متن ساده بفرستید.",
    "wrong_type": "محتوای این فایل با پسوند نامش نمی‌خواند؛ آن را با برنامه خودش باز کنید و دوباره با پسوند درست ذخیره کنید.",
    "empty_sheet": "این جدول ردیفی برای خواندن ندارد؛ زیر ردیف عنوان‌ها، گزارش‌ها را وارد کنید.",
    "no_text_column": "ستون متن گزارش در این جدول پیدا نشد؛ عنوان آن را «متن گزارش» بگذارید، "
    "یا با ‎--map text=نام‌ستون‎ آن را معرفی کنید.",
    "no_text_layer": "در این فایل نوشته خوانایی پیدا نشد؛ اسکن روشن‌تر یا فایل اصلی گزارش (Word یا متن) را بفرستید.",
    "ocr_missing": "این فایل تصویر است و برای خواندن آن باید Tesseract با زبان فارسی نصب شود: "
    "‎apt install tesseract-ocr tesseract-ocr-fas‎ و ‎pip install samanyar[ocr]‎.",
    "encoding": "نویسه‌های این متن شناخته نشد؛ فایل را با کدگذاری UTF-8 ذخیره کنید و دوباره بفرستید.",
    "reader_timeout": "خواندن این فایل بیش از {reader_seconds} ثانیه طول کشید و رها شد؛ آن را کوچک‌تر کنید.",
    "reader_crashed": "خواندن این فایل ناگهان متوقف شد؛ آن را دوباره ذخیره کنید یا با قالب دیگری بفرستید.",
}

_HINTS = {
    "old_word": "این فایل با قالب قدیمی Word (doc) است؛ آن را در Word باز کنید و با قالب docx ذخیره کنید.",
    "old_excel": "این فایل با قالب قدیمی Excel (xls) است؛ آن را در Excel باز کنید و با قالب xlsx ذخیره کنید.",
    "file_bytes": "این فایل از {file_megabytes} مگابایت بزرگ‌تر است؛ آن را به چند فایل کوچک‌تر بخش کنید.",
    "pages": "این فایل بیش از {pages} صفحه دارد؛ آن را به چند فایل کوچک‌تر بخش کنید.",
    "rows": "این جدول بیش از {rows} ردیف دارد و ردیف‌های بعدی خوانده نشد؛ آن را به چند فایل بخش کنید.",
    "cells": "این جدول بیش از {cells} خانه دارد و باقی آن خوانده نشد؛ آن را به چند فایل بخش کنید.",
    "pixels": "این تصویر بیش از اندازه بزرگ است؛ آن را با وضوح کمتر (۳۰۰ نقطه در اینچ) ذخیره کنید.",
    "title": "عنوان این گزارش از {title_characters} نویسه بلندتر است؛ آن را کوتاه کنید.",
    "line": "این سطر خوانده نشد؛ هر سطر باید یک شیء JSON درست با کلید text باشد.",
    "table_quote": 'یک گیومه (") در این جدول بسته نشده و ردیف‌های پس از آن خوانده نشد؛ آن را درست کنید و دوباره بفرستید.',
    "mapped_column": "ستونی که معرفی کرده‌اید در این جدول نیست؛ "
    "نام ستون را همان‌گونه که در فایل آمده با ‎--map text=نام‌ستون‎ بنویسید.",
    "ocr_off": "این فایل تصویر است و خواندن تصویر خاموش است؛ فایل اصلی گزارش (Word یا متن) را بفرستید.",
    "unreadable": "این فایل باز نشد؛ ببینید هنوز سر جایش هست و اجازه خواندنش را دارید.",
}


def message_of(code: RejectCode, limits: Limits, hint: str | None = None) -> str:
    """The Persian sentence for a reject code, with the numbers of these limits; `hint` names a more exact sentence."""
    sentence = _HINTS[hint] if hint is not None else _MESSAGES[code]
    return sentence.format(
        text_characters=_persian(limits.text_characters),
        title_characters=_persian(limits.title_characters),
        file_megabytes=_persian(limits.file_bytes // 1_000_000),
        pages=_persian(limits.pages),
        rows=_persian(limits.rows),
        cells=_persian(limits.cells),
        reader_seconds=_persian(limits.reader_seconds),
    )


def _persian(number: int) -> str:
    return f"{number:,}".replace(",", "٬").translate({ord("0") + digit: 0x06F0 + digit for digit in range(10)})
