"""Reviewers' decisions as labelled texts: what was accepted as it is, and what was corrected."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from nlp.shipped import DATA
from nlp.text.normalize import normalize
from nlp.text.sentences import split_sentences
from nlp.types import Report
from training.corpora import read_lines
from training.texts import LabelledText

HELD_OUT = 5
"""Every fifth decision, by hash, only measures."""


def is_held_out(report_id: str) -> bool:
    """Whether a decision belongs to the gate and never trains."""
    digest = hashlib.sha256(report_id.encode()).digest()
    return int.from_bytes(digest[:4], "big") % HELD_OUT == 0


def read_decisions(reports: Iterable[Report], weight: float, *, held_out: bool) -> list[LabelledText]:
    """Accepted and corrected reports, those of the gate (`held_out`) or those that may train. Left out are a rejected report,
    which says that the text was no report and not which domain it has, and our own frozen reports, which the demo imports.
    Evidence is known only where the reviewer changed nothing."""
    frozen = {_words(" ".join(row["sentences"])) for row in read_lines(DATA / "reports" / "dev.jsonl")}
    found = []
    for report in reports:
        if report.status not in {"accepted", "corrected"} or is_held_out(report.id) is not held_out:
            continue
        if _words(report.text) in frozen:
            continue
        codes = _codes(report)
        if codes is not None:
            sentences = _sentences(report.text)
            found.append(
                LabelledText(
                    id=f"decision:{report.id}",
                    kind="decision",
                    source="decisions",
                    title=report.title,
                    sentences=sentences,
                    domains={code: _evidence(report, code, sentences) for code in codes},
                    weight=weight,
                    ngo=report.ngo.name if report.ngo else None,
                )
            )
    return found


def _words(text: str) -> str:
    return " ".join(text.split())


def _codes(report: Report) -> tuple[str, ...] | None:
    """Of the newest decision; None where neither it nor the machine names any."""
    decided = (report.review or {}).get("domains")
    return report.domains if decided is not None or report.analysis else None


def _sentences(text: str) -> tuple[str, ...]:
    clean = normalize(text).text
    return tuple(clean[each.start : each.end].replace("\n", " ") for each in split_sentences(clean)) or (clean or ".",)


def _evidence(report: Report, code: str, sentences: tuple[str, ...]) -> tuple[int, ...]:
    """Sentences that the model showed as evidence and the reviewer let stand."""
    spans = [
        span for each in (report.analysis.domains if report.analysis else ()) if each.code == code for span in each.evidence
    ]
    shown = {normalize(span.text).text.replace("\n", " ") for span in spans if span.field == "text"}
    return tuple(number for number, sentence in enumerate(sentences) if sentence in shown)
