"""What differs between two prescriptions, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leancore.coaching.prescription import PLAN, TABLE
from leancore.coaching.session_plan import UNMEASURED
from leancore.schema import table

SAME = "nothing"


def changes_in_words(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Return what differs between two prescriptions, as `offset_low 7 → 8 deg; …`."""
    parts = []
    for row in (*TABLE, *PLAN):
        name = str(row[table.NAME])
        old, new = before.get(name), after.get(name)
        if old != new:
            parts.append(f"{_plain(row)} {_said(old, row)} → {_said(new, row)}")
    return "; ".join(parts) or SAME


_UNITS = {"cdeg": (100, "°"), "1/1000": (1000, ""), "%": (1, " %"), "min": (1, " min")}


def _plain(row: Any) -> str:
    name = str(row[table.NAME])
    for ending in ("_cdeg", "_permille", "_percent"):
        name = name.removesuffix(ending)
    return name.replace("_", " ")


def _said(value: Any, row: Any) -> str:
    if value == UNMEASURED:
        return "not measured"
    scale, unit = _UNITS.get(str(row[table.UNIT]), (1, ""))
    if isinstance(value, list):
        return ", ".join(str(entry) for entry in value) + unit
    return f"{value / scale:g}".replace("-", "−") + unit
