"""Tables of named integers with unit, default and range; one check for device, host and page.

A row is (name, unit, default, min, max, description). Values are integers in the row's unit. The
description is for the host: the device's image omits it (``described``).
"""

from leancore.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from leancore.hints import Row, Table

NAME, UNIT, DEFAULT, MIN, MAX, HELP = range(6)


def row_of(table: "Table", name: str) -> "Row | None":
    """Return the row called ``name``, or None."""
    for row in table:
        if row[NAME] == name:
            return row
    return None


def check(table: "Table", name: str, value: "Any") -> int:
    """Return ``value`` if it is allowed for ``name``.

    Raises ValueError with the name, the range and the unit; KeyError for an unknown name.
    """
    row = row_of(table, name)
    if row is None:
        raise KeyError(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("%s must be a whole number, not %s" % (name, value))
    if not row[MIN] <= value <= row[MAX]:
        raise ValueError(
            "%s = %d is out of range: %d to %d %s" % (name, value, row[MIN], row[MAX], row[UNIT])
        )
    return value


def defaults(table: "Table") -> "dict[str, Any]":
    """Return a dict of all default values."""
    return {row[NAME]: row[DEFAULT] for row in table}
