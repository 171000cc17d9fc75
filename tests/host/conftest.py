"""What the desk tool's tests share: one browser for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium; skips where it, or what drives it, is absent."""
    from clinic_rig import chromium

    with chromium() as found:
        yield found
