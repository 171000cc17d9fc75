"""Wrap-safe time: milliseconds that wrap at 2**29, as CircuitPython's ``supervisor.ticks_ms``."""

from leancore.numeric.const import const

PERIOD_MS = const(1 << 29)
LAST_MS = const(PERIOD_MS - 1)  # and the mask that wraps
_HALF_MS = const(PERIOD_MS >> 1)


def ticks_add(ticks_ms: int, delta_ms: int) -> int:
    """Return ``ticks_ms`` moved by ``delta_ms`` (within half a period), wrapped."""
    return (ticks_ms + delta_ms) & LAST_MS


def ticks_diff(later_ms: int, earlier_ms: int) -> int:
    """Return ``later_ms - earlier_ms`` in ms, across a wrap if under half a period apart."""
    return ((later_ms - earlier_ms + _HALF_MS) & LAST_MS) - _HALF_MS
