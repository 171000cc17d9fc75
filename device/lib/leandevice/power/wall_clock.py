"""The time of day, set by a host and kept until the clip is switched off."""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import ticks_add, ticks_diff

if TYPE_CHECKING:
    from leandevice.interfaces import Clock

_MINUTE_MS = const(60000)
FIRST_S, LAST_S = 1_640_995_200, 4_102_444_800  # 2022 and 2100; the host has the same limits


class WallClock:
    """Counts seconds since the start, so that no wrap of the ticks is missed."""

    def __init__(self, clock: "Clock") -> None:
        self._clock = clock
        self._minutes_s = 0
        self._minute_ms = clock.ticks_ms()
        self._start_s = 0  # wall time of the start; 0 = unknown

    def step(self, now_ms: int) -> None:
        """Keep counting."""
        if ticks_diff(now_ms, self._minute_ms) >= _MINUTE_MS:
            self._minute_ms = ticks_add(self._minute_ms, _MINUTE_MS)
            self._minutes_s += 60

    @property
    def up_s(self) -> int:
        """Seconds since the clip was switched on; 0 if the ticks were set back beyond that."""
        seconds = ticks_diff(self._clock.ticks_ms(), self._minute_ms) // 1000
        return max(self._minutes_s + seconds, 0)

    def set(self, time_s: int) -> bool:
        """Set the time, seconds since 1970; return whether it is plausible.

        A host's clock may be wrong, and no date is better than a wrong one.
        """
        if not FIRST_S <= time_s <= LAST_S:
            return False
        self._start_s = time_s - self.up_s
        return True

    def at(self, up_s: int) -> int:
        """Seconds since 1970 at uptime ``up_s``; 0 while unknown."""
        return self._start_s + up_s if self._start_s else 0

    def now_s(self) -> int:
        """Seconds since 1970; 0 while unknown."""
        return self.at(self.up_s)
