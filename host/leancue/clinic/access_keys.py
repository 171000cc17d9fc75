"""Access to the page: a one-time token, then an address and a cookie that belong together.

A cookie applies to all ports of a host, so a page of another program would receive it as well,
unless its path differs. The address of our page begins with an unguessable segment, and the cookie
is bound to it. Neither is valid without the other, and both end with the program.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from tempfile import TemporaryDirectory

COOKIE = "leancue"
_FILE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>LeanCue</title>
<meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0; url={url}">
<p>LeanCue opens. <a href="{url}">Open it</a></p></html>
"""


class AccessKeys:
    """The secrets of one start of the program. ``home``: "/" and the first segment of the page."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(32)
        self.home = "/" + secrets.token_urlsafe(32)
        self.cookie = secrets.token_urlsafe(32)
        self._used = False

    def take(self, token: str) -> bool:
        """Return whether ``token`` opens the page; it is valid once."""
        opens = not self._used and _same(token, self.token)
        self._used = self._used or opens
        return opens

    def fit(self, path: str, cookies: str) -> bool:
        """Return whether both the address and the ``Cookie`` header are valid."""
        at_home = _same("/" + path.removeprefix("/").split("/", 1)[0], self.home)
        return _same(_cookie_in(cookies), self.cookie) and at_home


def _cookie_in(header: str) -> str:
    try:
        cookie = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return cookie.value if cookie else ""


def _same(one: str, other: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one.encode(errors="replace"), other.encode())


@contextmanager
def entry_file(url: str) -> Iterator[Path]:
    """Yield a temporary file, private to this user, that leads a browser to ``url``.

    The command line of a browser started with an address would show it to every user.
    """
    assert re.fullmatch(r"[\w:/.?=-]+", url), "goes into markup as it is"
    with TemporaryDirectory(prefix="leancue-open-") as folder:  # mode 0700
        file = Path(folder) / "leancue.html"
        file.touch(mode=0o600)
        file.write_text(_FILE.format(url=url), encoding="utf-8")
        yield file
