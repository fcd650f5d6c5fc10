"""The pages, one file a room; `app.py` includes them all."""

from service.web.routes import (
    audit,
    compare,
    coverage,
    exports,
    ngos,
    quality,
    queue,
    reports,
    review,
    search,
    session,
    submit,
    users,
)

ROOMS = (session, queue, reports, review, search, ngos, compare, coverage, quality, exports, submit, users, audit)
ROUTERS = tuple(room.router for room in ROOMS)
