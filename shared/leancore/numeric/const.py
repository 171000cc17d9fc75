"""``NAME = const(number)``: a number that the compiler puts wherever the name stands.

MicroPython and CircuitPython see to it while they compile, and a name that begins with ``_`` then
costs neither a place on the heap nor a look-up. Elsewhere it is a name like any other.

A name imported from another module would be looked up whenever it is used (some 4 µs on the clip):
the builder of the image puts its number there, too.
"""

from leancore.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from leancore.hints import Table


def const(number: int) -> int:
    """Return ``number``."""
    return number


def built(value: "Any") -> "Any":
    """Return ``value``, an integer or text.

    Worked out by the builder of the image from tables that the clip does not need otherwise.
    """
    return value


def described(rows: "Table") -> "Table":
    """Return ``rows``, a table whose last column says what each row is, for people.

    The image of the clip's program has the rows without it.
    """
    return rows
