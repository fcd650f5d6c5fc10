"""What the page of coverage shows: the map of tiles, the matrix with its heat, and the gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from nlp.errors import InvalidInput
from nlp.pipelines.coverage import Coverage, Gap
from nlp.text.jalali import jalali_year
from nlp.types import Period
from service.api.schemas import FilterInput
from service.web.heats import Heats
from service.web.pages import Names, plain
from service.web.tiles import PLACES, SHORT

SHOWN_GAPS = 24
MOST_YEARS = 20


@dataclass(frozen=True, slots=True)
class Box:
    """A count with its heat, 0 for none and 1 to 5 for more and more; `path`: of its reports, None where there are none; `gap`:
    none are there though some were to be expected."""

    code: str
    name: str
    reports: int
    ngos: int
    heat: int
    path: str | None
    gap: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """A province on the map."""

    box: Box
    short: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Line:
    """A domain's row of the matrix; `box` is its total."""

    box: Box
    cells: Sequence[Box]


@dataclass(frozen=True, slots=True)
class Hole:
    """A gap in words; `elsewhere`: the path of the domain's reports of all provinces."""

    gap: Gap
    domain: str
    province: str
    elsewhere: str
    there: str


@dataclass(frozen=True, slots=True)
class Grid:
    """The page. `steps`: each heat with the least and the greatest count of a cell; `tile_steps`: of a tile."""

    tiles: Sequence[Tile]
    provinces: Sequence[Box]
    groups: Sequence[tuple[str, Sequence[Line]]]
    holes: Sequence[Hole]
    more_holes: int
    steps: Sequence[tuple[int, int, int]]
    tile_steps: Sequence[tuple[int, int, int]]
    reports: int
    empty: int


def grid(found: Coverage, names: Names, wanted: FilterInput) -> Grid:
    """found: of the filters that `wanted` says."""
    gaps = {(gap.domain, gap.province) for gap in found.gaps}
    reports = {total.province: total.reports for total in found.totals}
    warm, tile_warm = Heats(cell.reports for cell in found.cells), Heats(reports.values())
    holed = Counter(province for _, province in gaps) if wanted.domain else Counter[str]()
    whole = {
        total.province: Box(
            total.province,
            names.province(total.province),
            total.reports,
            total.ngos,
            tile_warm.of(total.reports),
            _path(wanted, total.reports, province=total.province),
            bool(holed[total.province]),
        )
        for total in found.totals
    }
    order = sorted(found.provinces, key=lambda code: -reports[code])
    of = {(cell.domain, cell.province): cell for cell in found.cells}

    def box(domain: str, province: str) -> Box:
        cell = of[domain, province]
        path = _path(wanted, cell.reports, domain=domain, province=province)
        is_gap = (domain, province) in gaps
        return Box(province, names.province(province), cell.reports, cell.ngos, warm.of(cell.reports), path, is_gap)

    def line(domain: str) -> Line:
        cells = [box(domain, province) for province in order]
        total = sum(cell.reports for cell in cells)
        return Line(Box(domain, names.domain(domain), total, 0, 0, path=None, gap=False), cells)  # a list has others besides

    lines = [(group.fa, [line(each.code) for each in domains if each.code in found.domains]) for group, domains in names.groups]
    return Grid(
        sorted((Tile(box_, SHORT.get(code, box_.name), *PLACES[code]) for code, box_ in whole.items()), key=_read),
        [whole[code] for code in order],
        [(name, some) for name, some in lines if some],
        [_hole(gap, names, wanted) for gap in found.gaps[:SHOWN_GAPS]],
        max(0, len(found.gaps) - SHOWN_GAPS),
        warm.steps,
        tile_warm.steps,
        sum(reports.values()),
        sum(not cell.reports for cell in found.cells),
    )


def chosen(wanted: FilterInput, scope: str, year: str, names: Names) -> FilterInput:
    """The filters with what the two selects of the page say: a group's or a domain's code, and a Jalali year.

    :raises InvalidInput: the code is of neither."""
    changes: dict[str, str | None] = {}
    if scope:
        groups = {group.code for group, _ in names.groups}
        codes = {domain.code for _, domains in names.groups for domain in domains}
        if scope not in groups | codes:
            raise InvalidInput("چنین حوزه یا گروهی نیست.", detail="scope is no code of a domain or a group")
        changes = {"group": scope if scope in groups else None, "domain": scope if scope in codes else None}
    if year and not (wanted.since or wanted.until):
        changes |= {"since": year, "until": year}
    return wanted.model_copy(update=changes)


def years(days: Period) -> list[int]:
    """Jalali years to choose from, the newest first."""
    ends = [day for day in (days.start, days.end) if day]
    if not ends:
        return []
    last = min(jalali_year(ends[-1]), jalali_year(datetime.now(UTC).date()))  # a mistyped year hides no other
    return list(range(last, max(jalali_year(ends[0]), last - MOST_YEARS) - 1, -1))


def _hole(gap: Gap, names: Names, wanted: FilterInput) -> Hole:
    elsewhere = _path(wanted, 1, domain=gap.domain) or ""
    there = _path(wanted, 1, province=gap.province, domain=None, group=None) or ""
    return Hole(gap, names.domain(gap.domain), names.province(gap.province), elsewhere, there)


def _path(wanted: FilterInput, count: int, **changes: str | None) -> str | None:
    """Where the reports are that were counted."""
    if not count:
        return None
    asked: dict[str, str | None] = {**plain(wanted), **changes}
    if wanted.domain or changes.get("domain"):
        asked.pop("group", None)
    return "/reports?" + urlencode({name: value for name, value in asked.items() if value})


def _read(tile: Tile) -> tuple[int, int]:
    """From the north down, each row from the right."""
    return tile.row, -tile.column
