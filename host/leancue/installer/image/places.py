"""Places of names in MicroPython's hash tables, and short names with good places.

An object, a class and a module are each a hash table of names. A lookup starts at the name's hash
modulo the table's size and continues until the name or an empty place is found; each step costs a
division. The interpreter caches the place of each name, once for all tables. So a name whose hash
is a small number ``n`` is at place ``n`` of every table of sufficient size, is found at once if it
is alone there, and the cached place is valid for all tables. Before names were chosen this way, a
third of the clip's loop time was spent on lookups.

Source: MicroPython 1.25, ``py/qstr.c`` (hash), ``py/map.c`` (tables).
"""

from __future__ import annotations

import itertools
import string
from collections.abc import Iterable, Iterator
from functools import cache

# Sizes of a growing table.
_SIZES = (1, 2, 4, 6, 8, 10, 12, 17, 23, 29, 37, 47, 59, 73, 97, 127, 167, 223, 293, 389)
HASHES = 255  # from 1 on: one byte of hash, never 0


def hash_of(name: str) -> int:
    """Return the hash of a name, 1 to 255."""
    value = 5381
    for byte in name.encode():
        value = (value * 33 ^ byte) & 0xFFFFFFFF
    return value & 0xFF or 1


def size_for(count: int) -> int:
    """Return the size of a table of ``count`` names."""
    return next(size for size in _SIZES if size >= count) if count else 1


@cache
def short_names() -> tuple[str, ...]:
    """Names of two letters, neither a keyword nor a variable's: those of hash 1, 2, 3 …, then
    others of hash 1, 2, 3 …
    """
    by_hash: dict[int, list[str]] = {}
    seconds = string.ascii_lowercase + string.digits + string.ascii_uppercase
    for letters in itertools.product(string.ascii_uppercase, seconds):
        by_hash.setdefault(hash_of("".join(letters)), []).append("".join(letters))
    rounds = itertools.zip_longest(*(by_hash.get(n, ()) for n in range(1, HASHES + 1)))
    return tuple(name for names in rounds for name in names if name)


def for_globals(foreign: Iterable[str]) -> Iterator[str]:
    """Short names for a module's table, where ``foreign`` ones are first looked up in vain."""
    barred = {hash_of(name) for name in foreign}
    names = short_names()
    yield from (name for name in names if hash_of(name) not in barred)
    yield from (name for name in names if hash_of(name) in barred)


class Table:
    """Places of one object, class or module that will hold ``names``; some are taken already."""

    def __init__(self, count: int, kept: Iterable[str] = ()) -> None:
        self._size = size_for(count)
        self._taken: set[int] = set()
        for name in kept:
            self.take(hash_of(name))

    def take(self, number: int) -> None:
        """Insert a name with this hash, at the first free place from its own on."""
        for step in range(self._size):
            place = (number + step) % self._size
            if place not in self._taken:
                self._taken.add(place)
                return

    def steps(self, number: int) -> int:
        """Return how many places are probed in vain for a name with this hash."""
        for step in range(self._size):
            if (number + step) % self._size not in self._taken:
                return step
        return self._size

    def is_beyond(self, number: int) -> bool:
        """Whether the table is too small for the place of the hash."""
        return number >= self._size
