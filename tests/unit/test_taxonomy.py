"""The taxonomy is loaded whole or refused with the entry that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.errors import TaxonomyInvalid
from nlp.shipped import DATA
from nlp.taxonomy import load_taxonomy

GROUP = "groups:\n  - {code: gg, fa: گروه, en: Group}\n"


def test_the_shipped_taxonomy_has_twenty_domains_in_six_groups() -> None:
    taxonomy = load_taxonomy(DATA / "taxonomy.yaml")
    assert (len(taxonomy.domains), len(taxonomy.groups), taxonomy.version) == (20, 6, 1)
    assert taxonomy.by_code["addiction"].group == "addiction_and_health"
    assert taxonomy.label.startswith("1:")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[1, 2]", "mapping"),
        (f"version: 1\n{GROUP}domains:\n  - {{code: d1, group: gg, fa: نام}}\n", "en"),
        (f"version: 1\n{GROUP}domains:\n  - {{code: d1, group: x, fa: ن, en: N}}\n", "unknown group"),
        (f"version: 1\n{GROUP}domains:\n  - {{code: gg, group: gg, fa: ن, en: N}}\n", "malformed or used twice"),
        (f"version: one\n{GROUP}domains:\n  - {{code: d1, group: gg, fa: ن, en: N}}\n", "version"),
        (f"version: 1\n{GROUP}domains: []\n", "domains"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TaxonomyInvalid, match=named):
        load_taxonomy(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyInvalid):
        load_taxonomy(tmp_path / "none.yaml")
