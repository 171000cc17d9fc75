"""Restarts that nobody asked for: counted in ``safemode.py``, forgotten once all goes well."""

from leancore.ticks import ticks_diff

_WELL_MS = 60000


class Restarts:
    """``memory``: object with ``restarts()`` (count, 0 = switched on in peace) and ``forget()``."""

    def __init__(self, memory):
        self._memory = memory
        self.count = memory.restarts()
        self._began_ms = None

    def step(self, now_ms):
        """Forget the count after a minute without another one."""
        if not self.count:
            return
        if self._began_ms is None:
            self._began_ms = now_ms
        elif ticks_diff(now_ms, self._began_ms) >= _WELL_MS:
            self._memory.forget()
            self.count = 0
