"""Lines: which line breaks end something, and which merely wrapped a sentence."""

from __future__ import annotations

import re

from nlp.text.mapped import Edit

_ENDS = re.compile(r"[.!?؟:؛…»)\]|]\s*$")
_STARTS = re.compile(r"^\s*(?:[-–—•●■▪◦*✓✔★·]|[(\[]?[0-9۰-۹]{1,2}[).\-ـ–]|[\w\s‌]{2,30}:|#|\|)")
_CELLS = re.compile(r"[\t|›]")
_MIN_WIDTH, _MAX_WIDTH = 35, 160
_NEARLY_FULL = 0.72
_MOSTLY = 0.8


def soft_breaks(text: str) -> list[Edit]:
    """The line breaks that only wrapped a sentence, each as an edit to one space (blank lines never are).

    Wrapped text shows in its lines: where a line ends without punctuation, the next word would hardly have fitted. A list or a
    table has lines of any length. So breaks are soft only where most of the open ones of the text look wrapped."""
    lines = text.split("\n")
    lengths = [len(line.strip()) for line in lines]
    width = max(lengths)
    if not _MIN_WIDTH <= width <= _MAX_WIDTH:
        return []
    candidates = 0
    edits: list[Edit] = []
    at = 0
    for number, line in enumerate(lines[:-1]):
        at += len(line)
        following = lines[number + 1]
        open_end = lengths[number] and lengths[number + 1] and not _ENDS.search(line) and not _STARTS.match(following)
        if open_end and not _CELLS.search(line + following):
            candidates += 1
            if lengths[number] + 1 + len(following.split()[0]) >= _NEARLY_FULL * width:
                edits.append(Edit(at, at + 1, " "))
        at += 1
    return edits if len(edits) >= max(2, _MOSTLY * candidates) else []
