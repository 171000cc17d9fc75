"""``NAME = const(number)``: a compile-time constant.

MicroPython and CircuitPython inline it when they compile, and a name that begins with ``_`` then
costs neither heap nor a look-up. On other interpreters it is an ordinary name.

A name imported from another module would be looked up at each use (some 4 µs on the device), so
the image builder inlines those as well.
"""

from leancore.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from leancore.hints import Row, Table


def const(number: int) -> int:
    """Return ``number``."""
    return number


def built(value: "Any") -> "Any":
    """Return ``value``, an integer or text.

    The image builder evaluates it, from tables that the device does not need otherwise.
    """
    return value


def described(rows: "tuple[Row, ...]") -> "Table":
    """Return the columns of ``rows``, the last two of which are for people: unit and description.

    The device's image omits those.
    """
    return tuple(zip(*rows))
