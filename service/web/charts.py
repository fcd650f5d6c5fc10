"""Charts as pictures inside a page: drawn by pygal, stripped of its own styles and scripts, coloured by `static/charts.css`.

A chart is left to right, as time and shares are read on an axis; words around it stand in the page. Whoever cannot see it reads
its `label`, and the table that stands beside it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import pygal
from markupsafe import Markup
from pygal.style import Style

from service.web.filters import ratio

# pygal leaves a finder of its plugins behind that has no find_spec, which every later import would warn of.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]

WIDTH, HEIGHT = 400, 260
MOST_TICKS = 5
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
_DROPPED_TAGS = frozenset({"style", "script", "defs", "title", "desc"})
_DROPPED_CLASSES = frozenset({"text-overlay", "tooltip-overlay", "titles"})
_STYLE = Style(font_family="Vazirmatn", label_font_size=13, major_label_font_size=13)
_COMMON: Mapping[str, Any] = {
    "width": WIDTH,
    "height": HEIGHT,
    "style": _STYLE,
    "show_legend": False,
    "margin": 8,
    "range": (0, 1),
    "y_labels": [{"value": share, "label": ratio(share)} for share in SHARES],
    "js": [],
    "no_prefix": True,
    "disable_xml_declaration": True,
}


@dataclass(frozen=True, slots=True)
class Point:
    """A place on a chart, both ways from 0 to 1, or along the ticks where `x` is None; `label` is told when it is pointed at,
    `radius` is that of its dot."""

    y: float
    label: str
    x: float | None = None
    radius: float = 4


def lines(label: str, ticks: Sequence[str], series: Sequence[Sequence[Point | None]]) -> Markup:
    """Shares along ticks, a line for each series, broken nowhere; None is skipped. ticks: written under the axis, at most
    `MOST_TICKS` of them."""
    every = max(1, ceil(len(ticks) / MOST_TICKS))
    chart = pygal.Line(
        **_COMMON,
        x_labels_major_every=every,
        show_minor_x_labels=False,
        truncate_label=-1,
        allow_interruptions=False,
    )
    chart.x_labels = list(ticks)
    for number, points in enumerate(series):
        chart.add(str(number), [point and {"value": point.y, **_dot(point)} for point in points])
    return _drawn(chart, "lines", label)


def scatter(label: str, points: Sequence[Point]) -> Markup:
    """Shares against shares, with the diagonal where both are the same."""
    chart = pygal.XY(**_COMMON, xrange=(0, 1), dots_size=4)
    chart.x_labels = [{"value": share, "label": ratio(share)} for share in SHARES]
    chart.add("0", [(0, 0), (1, 1)], show_dots=False)
    chart.add("1", [{"value": (point.x, point.y), **_dot(point)} for point in points])
    return _drawn(chart, "scatter", label)


def _dot(point: Point) -> dict[str, Any]:
    return {"label": point.label, "node": {"r": round(point.radius, 1)}}


def _drawn(chart: Any, kind: str, label: str) -> Markup:
    chart.xml_filters.append(lambda root: _bare(root, label, kind))
    svg: str = chart.render(is_unicode=True)
    return Markup(svg.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', ""))  # noqa: S704 - the library escapes


def _bare(root: Any, label: str, kind: str) -> Any:
    """The drawing alone: no style, script, comment, reference or id; a point's label as its title."""
    for parent in list(root.iter()):
        if not isinstance(parent.tag, str):
            continue
        told = [child.text for child in parent if child.tag == "desc" and child.get("class") == "label"]
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag in _DROPPED_TAGS or _DROPPED_CLASSES & set(_classes(child)):
                parent.remove(child)
        for text in told:
            title = parent.makeelement("title", {})
            title.text = text
            parent.append(title)
    root.attrib.pop("id", None)
    root.set("class", " ".join([*_classes(root), kind]))
    root.set("role", "img")
    root.set("aria-label", label)
    return root


def _classes(node: Any) -> list[str]:
    return (node.get("class") or "").split()
