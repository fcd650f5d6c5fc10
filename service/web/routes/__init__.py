"""The pages, one file a room; `app.py` includes them all."""

from service.web.routes import audit, compare, coverage, exports, ngos, queue, reports, review, search, session, submit, users

ROOMS = (session, queue, reports, review, search, ngos, compare, coverage, exports, submit, users, audit)
ROUTERS = tuple(room.router for room in ROOMS)
