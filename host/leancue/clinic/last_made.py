"""What was made last, for all pages that show the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Made = TypeVar("Made")


class LastMade(Generic[Key, Made]):
    """Keeps the one thing that was made last, and what it was made of."""

    def __init__(self, make: Callable[[Key], Made]) -> None:
        """``make``: makes it of its key, which is compared by value."""
        self._make = make
        self._last: tuple[Key, Made] | None = None

    def of(self, key: Key) -> Made:
        """Return what belongs to ``key``; the same object as last time where ``key`` is equal."""
        if self._last is None or self._last[0] != key:
            self._last = key, self._make(key)
        return self._last[1]
