"""Access control for requests: only this desk's browser with valid keys, no other page.

Any page in the browser, and any program on this desk, can reach a loopback port. So: the name in
``Host`` must be the loopback's (otherwise a foreign name was rebound to it), ``Origin`` must be our
own wherever a browser sends one, and always for websockets and writes (which also carry cookies
from foreign pages), and every request must satisfy ``AccessKeys``.
"""

from __future__ import annotations

from html import escape
from http import HTTPStatus
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from leancue.clinic.access_keys import COOKIE, AccessKeys
from leancue.language.words import N_, _

TOKEN = "token"
PREFIX = "X-Forwarded-Prefix"  # tells NiceGUI the prefix of its addresses
_SAFE = ("GET", "HEAD")
_REFUSED_WS = 4403  # close code of a refused websocket
_ASSETS = "/_nicegui/"
_SOCKET = "/_nicegui_ws/"

WORDS = {
    "host": N_("This page works only on this computer, at the address that leancue clinic prints."),
    "origin": N_("Another page tried to reach LeanCue. Nothing was done."),
    "method": N_("This page does not accept this kind of request. Nothing was done."),
    "closed": N_(
        "The page cannot be opened from here. LeanCue was restarted, or this is not the browser in "
        "which the page was opened. Type leancue clinic in a terminal: it opens the page."),
    "used": N_(
        "This address is wrong or was already used: it opens the page only once. If you did not "
        "use it, end LeanCue with Ctrl-C. Type leancue clinic in a terminal: it opens the page."),
}  # fmt: skip
# Readable only by a page of the same host and port: the page's address, for a typed URL.
_PLACE = "leancue"
_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>LeanCue</title>'
    "<p>{words}</p><script>{script}</script></html>"
)
_IN = 'localStorage.setItem("{place}", "{home}"); location.replace("{home}/");'
_BACK = (
    f'const home = localStorage.getItem("{_PLACE}");'
    "if (/^[/][A-Za-z0-9_-]+$/.test(home) && !location.pathname.startsWith(home))"
    " location.replace(home + location.pathname"
    f' + (location.search.startsWith("?{TOKEN}=") ? "" : location.search) + location.hash);'
)


class RequestGuard:
    """ASGI middleware in front of the whole page, static files and websockets included."""

    def __init__(self, app: ASGIApp, keys: AccessKeys, port: int) -> None:
        self.app = app
        self._keys = keys
        self._host = f"127.0.0.1:{port}"
        self._headers = security_headers(port)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        token = _token_in(scope)
        refusal = self._foreign(scope, headers) or self._wrong_method(scope)
        if not refusal and self._keys.fit(scope["path"], headers.get("cookie", "")):
            await self.app(self._at_home(scope), receive, self._with_headers(send, scope))
        elif not refusal and token and _is_visit(scope, headers) and self._keys.take(token):
            await self._enter()(scope, receive, send)
        else:
            why = refusal or ("used" if token else "closed")
            await self._refuse(why, scope, receive, send)

    def _foreign(self, scope: Scope, headers: Headers) -> str:
        """Return the key in ``WORDS`` of the reason to refuse, "" if the request is allowed."""
        if headers.getlist("host") != [self._host]:
            return "host"
        origin = headers.get("origin")
        needed = scope["type"] == "websocket" or scope["method"] not in _SAFE
        return "origin" if (needed or origin) and origin != f"http://{self._host}" else ""

    def _wrong_method(self, scope: Scope) -> str:
        """Whether the method is not allowed: only the websocket fallback may write."""
        path = scope["path"].removeprefix(self._keys.home)
        reads = scope["type"] == "websocket" or scope["method"] in _SAFE
        return "" if reads or path.startswith(_SOCKET) else "method"

    def _at_home(self, scope: Scope) -> Scope:
        """Return the request for the application: without the first segment."""
        home = self._keys.home
        headers = MutableHeaders(raw=list(scope["headers"]))
        headers[PREFIX] = home
        raw = scope.get("raw_path") or b""
        path = scope["path"].removeprefix(home) or "/"
        raw = raw.removeprefix(home.encode()) or b"/"
        return {**scope, "path": path, "raw_path": raw, "headers": headers.raw}

    def _enter(self) -> Response:
        """Set the cookie; the page then forwards itself, so that no history has the token.

        A redirect would not work: a strict cookie is not sent after one that began in a file.
        """
        home = self._keys.home
        script = _IN.format(place=_PLACE, home=home)
        response = HTMLResponse(
            _PAGE.format(words=escape(_("LeanCue is opening.")), script=script),
            headers=self._headers,
        )
        response.set_cookie(COOKIE, self._keys.cookie, path=home, httponly=True, samesite="strict")
        return response

    async def _refuse(self, why: str, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": _REFUSED_WS})
            return
        script = _BACK if why in ("closed", "used") else ""
        page = _PAGE.format(words=escape(_(WORDS[why])), script=script)
        status = HTTPStatus.METHOD_NOT_ALLOWED if why == "method" else HTTPStatus.FORBIDDEN
        await HTMLResponse(page, status, self._headers)(scope, receive, send)

    def _with_headers(self, send: Send, scope: Scope) -> Send:
        """Add the headers; only NiceGUI's own static files may be cached."""
        headers = dict(self._headers)
        if scope["path"].removeprefix(self._keys.home).startswith(_ASSETS):
            del headers["Cache-Control"]

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        return sent


def _token_in(scope: Scope) -> str:
    return parse_qs(scope.get("query_string", b"").decode("latin-1")).get(TOKEN, [""])[0]


def _is_visit(scope: Scope, headers: Headers) -> bool:
    """Whether this is a real visit, not a browser's prefetch, which would use up the token."""
    return scope["type"] == "http" and scope["method"] == "GET" and "sec-purpose" not in headers


def security_headers(port: int) -> dict[str, str]:
    """Headers that keep the browser from external requests and from caching health data."""
    policy = {
        "default-src": "'self'",
        # Vue compiles templates in the browser, which counts as eval.
        "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "connect-src": f"'self' ws://127.0.0.1:{port}",
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
