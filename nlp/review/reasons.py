"""Why two NGOs are shown together, in a sentence: only what the reports of both show, and together only what one report of each
shows together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True, slots=True)
class Work:
    """What one report shows: codes."""

    province: str | None
    activities: frozenset[str]
    target_groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Joint:
    """An activity for a target group that a report of each side shows, and the provinces where both do."""

    activity: str
    target_group: str
    provinces: tuple[str, ...]


def joint(left: Sequence[Work], right: Sequence[Work]) -> Joint | None:
    """The most frequent activity and target group that stand together in a report of either side."""
    counted = [
        Counter(pair for work in side for pair in product(work.activities, work.target_groups)) for side in (left, right)
    ]
    both = counted[0] & counted[1]
    if not both:
        return None
    activity, target = min(both, key=lambda pair: (-both[pair], pair))
    places = [
        {work.province for work in side if activity in work.activities and target in work.target_groups and work.province}
        for side in (left, right)
    ]
    return Joint(activity, target, tuple(sorted(places[0] & places[1])))


def reason(
    together: tuple[str, str, Sequence[str]] | None,
    domains: Sequence[str],
    activities: Sequence[str],
    target_groups: Sequence[str],
    provinces: Sequence[str],
) -> str:
    """In Persian, from names; such as «هر دو در کرمان و یزد با خانواده زندانیان کار حرفه‌آموزی می‌کنند». together: activity,
    target group and provinces of a `Joint`; the rest is what both have, in whatever reports."""
    parts = []
    if together is not None:
        activity, target, places = together
        parts.append(f"هر دو {f'در {_listed(places)} ' if places else ''}با {target} کار {activity} می‌کنند")
        activities = [each for each in activities if each != activity]
        target_groups = [each for each in target_groups if each != target]
        provinces = [each for each in provinces if each not in places]
    for names, said in (
        (activities, "کار هر دو: {}"),
        (target_groups, "مخاطبان هر دو: {}"),
        (domains, "حوزهٔ هر دو: {}"),
        (provinces, "هر دو گزارشی از {} دارند"),
    ):
        if names:
            parts.append(said.format(_listed(names)))
    return "؛ ".join(parts) + "." if parts else "گزارش‌هایشان به هم نزدیک است."


def _listed(names: Sequence[str]) -> str:
    """«الف، ب و پ»."""
    return " و ".join(filter(None, ("، ".join(names[:-1]), names[-1])))
