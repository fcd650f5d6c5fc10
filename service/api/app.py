"""The HTTP application: one place that opens and closes, one order of middlewares, every router."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline
from starlette.concurrency import run_in_threadpool

from nlp.bootstrap import App, open_app
from nlp.settings import load_settings
from service.api import errors
from service.api.context import known_parameters
from service.api.jobs import JobRunner
from service.api.limits import BodyLimit
from service.api.observe import Metrics, Observe, configure_logging
from service.api.routes import (
    analysis,
    audit,
    catalogue,
    duplicates,
    export,
    insight,
    jobs,
    keys,
    operations,
    people,
    queue,
    reports,
    reviews,
    search,
)
from service.api.schemas import PROBLEM
from service.api.security import Guard, SecurityHeaders
from service.web.oidc import LoginState, Provider
from service.web.pages import OldForm, send_again
from service.web.routes import ROUTERS
from service.web.templating import STATIC, compile_templates

DESCRIPTION = "Reads the achievement reports that NGOs send in Persian. Errors are RFC 9457 problems; lists are {items, next}."


def create_app(application: App, *, run_jobs: bool = True, warm: Callable[[App], None] = App.warm) -> FastAPI:
    """The ASGI application over a wired `App`, which it closes at the end."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(warm, application)
        await run_in_threadpool(compile_templates)
        gc.collect()
        gc.freeze()  # what was built so far stays: full collections would walk it again and again, for 150 ms each
        runner = JobRunner(application)
        if run_jobs:
            runner.start()
        try:
            yield
        finally:
            if run_jobs:
                await run_in_threadpool(runner.stop)
            await run_in_threadpool(application.close)

    app: FastAPI = FastAPIOffline(
        title="Samanyar",
        version="0.1.0",
        description=DESCRIPTION,
        lifespan=lifespan,
        static_url="/static-offline-docs",
        redirect_slashes=False,
    )
    metrics = Metrics()
    app.state.application = application
    app.state.metrics = metrics
    oidc = application.settings.oidc
    app.state.oidc = Provider(oidc) if oidc is not None else None
    for module in (
        people,
        keys,
        analysis,
        reports,
        reviews,
        queue,
        duplicates,
        export,
        insight,
        search,
        catalogue,
        jobs,
        audit,
        operations,
    ):
        app.include_router(module.router, dependencies=[Depends(known_parameters)], responses={422: PROBLEM})
    for pages in ROUTERS:  # whose addresses may hold what they do not read, such as filters of another page
        app.include_router(pages, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    errors.install(app)
    app.add_exception_handler(OldForm, send_again)  # type: ignore[arg-type]  # Starlette's signature takes any exception
    # The last added is the outermost: a request is observed, given its headers, admitted, measured, then routed.
    app.add_middleware(errors.Contain)
    if oidc is not None:
        app.add_middleware(LoginState, settings=oidc)
    app.add_middleware(BodyLimit, limit=application.settings.limits.request_bytes, nesting=application.settings.limits.nesting)
    app.add_middleware(Guard, settings=application.settings, stores=lambda: application.stores)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Observe, metrics=metrics)
    return app


def create_from_environment() -> FastAPI:
    """What `samanyar serve` runs in each of its processes."""
    configure_logging()
    return create_app(open_app(load_settings()))
