"""Packages that the page's server would load for clients it never has."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# python-socketio is client and server in one. Its client takes these where they happen to be
# installed, and does without where they are not; they are 16 MB, and a part of the start.
CLIENTS = ("aiohttp", "requests", "tornado")


@contextmanager
def left_out() -> Iterator[None]:
    """Let an import inside find none of ``CLIENTS``, unless it is loaded already."""
    hidden = [name for name in CLIENTS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: "is not there"
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
