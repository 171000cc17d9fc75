"""What opens the page: a token that opens it once, then an address and a cookie that go together.

A cookie is for a host and all its ports, so a page of another program gets it too: unless its path
is not known there. The address of the page begins with a segment that nobody can guess, and the
cookie is bound to it. Neither opens anything without the other, and both end with the program.
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
        """Return whether ``token`` opens the page; it does so once."""
        opens = not self._used and _same(token, self.token)
        self._used = self._used or opens
        return opens

    def fit(self, path: str, cookies: str) -> bool:
        """Return whether the address and the ``Cookie`` header are both ours."""
        at_home = _same("/" + path.removeprefix("/").split("/", 1)[0], self.home)
        return _same(_cookie_in(cookies), self.cookie) and at_home


def _cookie_in(header: str) -> str:
    try:
        cookie = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return cookie.value if cookie else ""


def _same(one: str, other: str) -> bool:
    """Compare in a time that tells nothing."""
    return hmac.compare_digest(one.encode(errors="replace"), other.encode())


@contextmanager
def entry_file(url: str) -> Iterator[Path]:
    """Give a file that leads a browser to ``url``, for its user alone; gone on leaving.

    A browser that is started with an address shows it to every user, in the list of processes.
    """
    assert re.fullmatch(r"[\w:/.?=-]+", url), "goes into markup as it is"
    with TemporaryDirectory(prefix="leancue-open-") as folder:  # mode 0700
        file = Path(folder) / "leancue.html"
        file.touch(mode=0o600)
        file.write_text(_FILE.format(url=url), encoding="utf-8")
        yield file
