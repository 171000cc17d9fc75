"""Restarts: those nobody asked for are counted in ``safemode.py`` and forgotten once all goes well;
those the desk asks for wait until its answer has left.
"""

from leancore.ticks import ticks_diff

_WELL_MS = 60000
_ANSWER_LEAVES_MS = 300


class Restarts:
    """``memory``: object with ``restarts()`` (count, 0 = switched on in peace), ``forget()``, and
    ``restart(edit)``, which starts the clip anew, with ``edit`` in edit mode.
    """

    def __init__(self, memory):
        self._memory = memory
        self.count = memory.restarts()
        self._began_ms = None
        self._asked_ms = None
        self._edit = False

    def ask(self, edit, now_ms):
        """Start anew in a moment; asked twice is asked once."""
        self._edit = edit
        if self._asked_ms is None:
            self._asked_ms = now_ms

    def step(self, now_ms):
        """Do what was asked; forget the count after a minute without another restart."""
        if self._asked_ms is not None and ticks_diff(now_ms, self._asked_ms) >= _ANSWER_LEAVES_MS:
            self._asked_ms = None
            self._memory.restart(self._edit)
        if not self.count:
            return
        if self._began_ms is None:
            self._began_ms = now_ms
        elif ticks_diff(now_ms, self._began_ms) >= _WELL_MS:
            self._memory.forget()
            self.count = 0
