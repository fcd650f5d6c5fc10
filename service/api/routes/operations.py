"""For operators: alive, ready, metrics."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from service.api.context import AppDep, MetricsDep
from service.api.security import Caller, require_unbound

router = APIRouter(tags=["operations"])


@router.get("/livez")
def livez() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(application: AppDep) -> JSONResponse:
    """Database, model and index can be used; 503 with what is wrong otherwise."""
    checks = application.check_ready()
    ready = all(state == "ok" for state in checks.values())
    shown = {name: state if state == "ok" else "failed" for name, state in checks.items()}
    return JSONResponse({"status": "ok" if ready else "failed", "checks": shown}, status_code=200 if ready else 503)


@router.get("/metrics", response_class=Response)
def metrics(found: MetricsDep, caller: Annotated[Caller, Depends(require_unbound("admin"))]) -> Response:  # noqa: ARG001 - checks the scope
    """Prometheus text format; needs the scope `admin`."""
    return Response(generate_latest(found.registry), media_type=CONTENT_TYPE_LATEST)
