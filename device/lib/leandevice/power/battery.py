"""The battery's voltage, accepted only when it is plausible and stable.

Gauges and bare converters give wrong values at first: three readings within 60 mV of each other,
between 2.5 and 4.4 V, make a value; otherwise it is unknown (0).
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import ticks_diff

if TYPE_CHECKING:
    from leandevice.interfaces import Gauge

_LOW_MV = const(2500)
_HIGH_MV = const(4400)
_STEADY_MV = const(60)
_PERIOD_MS = const(5000)


class Battery:
    """``millivolts``: 0 while unknown. ``gauge`` has ``read_mv()``; None = no battery sense."""

    def __init__(self, gauge: "Gauge | None") -> None:
        self._gauge = gauge
        self.millivolts = 0
        self._last_mv = 0
        self._steady = 0
        self._read_ms = 0
        self._begun = False

    def step(self, now_ms: int) -> None:
        """Read every few seconds."""
        if self._gauge is None:
            return
        if self._begun and ticks_diff(now_ms, self._read_ms) < _PERIOD_MS:
            return
        self._begun = True
        self._read_ms = now_ms
        mv = self._gauge.read_mv()
        plausible = _LOW_MV <= mv <= _HIGH_MV
        steady = plausible and abs(mv - self._last_mv) <= _STEADY_MV
        self._steady = self._steady + 1 if steady else 0
        self._last_mv = mv
        if not plausible:
            self.millivolts = 0
        elif self._steady >= 2:
            self.millivolts = mv
