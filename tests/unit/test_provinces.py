from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlp.errors import ConfigurationError, NotFound
from nlp.provinces import Provinces
from nlp.shipped import DATA


@pytest.fixture(scope="module")
def provinces() -> Provinces:
    return Provinces.load(DATA / "provinces.yaml")


def test_all_31_provinces_have_their_current_iso_codes(provinces: Provinces) -> None:
    assert provinces.codes == tuple(f"IR-{number:02}" for number in range(31))
    known = {"IR-00": "مرکزی", "IR-07": "فارس", "IR-09": "خراسان رضوی", "IR-23": "تهران", "IR-30": "البرز"}
    assert {code: provinces.name(code) for code in known} == known


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("IR-23", "IR-23"),
        ("ir23", "IR-23"),
        ("IR-۲۳", "IR-23"),
        (" استان  تهران", "IR-23"),
        ("استان‌تهران", "IR-23"),
        ("Tehran Province", "IR-23"),
        ("آذربايجان\u200cشرقي", "IR-03"),
        ("اذربایجان شرقی", "IR-03"),
        ("East Azarbaijan", "IR-03"),
        ("كردستان", "IR-12"),
        ("سیستان وبلوچستان", "IR-11"),
        ("سیستان بلوچستان", "IR-11"),
        ("چهار محال و بختیاری", "IR-14"),
        ("كهگيلويه وبوير احمد", "IR-17"),
        ("Kohgiluyeh and Boyer Ahmad", "IR-17"),
        ("Esfahan", "IR-10"),
        ("خراسان", None),
        ("آذربایجان", None),
        ("تبریز", None),
        ("23", None),
        ("", None),
        ("استان", None),
        ("IR-31", None),
    ],
)
def test_spellings_lead_to_the_code(provinces: Provinces, text: str, code: str | None) -> None:
    assert provinces.resolve(text) == code


def test_every_name_and_alias_leads_to_its_province(provinces: Provinces) -> None:
    for code in provinces.codes:
        province = provinces.get(code)
        for name in (province.code, province.fa, f"استان {province.fa}", province.en, *province.aliases):
            assert provinces.resolve(name) == code
        assert len(province.cities) >= 5
        assert len(set(province.cities)) == len(province.cities)


def test_the_shipped_reports_name_known_provinces(provinces: Provinces) -> None:
    for file in sorted((DATA / "reports").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            assert provinces.resolve(json.loads(line)["province"]) is not None


def test_an_unknown_code_is_not_found(provinces: Provinces) -> None:
    with pytest.raises(NotFound):
        provinces.name("IR-99")


ONE = "{code: IR-00, fa: مرکزی, en: Markazi, aliases: [], cities: [اراک]}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "provinces: []",
        "provinces: [{code: IR-00}]",
        f"provinces: [{ONE.replace('IR-00', 'XX')}]",
        f"provinces: [{ONE}, {ONE}]",
        f"provinces: [{ONE}, {ONE.replace('IR-00', 'IR-01').replace('Markazi', 'Other')}]",
        f"provinces: [{ONE}]\nextra: 1",
        "provinces: [",
    ],
)
def test_a_file_that_breaks_its_rules_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "provinces.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError):
        Provinces.load(tmp_path / "provinces.yaml")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        Provinces.load(tmp_path / "none.yaml")
