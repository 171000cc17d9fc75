"""Times of day from clips, logs and this host: plausibility and format.

A clock may never have been set (1970, 2000), its battery may be flat, or a number may be damaged or
derived from two that do not match. An implausible time is 0, "unknown".
"""

from __future__ import annotations

from datetime import datetime

# Plausible times: from 2022 to the end of 2099, in seconds since 1970; the same as on the clip
# (``leandevice.power.wall_clock``).
EARLIEST_S, LATEST_S = 1_640_995_200, 4_102_444_800
UNKNOWN = "time unknown"


def known_s(time_s: int | None) -> int:
    """Return ``time_s`` (seconds since 1970) if it is plausible, else 0."""
    return time_s if time_s is not None and EARLIEST_S <= time_s < LATEST_S else 0


def utc_offset_s(time_s: int | None) -> int | None:
    """Return the UTC offset of this host's local time at that time; None if unknown."""
    known = known_s(time_s)
    offset = datetime.fromtimestamp(known).astimezone().utcoffset() if known else None
    return None if offset is None else round(offset.total_seconds())


def said(time_s: int | None, form: str, unknown: str = UNKNOWN) -> str:
    """Return a time in this host's local time, ``unknown`` if implausible.

    ``form``: as for ``datetime.strftime``.
    """
    known = known_s(time_s)
    return datetime.fromtimestamp(known).strftime(form) if known else unknown
