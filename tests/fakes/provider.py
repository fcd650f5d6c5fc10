"""An identity provider on a loopback: OpenID Connect's discovery, code flow with PKCE, keys, and every way to do it wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any
from urllib.parse import urlencode

from joserfc import jws
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.fakes.server import serving

CLIENT, SECRET = "samanyar", "a-secret-of-two-servers"


class Provider:
    """Says yes to whoever asks, as the person of `claims`. `wrong` names one thing that it does wrong; `given` holds what
    nobody may read: codes, verifiers and tokens. asks: shows a page first."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {"sub": "7", "preferred_username": "sara"}
        self.userinfo: dict[str, Any] | None = None
        self.metadata: dict[str, Any] = {}
        self.wrong = ""
        self.asks = False
        self.given: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._key, self._other = (RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}) for _ in range(2))
        paths = ("/.well-known/openid-configuration", "/authorize", "/token", "/keys", "/userinfo")
        answers = (self._discovery, self._authorize, self._token, self._keys, self._userinfo)
        routes = [Route(path, each, methods=["GET", "POST"]) for path, each in zip(paths, answers, strict=True)]
        self.app = Starlette(routes=routes)
        self.issuer = ""

    def settings(self, **more: Any) -> dict[str, Any]:
        """How it is configured."""
        return {"issuer": self.issuer, "client_id": CLIENT, "client_secret": SECRET, **more}

    async def _discovery(self, _: Request) -> Response:
        if self.wrong == "discovery":
            return Response("not JSON")
        ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        found = {"issuer": self.issuer, **{name: f"{self.issuer}/{path}" for name, path in ends.items()}}
        if self.userinfo is not None:
            found["userinfo_endpoint"] = f"{self.issuer}/userinfo"
        return JSONResponse(found | self.metadata)

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT, "code", "S256")
        assert "openid" in asked["scope"].split()
        if self.wrong.startswith("error:"):
            answer = {"error": self.wrong.removeprefix("error:"), "error_description": "<b>no</b>"}
        else:
            answer = {"code": f"code-{len(self._codes)}"}
            self._codes[answer["code"]] = asked
            self.given.append(answer["code"])
        back = f"{asked['redirect_uri']}?{urlencode({**answer, 'state': asked['state']})}"
        return HTMLResponse(f'<a href="{escape(back)}">Yes</a>') if self.asks else RedirectResponse(back, 302)

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        said = {name: str(value) for name, value in form.items()}
        name, _, secret = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode().partition(":")
        asked = self._codes.pop(said["code"], None)
        if self.wrong == "token":
            return Response("broken", 503)
        if asked is None or (name, secret) != (CLIENT, SECRET) or said["redirect_uri"] != asked["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if challenge_of(said["code_verifier"]) != asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        answer = {"access_token": "the-access-token", "token_type": "Bearer", "expires_in": 60}
        if self.wrong != "no id_token":
            answer["id_token"] = self._id_token(asked["nonce"])
        self.given += [said["code_verifier"], *(str(answer[key]) for key in answer if key.endswith("_token"))]
        return JSONResponse(answer)

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        said: dict[str, Any] = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": nonce, **self.claims}
        claims = json.dumps(said).encode()
        match self.wrong:
            case "none":
                head, body = (base64url(each) for each in (b'{"alg":"none"}', claims))
                return f"{head}.{body}."
            case "shared secret":
                return jws.serialize_compact({"alg": "HS256"}, claims, OctKey.import_key(SECRET), ["HS256"])
            case "key":
                return jws.serialize_compact({"alg": "RS256", "kid": "one"}, claims, self._other)
            case _:
                return jws.serialize_compact({"alg": "RS256", "kid": "one"}, claims, self._key)

    async def _keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [] if self.wrong == "keys" else [self._key.as_dict(private=False)]})

    async def _userinfo(self, request: Request) -> Response:
        assert request.headers["authorization"] == "Bearer the-access-token"
        return JSONResponse(self.userinfo)


@contextmanager
def providing(host: str = "127.0.0.1") -> Iterator[Provider]:
    """One that runs, as this host."""
    provider = Provider()
    with serving(provider.app) as port:
        provider.issuer = f"http://{host}:{port}"
        yield provider


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def challenge_of(verifier: str) -> str:
    """RFC 7636, section 4.2."""
    return base64url(hashlib.sha256(verifier.encode()).digest())
