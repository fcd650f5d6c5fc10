"""Coming in with an account of an identity provider: the way there and back over HTTP, and everything that leads nowhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from nlp.errors import ConfigurationError, MissingExtra
from nlp.settings import OidcSettings, load_settings
from service.web import oidc
from service.web.routes.oidc import TOLD
from tests.api.conftest import HOST
from tests.fakes.provider import SECRET, Provider, providing
from tests.web.conftest import PASSWORD, Visitor

BEGIN, CALLBACK = "/login/oidc", "/login/oidc/callback"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providing() as running:
        yield running


@pytest.fixture
def enter(make_client: Callable[..., TestClient], provider: Provider) -> Callable[..., Visitor]:
    """Makes a server that knows the provider, and somebody who stands before it; «sara» is a reviewer without a password."""

    def make(**more: Any) -> Visitor:
        visitor = Visitor(make_client(auth=True, oidc=provider.settings(**more)))
        visitor.application.stores.people.add("sara", "reviewer", None, name="سارا")
        return visitor

    return make


def asked(visitor: Visitor, path: str = BEGIN) -> dict[str, str]:
    """Begin, and what the browser is sent to the provider with."""
    answer = visitor.http.get(path, follow_redirects=False)
    assert answer.status_code == 302, answer.text
    assert urlsplit(answer.headers["location"]).path == "/authorize"
    return {"location": answer.headers["location"], "cookie": answer.headers["set-cookie"]}


def come_in(visitor: Visitor, path: str = BEGIN) -> httpx.Response:
    """To the provider and back; the answer to the way back."""
    back = httpx.get(asked(visitor, path)["location"], follow_redirects=False).headers["location"]
    assert back.startswith(HOST + CALLBACK + "?")
    answer = visitor.http.get(back.removeprefix(HOST), follow_redirects=False)
    visitor.answer, visitor.page = answer, LexborHTMLParser(answer.text)
    return answer


def last(visitor: Visitor) -> tuple[str, str, dict[str, Any]]:
    """The newest entry of the audit log."""
    entry = visitor.application.stores.audit.list(1).items[0]
    return entry.action, entry.object, dict(entry.detail)


def test_the_provider_lets_in_whom_an_administrator_has_made(enter: Callable[..., Visitor], provider: Provider) -> None:
    provider.claims["preferred_username"] = "SARA"
    visitor = enter(name="ورود دادگستری")
    visitor.open("/reports?status=accepted")
    link = visitor.page.css_first("a[href^='/login/oidc']")
    assert link.text() == "ورود دادگستری"
    answer = come_in(visitor, str(link.attributes["href"]))
    assert (answer.status_code, visitor.text("h1")) == (200, "خوش آمدید، سارا")
    refresh = visitor.page.css_first("meta[http-equiv=refresh]").attributes["content"]
    assert refresh == "0; url=/reports?status=accepted"
    assert visitor.page.css_first("main a").attributes["href"] == "/reports?status=accepted"
    cookies = dict(each.split("=", 1) for each in answer.headers.get_list("set-cookie"))
    assert {"httponly", "samesite=strict"} <= set(cookies["samanyar_session"].lower().split("; "))
    assert cookies["samanyar_oidc"].startswith("null;")
    assert last(visitor) == ("login.ok", "user:sara", {"address": "testclient", "by": "oidc"})
    visitor.open("/queue")
    assert visitor.path == "/queue"
    assert "سارا" in visitor.text("form.who")
    assert visitor.http.get("/v1/session").json()["scopes"] == ["read", "review", "submit"]


def test_state_nonce_and_challenge_are_new_each_time_and_kept_in_a_short_lived_cookie(enter: Callable[..., Visitor]) -> None:
    visitor = enter()
    first, second = (asked(visitor) for _ in range(2))
    one, two = (parse_qs(urlsplit(each["location"]).query) for each in (first, second))
    for name in ("state", "nonce", "code_challenge"):
        assert len(one[name][0]) >= 20
        assert one[name] != two[name]
    assert one["redirect_uri"] == [HOST + CALLBACK]
    marks = set(first["cookie"].lower().split("; ")[1:])
    assert marks == {"path=/login/oidc", "max-age=600", "httponly", "samesite=lax"}
    over_tls = visitor.http.get(BEGIN, headers={"Host": "samanyar.example"}, follow_redirects=False)
    assert "; secure" in over_tls.headers["set-cookie"].lower()
    assert "set-cookie" not in visitor.http.get("/login").headers


def test_the_address_of_the_way_back_can_be_given(enter: Callable[..., Visitor]) -> None:
    sent = asked(enter(public_url="https://samanyar.example/"))
    assert parse_qs(urlsplit(sent["location"]).query)["redirect_uri"] == ["https://samanyar.example" + CALLBACK]
    assert "; secure" in sent["cookie"].lower()


def test_an_address_that_no_cookie_holds_leads_to_the_first_page(enter: Callable[..., Visitor]) -> None:
    visitor = enter()
    for path, reached in (("/reports?ngo=" + "x" * 1400, None), ("/reports?ngo=" + "آ" * 300, "/"), ("/" + "x" * 4000, "/")):
        assert len(asked(visitor, f"{BEGIN}?next={path}")["cookie"]) < 4096
        come_in(visitor, f"{BEGIN}?next={path}")
        assert visitor.page.css_first("main a").attributes["href"] == (reached or path)


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "/\\evil.example", '/"><script>'])
def test_it_leads_to_no_other_server_and_writes_no_markup(enter: Callable[..., Visitor], wanted: str) -> None:
    visitor = enter()
    come_in(visitor, f"{BEGIN}?next={wanted}")
    content = visitor.page.css_first("meta[http-equiv=refresh]").attributes["content"]
    assert content == ("0; url=" + (wanted if wanted.startswith('/"') else "/"))
    assert visitor.page.css_first("script:not([src])") is None


def now_and(**seconds: int) -> dict[str, int]:
    return {name: int(time.time()) + value for name, value in seconds.items()}


OFFERED = {"metadata": {"id_token_signing_alg_values_supported": ["RS256", "HS256", "none"]}}
# What the provider does, then the status and the reason, and the error's code in the log.
WRONG: dict[str, tuple[dict[str, Any], int, str, str]] = {
    "access denied": ({"wrong": "error:access_denied"}, 403, "refused", "access_denied"),
    "overloaded": ({"wrong": "error:temporarily_unavailable"}, 503, "away", "temporarily_unavailable"),
    "another error": ({"wrong": "error:invalid_scope"}, 502, "answer", "invalid_scope"),
    "an error that is none": ({"wrong": "error:<b>state=1</b>"}, 502, "answer", "None"),
    "token endpoint down": ({"wrong": "token"}, 503, "away", "None"),
    "no id_token": ({"wrong": "no id_token"}, 502, "answer", "None"),
    "no keys": ({"wrong": "keys"}, 502, "answer", "missing_key"),
    "alg none": ({"wrong": "none", **OFFERED}, 502, "answer", "unsupported_algorithm"),
    "alg HS256": ({"wrong": "shared secret", **OFFERED}, 502, "answer", "unsupported_algorithm"),
    "signature": ({"wrong": "key"}, 502, "answer", "bad_signature"),
    "issuer": ({"claims": {"iss": "https://other.example"}}, 502, "answer", "invalid_claim"),
    "audience": ({"claims": {"aud": "other"}}, 502, "answer", "invalid_claim"),
    "audience with our azp": ({"claims": {"aud": ["other"], "azp": "samanyar"}}, 502, "answer", "invalid_claim"),
    "expired": ({"claims": now_and(exp=-600, iat=-1200)}, 502, "answer", "expired_token"),
    "nonce": ({"claims": {"nonce": "another"}}, 502, "answer", "invalid_claim"),
    "no claim": ({"claims": {"preferred_username": None}}, 403, "claim", "None"),
    "a claim of another kind": ({"claims": {"preferred_username": ["sara"]}}, 403, "claim", "None"),
    "half a character": ({"claims": {"preferred_username": "sara\ud800"}}, 403, "claim", "None"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_the_provider_does_wrong_is_told_and_lets_nobody_in(
    enter: Callable[..., Visitor], provider: Provider, case: str, capfd: pytest.CaptureFixture[str]
) -> None:
    doing, status, reason, code = WRONG[case]
    provider.wrong = doing.get("wrong", "")
    provider.metadata = doing.get("metadata", {})
    provider.claims |= doing.get("claims", {})
    visitor = enter()
    answer = come_in(visitor, f"{BEGIN}?next=/reports")
    assert (answer.status_code, "samanyar_session" in answer.headers.get("set-cookie", "")) == (status, False)
    assert visitor.text("[role=alert]") == TOLD[reason][1]  # type: ignore[index]  # a reason
    assert visitor.page.css_first("b") is None
    assert visitor.page.css_first("a.wide").attributes["href"] == "/login/oidc?next=/reports"
    assert last(visitor) == ("login.failed", "user:?", {"address": "testclient", "by": "oidc", "reason": reason})
    written = "".join(capfd.readouterr())
    assert f"login by oidc failed           code={code} " in written
    for secret in (*provider.given, SECRET, "state="):
        assert secret not in written
    visitor.open("/queue")
    assert visitor.path.startswith("/login")


def test_a_provider_that_is_away_or_another_one_is_told_at_the_beginning(
    enter: Callable[..., Visitor], provider: Provider
) -> None:
    visitor = enter(issuer="http://127.0.0.1:9/")
    visitor.open(BEGIN)
    assert (visitor.status, last(visitor)[2]["reason"]) == (503, "away")
    provider.metadata = {"issuer": "https://other.example"}
    visitor = enter_again(visitor, provider)
    assert (visitor.status, last(visitor)[2]["reason"]) == (502, "answer")
    provider.wrong = "discovery"
    assert enter_again(visitor, provider).status == 502


def enter_again(visitor: Visitor, provider: Provider) -> Visitor:
    """With the provider as it is now."""
    visitor.http.app.state.oidc = oidc.Provider(OidcSettings.model_validate(provider.settings()))  # type: ignore[attr-defined]
    visitor.open(BEGIN)
    return visitor


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(enter: Callable[..., Visitor], provider: Provider) -> None:
    visitor = enter()
    asked(visitor)
    for path in (CALLBACK, f"{CALLBACK}?code=x&state=y"):
        visitor.open(path)
        assert (visitor.status, last(visitor)[2]["reason"]) == (400, "state")
        assert "همین مرورگر" in visitor.text("[role=alert]")
    back = httpx.get(asked(visitor)["location"], follow_redirects=False).headers["location"].removeprefix(HOST)
    other = Visitor(TestClient(visitor.http.app, base_url=HOST, raise_server_exceptions=False))
    other.open(back)
    assert other.status == 400
    other.http.cookies.set("samanyar_oidc", "e30=.forged.forged", path=BEGIN)
    other.open(back)
    assert other.status == 400
    assert visitor.http.get(back).status_code == 200
    assert visitor.http.get(back).status_code == 400


def test_another_process_of_the_server_reads_the_state(
    make_client: Callable[..., TestClient], enter: Callable[..., Visitor], provider: Provider
) -> None:
    visitor = enter()
    back = httpx.get(asked(visitor)["location"], follow_redirects=False).headers["location"].removeprefix(HOST)
    other = make_client(auth=True, oidc=provider.settings())
    other.cookies = visitor.http.cookies
    assert other.get(back).status_code == 200


@pytest.mark.parametrize("name", ["nobody", "ſara", "ali"])
def test_who_is_not_an_active_user_stays_outside(enter: Callable[..., Visitor], provider: Provider, name: str) -> None:
    provider.claims["preferred_username"] = name
    visitor = enter()
    visitor.application.stores.people.add("ali", "admin", PASSWORD)
    visitor.application.stores.people.add("root", "admin", PASSWORD)
    visitor.application.stores.people.change("ali", active=False)
    come_in(visitor)
    assert visitor.status == 403
    assert "حساب فعالی" in visitor.text("[role=alert]")
    who = "user:ali" if name == "ali" else "user:?"
    assert last(visitor) == ("login.failed", who, {"address": "testclient", "by": "oidc"})


@pytest.mark.parametrize(
    ("in_token", "in_userinfo", "status"),
    [
        ({"email": "sara@ngo.example", "email_verified": True}, None, 200),
        ({"email": "sara@ngo.example", "email_verified": False}, None, 403),
        ({"email": "sara@ngo.example", "email_verified": "true"}, None, 403),
        ({"email": "sara@ngo.example"}, None, 403),
        ({}, {"sub": "7", "email": "sara@ngo.example", "email_verified": True}, 200),
        ({"email": "sara@ngo.example"}, {"sub": "7", "email_verified": True}, 200),
        ({}, {"sub": "8", "email": "sara@ngo.example", "email_verified": True}, 502),
    ],
)
def test_an_email_counts_when_the_provider_has_verified_it_wherever_it_tells_so(
    enter: Callable[..., Visitor],
    provider: Provider,
    in_token: dict[str, Any],
    in_userinfo: dict[str, Any] | None,
    status: int,
) -> None:
    provider.claims, provider.userinfo = {"sub": "7", **in_token}, in_userinfo
    visitor = enter(login_claim="email")
    visitor.application.stores.people.add("sara@ngo.example", "analyst", None)
    assert come_in(visitor).status_code == status


def test_people_without_a_password_are_made_on_the_page_where_there_is_a_provider(enter: Callable[..., Visitor]) -> None:
    visitor = enter()
    visitor.application.stores.people.change("sara", role="admin")
    come_in(visitor)
    visitor.open("/users")
    assert "required" not in visitor.page.css_first("#password").attributes
    assert "ورود سازمانی" in visitor.text("label[for=password]")
    visitor.send("form[action='/users']", login="reza", role="analyst")
    assert "تغییر reza ثبت شد." in visitor.text("[role=status]")
    assert visitor.application.stores.sessions.login("reza", "", "1") is None


def test_where_no_provider_is_configured_there_is_no_way_to_one(logged_in: Callable[..., Visitor]) -> None:
    admin = logged_in("root", "admin")
    for path in (BEGIN, CALLBACK):
        admin.open(path)
        assert (admin.status, admin.text("code")) == (404, "not_found")
    admin.open("/login")
    assert admin.page.css_first("a[href^='/login/oidc']") is None
    admin.open("/users")
    assert "required" in admin.page.css_first("#password").attributes
    admin.send("form[action='/users']", login="reza", role="analyst")
    assert admin.status == 422


def test_both_paths_are_counted_by_address(make_client: Callable[..., TestClient], provider: Provider) -> None:
    client = make_client(auth=True, oidc=provider.settings(), limits={"requests_per_minute": 3})
    statuses = [client.get(path, follow_redirects=False).status_code for path in (BEGIN, CALLBACK, BEGIN, CALLBACK)]
    assert statuses == [302, 400, 302, 429]


@pytest.mark.parametrize(
    "wrong",
    [
        {"auth": False},
        {"issuer": "http://login.example"},
        {"issuer": "https://login.example?a=b"},
        {"issuer": "login.example"},
        {"public_url": "http://samanyar.example"},
        {"client_secret": ""},
        {"client_id": ""},
        {"scope": "openid"},
    ],
)
def test_settings_that_cannot_work_are_refused_without_telling_the_secret(wrong: dict[str, Any]) -> None:
    settings = {"issuer": "https://login.example", "client_id": "samanyar", "client_secret": SECRET}
    auth = wrong.get("auth", True)
    with pytest.raises(ConfigurationError) as refused:
        load_settings(auth=auth, oidc=settings | {name: value for name, value in wrong.items() if name != "auth"})
    assert "oidc" in str(refused.value)
    assert SECRET not in str(refused.value) + refused.value.message


def test_a_server_without_the_extra_says_at_once_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oidc, "EXTRA", ("a_library_that_is_not_there",))
    with pytest.raises(MissingExtra, match="a_library_that_is_not_there") as refused:
        oidc.Provider(OidcSettings(issuer="https://login.example", client_id="samanyar", client_secret=SecretStr(SECRET)))
    assert "samanyar[oidc]" in refused.value.message


def test_the_provider_is_named_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("AUTH", "on"), ("OIDC__ISSUER", "https://login.example"), ("OIDC__CLIENT_ID", "samanyar")):
        monkeypatch.setenv(f"SAMANYAR_{name}", value)
    monkeypatch.setenv("SAMANYAR_OIDC__CLIENT_SECRET", SECRET)
    found = load_settings().oidc
    assert found is not None
    assert (found.issuer, found.login_claim, found.name) == ("https://login.example", "preferred_username", "ورود سازمانی")
    assert SECRET not in repr(load_settings())
