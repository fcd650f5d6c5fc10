"""The pages, one file a room; `app.py` includes them all."""

from service.web.routes import (
    audit,
    compare,
    coverage,
    exports,
    keys,
    learning,
    ngos,
    oidc,
    quality,
    queue,
    reports,
    review,
    search,
    session,
    submit,
    users,
)

ROOMS = (
    session, oidc, queue, reports, review, search, ngos, compare, coverage, quality, learning, exports, submit, users,
    keys, audit,
)  # fmt: skip
ROUTERS = tuple(room.router for room in ROOMS)
