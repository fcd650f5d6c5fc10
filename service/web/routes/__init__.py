"""The pages, one file a room; `app.py` includes them all."""

from service.web.routes import audit, queue, reports, review, session, submit, users

ROUTERS = (session.router, queue.router, reports.router, review.router, submit.router, users.router, audit.router)
