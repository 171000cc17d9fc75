"""A cache of one object, shared by all pages that show the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Made = TypeVar("Made")


class LastMade(Generic[Key, Made]):
    """Keeps the last object created, and its key."""

    def __init__(self, make: Callable[[Key], Made]) -> None:
        """``make``: creates the object from its key, which is compared by value."""
        self._make = make
        self._last: tuple[Key, Made] | None = None

    def of(self, key: Key) -> Made:
        """Return the object for ``key``; the same one as last time if ``key`` is equal."""
        if self._last is None or self._last[0] != key:
            self._last = key, self._make(key)
        return self._last[1]
