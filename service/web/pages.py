"""What page routes share: rendering, posted forms with their token, and moving on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile

from nlp.bootstrap import App
from nlp.errors import SamanyarError
from service.api.context import get_app
from service.api.errors import PROBLEMS, Refused, invalid
from service.api.incoming import media_type, refuse_charset
from service.api.schemas import FilterInput
from service.api.security import Caller, check_token
from service.web.templating import frame, templates

MOST_FILES, MOST_FIELDS = 100, 400


class Names:
    """Codes as people read them; a code that its file no longer has stands for itself."""

    def __init__(self, application: App) -> None:
        self._application = application
        self.provinces = [(code, application.provinces.name(code)) for code in application.provinces.codes]
        self.groups = [
            (group, [domain for domain in application.taxonomy.domains if domain.group == group.code])
            for group in application.taxonomy.groups
        ]

    def domain(self, code: str) -> str:
        """Of a prevention domain."""
        found = self._application.taxonomy.by_code.get(code)
        return found.fa if found else code

    def scope(self, code: str) -> str:
        """Of a domain or a group; empty for none."""
        found = next((group.fa for group, _ in self.groups if group.code == code), None)
        return found or (self.domain(code) if code else "")

    def facet(self, code: str) -> str:
        """Of an activity or a target group."""
        found = self._application.facets.by_code.get(code)
        return found.fa if found else code

    def province(self, code: str | None) -> str:
        """Of a province; empty for none."""
        return self._application.provinces.name(code) if code else ""

    def colour(self, code: str) -> int:
        """Which of the six colours a domain has, the same on every page."""
        codes = list(self._application.taxonomy.by_code)
        return codes.index(code) % 6 if code in codes else 0


class Query(dict[str, str]):
    """The parameters of a page's address; one that it does not have is empty."""

    def __missing__(self, name: str) -> str:
        return ""


def show(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page."""
    application = get_app(request)
    values |= {"names": Names(application), "limits": application.settings.limits, "query": Query(request.query_params)}
    html = templates().get_template(template).render(**frame(request.scope.get("caller"), request.url.path), **values)
    return HTMLResponse(html, status)


def page_filters(request: Request) -> FilterInput:
    """The filters in a page's address; a field that was left empty is none. :raises InvalidInput:"""
    names = {info.alias or name for name, info in FilterInput.model_fields.items()}
    try:
        return FilterInput.model_validate(
            {name: value for name, value in request.query_params.items() if name in names and value}
        )
    except ValidationError as error:
        raise invalid(error, persian=True) from error


def plain(wanted: FilterInput) -> dict[str, str]:
    """Filters as an address holds them."""
    given = wanted.model_dump(by_alias=True, mode="json", exclude_none=True)
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in given.items()}


PageFilters = Annotated[FilterInput, Depends(page_filters)]


def moved(path: str) -> RedirectResponse:
    """After a form: to a page of ours, which a reload asks for again without sending the form."""
    return RedirectResponse(path, 303)


async def posted_form(request: Request) -> AsyncIterator[FormData]:
    """The fields and files of a form. :raises Refused: it is none, or does not hold the token of the session."""
    caller: Caller = request.scope["caller"]
    if media_type(request) not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        check_token(caller, "")
        raise Refused("unsupported_media_type", "این نشانی فرم صفحه را می‌خواهد.", "send a form")
    refuse_charset(request)
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS) as form:
        try:
            check_token(caller, field(form, "csrf"))
        except Refused as error:
            typed = [(name, value) for name, value in form.multi_items() if isinstance(value, str) and name != "csrf"]
            raise OldForm(typed) from error
        yield form


class OldForm(Refused):
    """A form whose token is not that of the session: often one that was begun in an older session. `typed`: what it holds."""

    def __init__(self, typed: list[tuple[str, str]]) -> None:
        super().__init__("csrf_refused", detail="the form's token is not that of this session")
        self.typed = typed


def send_again(request: Request, error: OldForm) -> Response:
    """What was typed, for the person to send again: nothing is done until they do."""
    return show(request, "again.html", status_of(error), typed=error.typed, address=request.url.path)


PostedForm = Annotated[FormData, Depends(posted_form)]


def field(form: FormData, name: str) -> str:
    """A field's text with line ends as one character, as it was before the form was sent; empty where it is missing."""
    value = form.get(name, "")
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""


def fields(form: FormData, name: str) -> tuple[str, ...]:
    """Every value of a field."""
    return tuple(value for value in form.getlist(name) if isinstance(value, str))


def files(form: FormData, name: str) -> list[UploadFile]:
    """The files that were chosen; an empty choice is none."""
    return [value for value in form.getlist(name) if isinstance(value, UploadFile) and value.filename]


def status_of(error: SamanyarError) -> int:
    """The status of a page that shows this error beside what was sent."""
    return PROBLEMS.get(error.code, PROBLEMS["invalid_input"])[0]
