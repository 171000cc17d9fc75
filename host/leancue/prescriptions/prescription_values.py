"""The values of a prescription in files and forms: names, units, ranges, and exact numbers.

The core uses centidegrees, permille and percent; a file has degrees, a factor and shares, a form
the same but shares in percent. Ranges are the core's.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from leancore.coaching import prescription
from leancore.schema import table

from leancue.basis.value_checks import scaled
from leancue.language.words import N_


class Key(NamedTuple):
    """The representation of a value of the core.

    ``name``, ``scale``, ``unit``: in a file; ``scale``: core units per file unit. ``label``,
    ``sign``: in a form.
    """

    name: str
    core: str
    scale: int
    unit: str
    label: str
    sign: str


KEYS = (
    Key("baseline_deg", "baseline_cdeg", 100, "degrees", N_("Own lean"), "°"),
    Key("offset_low_deg", "offset_low_cdeg", 100, "degrees",
        N_("Band begins above the own lean"), "°"),
    Key("offset_high_deg", "offset_high_cdeg", 100, "degrees",
        N_("Band ends above the own lean"), "°"),
    Key("cap_offset_deg", "cap_offset_cdeg", 100, "degrees", N_("Cap above the own lean"), "°"),
    Key("gain", "gain_permille", 1000, "", N_("Trunk angle over clip angle"), ""),
    Key("ramp_sessions", "ramp_sessions", 1, "sessions", N_("Offset grows over"), "sessions"),
)  # fmt: skip
SESSIONS = Key("sessions", "sessions", 1, "sessions", N_("Sessions"), "")
LISTS = (  # one entry per session
    Key("minutes", "minutes", 1, "minutes", N_("Minutes"), "min"),
    Key("feedback_shares", "feedback_percent", 100, "", N_("Time with cues"), "%"),
)
BY_CORE = {key.core: key for key in (*KEYS, SESSIONS, *LISTS)}
_ROWS: dict[str, Any] = {
    str(row[table.NAME]): row
    for part in (prescription.TABLE, prescription.PLAN)
    for row in table.rows(part)
}


class OutOfRangeError(ValueError):
    """A value outside the core's range."""


class TooFineError(ValueError):
    """A value finer than the core's resolution."""


def held(core: str, value: int | Decimal, scale: int) -> int:
    """Return ``value * scale`` in the core's units; never rounded.

    Raises:
        OutOfRangeError: also for non-finite values.
        TooFineError: the core cannot represent it.
    """
    # The limits are divided, because the product of a huge number and the scale may overflow.
    low, high = (Decimal(_ROWS[core][i]) / scale for i in (table.MIN, table.MAX))
    if not (Decimal(value).is_finite() and low <= value <= high):
        raise OutOfRangeError
    found = scaled(value, scale)
    if found is None:
        raise TooFineError
    return found


def exact(value: int, scale: int) -> str:
    """Return ``value / scale`` exactly, without needless zeros (the scale is a power of ten)."""
    return str(Decimal(value) / scale)


def limits(core: str, scale: int) -> tuple[str, str]:
    """Return the least and the greatest value."""
    return exact(_ROWS[core][table.MIN], scale), exact(_ROWS[core][table.MAX], scale)


def default(core: str) -> Any:
    """Return the core's default."""
    return _ROWS[core][table.DEFAULT]


def what_it_is(core: str) -> str:
    """Return the words of the core's table."""
    return str(_ROWS[core][table.HELP])
