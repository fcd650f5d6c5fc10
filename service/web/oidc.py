"""Logging in with OpenID Connect: what is asked of the provider and which of its answers count (authorization code with PKCE;
OpenID Connect Core 1.0, sections 3.1 and 5.3). Authlib speaks the protocol; the settings say with whom."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Literal

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from nlp.errors import MissingExtra
from nlp.settings import OidcSettings
from service.api.security import is_secure

BEGIN, CALLBACK = "/login/oidc", "/login/oidc/callback"
COOKIE, MINUTES = "samanyar_oidc", 10
FRESH = 600
"""Seconds that the provider's metadata and keys are trusted without a look."""
TIMEOUT = 10
"""Seconds."""
ASKED = {"scope": "openid profile email", "code_challenge_method": "S256", "timeout": TIMEOUT, "leeway": 0}
"""leeway: an access token that lives a minute is no stale one."""
SIGNED = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Algorithms with a public key; `none` and those with a shared secret never count, whatever a provider offers."""
Reason = Literal["state", "refused", "away", "answer", "claim", "unknown"]


ERRORS: Mapping[str, Reason] = {"access_denied": "refused", "server_error": "away", "temporarily_unavailable": "away"}
"""What a provider says instead of a code (RFC 6749, section 4.1.2.1); all else is our fault or its."""
CODE = re.compile("[a-z_]{1,40}")
"""Of an error; nothing else that a stranger may have written comes into the log."""
EXTRA = ("authlib.integrations.starlette_client", "httpx2", "itsdangerous")


class NotLetIn(Exception):
    """A login that ends before anybody is named; `code`: an error's code as the protocol has them, for who must mend it."""

    def __init__(self, reason: Reason, code: str | None = None) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.code = code if CODE.fullmatch(code or "") else None


class Provider:
    """The identity provider of the settings."""

    def __init__(self, settings: OidcSettings) -> None:
        """:raises MissingExtra:"""
        try:
            authlib, *_ = map(import_module, EXTRA)
        except ModuleNotFoundError as error:
            raise MissingExtra("برای ورود سازمانی: pip install samanyar[oidc]", f"{error.name} is missing") from error
        self._oauth: Any = authlib.OAuth
        self._settings = settings
        self._needed = {settings.login_claim} | ({"email_verified"} if settings.login_claim == "email" else set())
        self._client: Any = None
        self._since = 0.0

    async def begin(self, request: Request, callback: str) -> Response:
        """On to the provider; what it must answer is kept in the browser's signed cookie. :raises NotLetIn:"""
        try:
            return await (await self._known()).authorize_redirect(request, callback)  # type: ignore[no-any-return]
        except Exception as error:  # whatever a provider's answer makes a library throw
            raise _told(error) from error

    async def end(self, request: Request) -> str:
        """The login that the provider vouches for. :raises NotLetIn:"""
        if "error" in request.query_params:
            said = request.query_params["error"]
            raise NotLetIn(ERRORS.get(said, "answer"), said)
        try:
            client = await self._known()
            wanted = {"iss": client.server_metadata["issuer"], "aud": self._settings.client_id}
            options = {name: {"essential": True, "value": value} for name, value in wanted.items()}
            token = await client.authorize_access_token(request, claims_options=options)
            claims = await self._claims(client, token)
        except Exception as error:  # whatever a provider's answer makes a library throw
            raise _told(error) from error
        return self._login(claims)

    async def _known(self) -> Any:
        """The client with metadata that is not stale. :raises ValueError: they are not those of the issuer."""
        if self._client is None or time.monotonic() - self._since > FRESH:
            issuer = self._settings.issuer.rstrip("/")
            client = self._oauth().register(
                "oidc",
                client_id=self._settings.client_id,
                client_secret=self._settings.client_secret.get_secret_value(),
                server_metadata_url=f"{issuer}/.well-known/openid-configuration",
                client_kwargs=ASKED,
            )
            metadata = await client.load_server_metadata()
            if metadata["issuer"].rstrip("/") != issuer:
                raise ValueError("the metadata are another issuer's")
            offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
            metadata["id_token_signing_alg_values_supported"] = [each for each in offered if each in SIGNED]
            self._client, self._since = client, time.monotonic()
        return self._client

    async def _claims(self, client: Any, token: Mapping[str, Any]) -> Mapping[str, Any]:
        """Of the ID token; where it lacks what is needed, of the userinfo endpoint too. :raises ValueError: of two people."""
        claims: Mapping[str, Any] = token["userinfo"]  # as Authlib has it out of the ID token, which it has checked
        if not self._needed - claims.keys() or "userinfo_endpoint" not in client.server_metadata:
            return claims
        more = await client.userinfo(token=token)
        if more["sub"] != claims["sub"]:
            raise ValueError("these are somebody else's claims")
        return {**more, **claims}

    def _login(self, claims: Mapping[str, Any]) -> str:
        found = claims.get(self._settings.login_claim)
        if "email_verified" in self._needed and claims.get("email_verified") is not True:
            found = None
        if not isinstance(found, str) or not found.isprintable() or not 0 < len(found) <= 200:
            raise NotLetIn("claim")
        return found


class LoginState:
    """ASGI middleware: gives the paths of such a login, and no others, a `request.session` in a signed cookie of ten minutes.
    Its key is derived from the client's secret, so that every process of a server reads what another one wrote."""

    def __init__(self, app: ASGIApp, settings: OidcSettings) -> None:
        from starlette.middleware.sessions import SessionMiddleware  # needs the extra

        self._app = app
        self._public_url = settings.public_url
        key = hmac.digest(settings.client_secret.get_secret_value().encode(), COOKIE.encode(), hashlib.sha256).hex()
        self._kept = {
            secure: SessionMiddleware(app, key, COOKIE, MINUTES * 60, BEGIN, same_site="lax", https_only=secure)
            for secure in (False, True)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in (BEGIN, CALLBACK):
            await self._app(scope, receive, send)
            return
        secure = is_secure(self._public_url, Headers(scope=scope))
        await self._kept[secure](scope, receive, send)


def _told(error: Exception) -> NotLetIn:
    """Why a login ended, of whatever a provider's answer made a library raise."""
    import httpx2
    from authlib.integrations.base_client.errors import MismatchingStateError

    if isinstance(error, MismatchingStateError):
        return NotLetIn("state")
    code = getattr(error, "error", None)
    return NotLetIn("away" if isinstance(error, httpx2.HTTPError) else "answer", code if isinstance(code, str) else None)
