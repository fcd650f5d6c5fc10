"""What the next model would change, as a job; its answer lies among the exports, and is gone as they are: after a day, and
when a report is deleted."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from nlp.adapters.heads import misfit
from nlp.adapters.models import ShelvedModel
from nlp.bootstrap import App, open_analyzer
from nlp.errors import Busy, InvalidInput, NotFound
from nlp.pipelines.preview import Preview, preview, without
from nlp.ports import Job
from nlp.wire import to_json
from service.api.exports import KEPT_SECONDS, drop_exports, export_path
from service.api.security import Caller

KIND = "preview"
REMEMBERED = 50
"""So many of the newest jobs are looked through for a model's last one."""


def shelved(application: App) -> list[ShelvedModel]:
    """Every model, its `problem` told also where it does not fit the taxonomy."""
    return [misfit(model, application.taxonomy) for model in application.settings.shelf.models()]


def previews(application: App) -> dict[str, Job]:
    """The newest preview of each model that has one, by name."""
    newest = application.stores.jobs.newest(KIND, REMEMBERED)
    return {str(job.payload["model"]): job for job in reversed(newest)}


def create_preview(application: App, caller: Caller, name: str) -> Job:
    """Queue one. :raises NotFound: no model has this name. :raises InvalidInput: it is in use, or would be refused.
    :raises Busy: it is being read with already."""
    model = next((each for each in shelved(application) if each.name == name), None)
    if model is None:
        raise NotFound(f"مدلی به نام «{name[:80]}» نیست.", f"no model {name[:80]}")
    if model.problem is not None:
        raise InvalidInput(f"این مدل به کار نمی‌آید: {model.problem}", detail=f"{name} would be refused")
    if model.sha256 == application.encoder.spec.sha256:
        raise InvalidInput("این همان مدلی است که به کار است؛ چیزی عوض نمی‌شود.", detail=f"{name} is in use")
    last = previews(application).get(name)
    if last is not None and last.state in ("queued", "running"):
        raise Busy("گزارش‌ها هم‌اکنون با این مدل خوانده می‌شود.", f"job {last.id} reads with {name}")
    return application.stores.jobs.create(KIND, {"model": name, "format": "json"}, caller.id)


def run_preview(application: App, job: Job, went_on: Callable[[int, int | None], None]) -> tuple[int, str]:
    """Do what `create_preview` queued; returns how many reports were read, and where the answer is."""
    drop_exports(application, older_than=KEPT_SECONDS)
    settings, store = application.settings, application.stores.reports
    name, total = str(job.payload["model"]), store.stats().reports
    went_on(0, total)
    analyzer = open_analyzer(settings.model_copy(update={"model": str(settings.shelf.folder(name))}))
    found = preview(store, analyzer, lambda done: went_on(done, total))
    about = {"model": name, "model_sha256": analyzer.encoder.spec.sha256, "at": datetime.now(UTC)}
    _write(application, job, about, found)
    ids = [change.report_id for change in found.changes]
    gone = set(ids) - set(store.heads(ids))
    if gone:  # looked for after the file was there: who deletes a report from now on drops the file
        _write(application, job, about, without(found, sorted(gone)))
    return found.reports, f"/v1/jobs/{job.id}/result"


def read_preview(application: App, job: Job) -> dict[str, Any] | None:
    """What a preview found, with personal data; None where it did not end, or is gone."""
    if job.kind != KIND or job.state != "done":
        return None
    try:
        return cast(dict[str, Any], json.loads(export_path(application, job).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def _write(application: App, job: Job, about: dict[str, Any], found: Preview) -> None:
    path = export_path(application, job)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(to_json({**about, **to_json(found)}), ensure_ascii=False), encoding="utf-8")
    part.replace(path)
