"""Tables of named integers with unit, default and range; one check for device, host and page.

A table is written as rows of (name, default, min, max, unit, description) and held as columns,
which take half as much of the device's heap. Values are integers in the row's unit. Unit and
description are for the host: the device's image omits them (``described``).
"""

from leancore.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from leancore.hints import Row, Table

NAME, DEFAULT, MIN, MAX, UNIT, HELP = range(6)


def rows(table: "Table") -> "tuple[Row, ...]":
    """Return the rows of a table, for the host."""
    return tuple(zip(*table))


def check(table: "Table", name: str, value: "Any") -> int:
    """Return ``value`` if it is allowed for ``name``.

    Raises ValueError with the name and the range; KeyError for an unknown name.
    """
    if name not in table[NAME]:
        raise KeyError(name)
    at = table[NAME].index(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("%s must be a whole number, not %s" % (name, value))
    least = table[MIN][at]
    most = table[MAX][at]
    if not least <= value <= most:
        raise ValueError("%s = %d is out of range: %d to %d" % (name, value, least, most))
    return value


def defaults(table: "Table") -> "dict[str, Any]":
    """Return a dict of all default values."""
    return dict(zip(table[NAME], table[DEFAULT]))
