"""Differences between two prescriptions, as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leancore.coaching.prescription import PLAN, TABLE
from leancore.coaching.session_plan import UNMEASURED
from leancore.schema import table

from leancue.language.formats import as_written
from leancue.language.words import N_, _

_WORDS = {
    "baseline_cdeg": N_("own lean"),
    "offset_low_cdeg": N_("band begins"),
    "offset_high_cdeg": N_("band ends"),
    "cap_offset_cdeg": N_("cap"),
    "gain_permille": N_("trunk angle over clip angle"),
    "ramp_sessions": N_("sessions until the full offset"),
    "raw": N_("raw samples"),
    "sessions": N_("sessions"),
    "minutes": N_("minutes"),
    "feedback_percent": N_("time with cues"),
}
_UNITS = {"cdeg": (100, "°"), "1/1000": (1000, ""), "%": (1, " %"), "min": (1, " min")}


def changes_in_words(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Return the differences between two prescriptions, as ``band begins 7° → 8°; …``."""
    parts = []
    for row in (*table.rows(TABLE), *table.rows(PLAN)):
        name = str(row[table.NAME])
        old, new = before.get(name), after.get(name)
        if old != new:
            parts.append(f"{_(_WORDS.get(name, name))} {_said(old, row)} → {_said(new, row)}")
    return "; ".join(parts) or same()


SAME = N_("nothing")


def same() -> str:
    """Return the text for no difference."""
    return _(SAME)


def _said(value: Any, row: Any) -> str:
    if value == UNMEASURED:
        return _("not measured")
    scale, unit = _UNITS.get(str(row[table.UNIT]), (1, ""))
    if isinstance(value, list):
        return ", ".join(str(entry) for entry in value) + unit
    return as_written(f"{value / scale:g}") + unit
