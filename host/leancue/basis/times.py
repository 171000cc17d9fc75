"""Times of day from clips, logs and this host: which of them can be, and how they are said.

A clock may never have been set (1970, 2000), its battery may be flat, a number may have been
damaged or worked out from two that do not fit. What cannot be is no time: 0, "unknown".
"""

from __future__ import annotations

from datetime import datetime

# Times of day that can be: from the year 2022 to the end of 2099, in seconds since 1970; as the
# clip has them (``leandevice.power.wall_clock``).
EARLIEST_S, LATEST_S = 1_640_995_200, 4_102_444_800
UNKNOWN = "time unknown"


def known_s(time_s: int | None) -> int:
    """Return ``time_s`` (seconds since 1970) where a clip can have run then, else 0."""
    return time_s if time_s is not None and EARLIEST_S <= time_s < LATEST_S else 0


def utc_offset_s(time_s: int | None) -> int | None:
    """Return by how much this host's clock on the wall is before UTC then; None if none is."""
    known = known_s(time_s)
    offset = datetime.fromtimestamp(known).astimezone().utcoffset() if known else None
    return None if offset is None else round(offset.total_seconds())


def said(time_s: int | None, form: str, unknown: str = UNKNOWN) -> str:
    """Return a time as this host's clock on the wall shows it, ``unknown`` where it cannot be.

    ``form``: as of ``datetime.strftime``.
    """
    known = known_s(time_s)
    return datetime.fromtimestamp(known).strftime(form) if known else unknown
