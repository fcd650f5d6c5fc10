"""What the page of learning shows: decisions that wait, the models, and what each of them would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlp.adapters.models import ShelvedModel
from nlp.ports import Job
from nlp.review.quality import Lesson
from service.web.pages import Names

SHOWN_CHANGES = 50


@dataclass(frozen=True, slots=True)
class Change:
    """A report whose domains would be others; `domains`: code and `kept`, `gained` or `lost`."""

    report: str
    title: str | None
    domains: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one model would change; `shifts`: domain, gained, lost. `most`: of the greater of both, over all domains."""

    reports: int
    at: str
    share: float
    changed: int
    shifts: Sequence[tuple[str, int, int]]
    most: int
    changes: Sequence[Change]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.changed - len(self.changes)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model of the shelf. `job` is its newest preview, `outlook` what that found, None where it is not there (any more)."""

    name: str
    sha256: str | None
    in_use: bool
    problem: str | None
    job: Job | None
    outlook: Outlook | None

    @property
    def busy(self) -> bool:
        """Whether reports are being read with it."""
        return self.job is not None and self.job.state in ("queued", "running")

    @property
    def done(self) -> float:
        """How far that is, 0 to 1."""
        return self.job.done / self.job.total if self.job and self.job.total else 0.0

    @property
    def failure(self) -> str | None:
        """Why its preview failed; empty where nobody said."""
        if self.job is None or self.job.state != "failed":
            return None
        return str(self.job.errors[0].get("message", "")) if self.job.errors else ""


def candidates(
    models: Sequence[ShelvedModel], used: str, jobs: Mapping[str, Job], found: Mapping[str, Mapping[str, Any] | None]
) -> list[Candidate]:
    """The one in use first, those that would be refused last. used: the SHA-256 of the model that answers; found: answers of
    previews by name, as the caller may read them. An answer of another model of the same name is none of this one's."""

    def one(model: ShelvedModel) -> Candidate:
        answer = found.get(model.name)
        mine = answer is not None and answer["model_sha256"] == model.sha256
        seen = outlook(answer) if answer is not None and mine else None
        return Candidate(model.name, model.sha256, model.sha256 == used, model.problem, jobs.get(model.name), seen)

    return sorted(map(one, models), key=lambda each: (not each.in_use, each.problem is not None, each.name))


def outlook(answer: Mapping[str, Any]) -> Outlook:
    """answer: `nlp.pipelines.preview.Preview` as JSON."""
    changed, shifts = answer["changes"], [(each["domain"], each["gained"], each["lost"]) for each in answer["domains"]]
    return Outlook(
        answer["reports"],
        answer["at"],
        len(changed) / answer["reports"] if answer["reports"] else 0.0,
        len(changed),
        shifts,
        max((max(gained, lost) for _, gained, lost in shifts), default=0),
        [_change(each) for each in changed[:SHOWN_CHANGES]],
    )


def _change(each: Mapping[str, Any]) -> Change:
    before, after = each["before"], each["after"]
    kept = [(code, "kept") for code in after if code in before]
    gained = [(code, "gained") for code in after if code not in before]
    lost = [(code, "lost") for code in before if code not in after]
    return Change(each["report_id"], each["title"], [*kept, *gained, *lost])


def lessons(found: Sequence[Lesson], names: Names) -> list[tuple[str, Lesson]]:
    """By name, the domain that reviewers changed most first."""
    order = sorted(found, key=lambda each: (-each.added - each.removed, -each.accepted))
    return [(names.domain(each.domain), each) for each in order]
