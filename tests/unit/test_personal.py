"""Personal data is found by its check digits, in every script, and masked."""

from __future__ import annotations

import pytest

from nlp.text.personal import find_personal, masked

NATIONAL_ID = "0499370899"
CARD = "6037991234567893"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (NATIONAL_ID, "national_id"),
        ("۰۴۹۹۳۷۰۸۹۹", "national_id"),
        ("049-937089-9", "national_id"),
        ("09123456789", "phone"),
        ("۰۹۱۲ ۳۴۵ ۶۷ ۸۹", "phone"),
        ("+989123456789", "phone"),
        ("021-88776655", "phone"),
        (CARD, "card"),
        ("6037-9912-3456-7893", "card"),
        ("IR062960000000100324200001", "sheba"),
        ("+982188776655", "phone"),
        ("0912.345.6789", "phone"),
        ("0912–345–6789", "phone"),
        ("9123456789", "phone"),
        ("021 - 88776655", "phone"),
        ("049 937 0899", "national_id"),
        ("062960000000100324200001", "sheba"),
        ("user.name@example.org", "email"),
        ("ali@x.y.ir", "email"),
    ],
)
def test_it_is_found_whole(text: str, kind: str) -> None:
    found = find_personal(f"شماره {text} ثبت شد")
    assert [(each.kind, each.end - each.start) for each in found] == [(kind, len(text))]


@pytest.mark.parametrize(
    "text", ["0499370898", "1111111111", "6037991234567890", "۱۲۳۴۵۶۷۸۹۰۱۲", "۳۵۰۰۰۰۰۰۰۰ تومان", "سال ۱۴۰۲"]
)
def test_other_numbers_stay(text: str) -> None:
    assert masked(text) == text


def test_a_card_is_found_behind_other_digits() -> None:
    assert masked(f"شعبه ۱۴۰۲ {CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:]}") == "شعبه ۱۴۰۲ [شماره کارت]"


def test_many_addresses_take_no_longer_than_they_are() -> None:
    assert masked("a@b.ir " * 10_000) == "[رایانامه] " * 10_000


def test_the_mask_names_what_was_there() -> None:
    assert masked(f"کد {NATIONAL_ID}، کارت {CARD}، تلفن ۰۹۱۲۳۴۵۶۷۸۹.") == "کد [کد ملی]، کارت [شماره کارت]، تلفن [تلفن]."
