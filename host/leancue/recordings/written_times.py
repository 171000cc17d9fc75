"""Times that a recording has as dates or times of day, as loggers write them."""

from __future__ import annotations

import calendar
import re
import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

WAY_OUT = "Write all times in seconds, or all as 2026-11-03 14:05:10.250."
# Day and minute, seconds, zone.
_TIME = re.compile(r"(.*\d:\d\d):(\d\d(?:[.,]\d+)?) *(Z|[+-]\d\d:?\d\d)?", re.ASCII)
# Of 03/04/2026 nobody can tell which is the month.
_DAYS = ("%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%H:%M")


def in_seconds(texts: Sequence[str]) -> npt.NDArray[np.float64] | int:
    """Return the times in seconds, or the number of the first text that is none."""
    minutes_s: dict[tuple[str, str | None], float | None] = {}  # a run has few
    seconds = np.empty(len(texts))
    for i, text in enumerate(texts):
        found = _TIME.fullmatch(text.strip())
        if found is None:
            return i
        minute, second, zone = found.groups()
        if (minute, zone) not in minutes_s:
            minutes_s[minute, zone] = _of_minute(minute, zone)
        minute_s = minutes_s[minute, zone]
        if minute_s is None:
            return i
        seconds[i] = minute_s + float(second.replace(",", "."))
    return seconds


def _of_minute(text: str, zone: str | None) -> float | None:
    plain = text.replace("/", "-").replace("T", " ")
    for form in _DAYS:
        try:
            return calendar.timegm(time.strptime(plain, form)) - _ahead_s(zone)
        except ValueError:
            continue
    return None


def _ahead_s(zone: str | None) -> int:
    """Return by how much a zone is before UTC."""
    if zone is None or zone == "Z":
        return 0
    size_s = 3600 * int(zone[1:3]) + 60 * int(zone[-2:])
    return -size_s if zone[0] == "-" else size_s
