"""Where each province stands on the map of tiles, and what is written on it."""

from __future__ import annotations

from collections.abc import Mapping

# Row and column of each province's tile: neighbours on the land are neighbours here, north is up and west is left.
PLACES: Mapping[str, tuple[int, int]] = {
    code: (row, column)
    for row, codes in enumerate(
        (
            ("IR-04", "IR-03", "IR-24", "", "", ""),
            ("IR-12", "IR-19", "IR-01", "IR-02", "IR-27", "IR-28"),
            ("IR-05", "IR-13", "IR-26", "IR-30", "IR-23", "IR-09"),
            ("IR-16", "IR-15", "IR-00", "IR-25", "IR-20", "IR-29"),
            ("", "IR-06", "IR-14", "IR-10", "IR-21", "IR-08"),
            ("", "", "IR-17", "IR-07", "IR-22", "IR-11"),
            ("", "", "", "IR-18", "", ""),
        ),
        1,
    )
    for column, code in enumerate(codes, 1)
    if code
}
SHORT: Mapping[str, str] = {
    "IR-11": "سیستان",
    "IR-14": "چهارمحال",
    "IR-17": "کهگیلویه",
}
"""What stands on a tile where the whole name is too long for it."""
