"""Who may speak to the page: this desk's browser, with the token, and nobody's other page.

Any page in the browser, and any program on this desk, can reach a loopback port. So: the name in
``Host`` must be the loopback's (else a foreign name was rebound to it), ``Origin`` must be our own
wherever a browser sends one, and always for websockets and writes (cookies travel there from
foreign pages too), and the token from the printed address must be in the cookie.
"""

from __future__ import annotations

import hmac
import secrets
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN = "token"
_SAFE = ("GET", "HEAD")
_NOT_FOUND_WS = 4403  # close code of a refused websocket
_ASSETS = "/_nicegui/"

WORDS = {
    "host": "This page answers on this desk only, under the address that leancue clinic prints.",
    "origin": "Another page tried to reach LeanCue. Nothing was done.",
    "token": "This address is not complete. Open the one that leancue clinic prints, with its "
    "token; it changes each time the program is started.",
}


def new_token() -> str:
    """Return a token that cannot be guessed."""
    return secrets.token_urlsafe(32)


class Guard:
    """ASGI middleware in front of the whole page, static files and websockets included."""

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self.app = app
        self._token = token
        self._cookie = f"leancue_{port}"  # cookies know no ports: two pages on a desk are two
        self._hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
        self._headers = security_headers(port)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with a refusal."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = _token_in(scope)
        if given and scope["type"] == "http" and not self._refusal(scope, headers, given):
            await self._enter(scope)(scope, receive, send)
            return
        refusal = self._refusal(scope, headers, self._token_in_cookie(headers))
        if refusal:
            await self._refuse(refusal, scope, receive, send)
            return
        await self.app(scope, receive, self._with_headers(send, scope))

    def _refusal(self, scope: Scope, headers: Headers, token: str) -> str:
        """Return the key of the reason in ``WORDS``, "" if the request may pass."""
        if headers.get("host") not in self._hosts:
            return "host"
        origin = headers.get("origin")
        needed = scope["type"] == "websocket" or scope["method"] not in _SAFE
        if (needed or origin) and origin != f"http://{headers['host']}":
            return "origin"
        return "" if hmac.compare_digest(token.encode(), self._token.encode()) else "token"

    def _token_in_cookie(self, headers: Headers) -> str:
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(self._cookie)
        except CookieError:
            return ""
        return cookie.value if cookie else ""

    def _enter(self, scope: Scope) -> Response:
        """Put the token into a cookie and take it out of the address bar and the history."""
        response = RedirectResponse(scope["path"] or "/", HTTPStatus.SEE_OTHER)
        response.set_cookie(self._cookie, self._token, httponly=True, samesite="strict")
        response.headers.update(self._headers)
        return response

    async def _refuse(self, why: str, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": _NOT_FOUND_WS})
            return
        response = PlainTextResponse(WORDS[why], HTTPStatus.FORBIDDEN, self._headers)
        await response(scope, receive, send)

    def _with_headers(self, send: Send, scope: Scope) -> Send:
        """Add the headers; only NiceGUI's own files, the same for all, may stay in a cache."""
        headers = dict(self._headers)
        if scope.get("path", "").startswith(_ASSETS):
            del headers["Cache-Control"]

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        return sent


def _token_in(scope: Scope) -> str:
    return parse_qs(scope.get("query_string", b"").decode("latin-1")).get(TOKEN, [""])[0]


def security_headers(port: int) -> dict[str, str]:
    """Headers that keep the browser from asking anybody else, and from keeping health data."""
    ours = f"'self' ws://127.0.0.1:{port} ws://localhost:{port}"
    policy = {
        "default-src": "'self'",
        # Vue compiles templates in the browser, which counts as eval.
        "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "connect-src": ours,
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "object-src": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{key} {value}" for key, value in policy.items()),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
