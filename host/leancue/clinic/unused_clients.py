"""Packages that the page's server would load without using them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# python-socketio contains client and server. Its client loads these if installed and works without
# them; they cost 16 MB and start time.
CLIENTS = ("aiohttp", "requests", "tornado")


@contextmanager
def left_out() -> Iterator[None]:
    """Hide ``CLIENTS`` from imports in the block, unless already loaded."""
    hidden = [name for name in CLIENTS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: "is not there"
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
