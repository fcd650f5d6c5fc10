"""Why two NGOs are shown together, in a sentence: only what the reports of both show."""

from __future__ import annotations

from collections.abc import Sequence


def reason(domains: Sequence[str], activities: Sequence[str], target_groups: Sequence[str], provinces: Sequence[str]) -> str:
    """Names, in Persian, of what both have; such as «هر دو در کرمان و یزد با خانواده زندانیان کار حرفه‌آموزی می‌کنند»."""
    where = f"در {_listed(provinces)} " if provinces else ""
    whom = f"با {_listed(target_groups)} " if target_groups else ""
    if activities:
        return f"هر دو {where}{whom}کار {_listed(activities)} می‌کنند." + (f" حوزه: {_listed(domains)}." if domains else "")
    if domains:
        return f"هر دو {where}{whom}در حوزهٔ {_listed(domains)} کار می‌کنند."
    if where or whom:
        return f"هر دو {where}{whom}کار می‌کنند."
    return "گزارش‌هایشان به هم نزدیک است."


def _listed(names: Sequence[str]) -> str:
    """«الف، ب و پ»."""
    return " و ".join(filter(None, ("، ".join(names[:-1]), names[-1])))
