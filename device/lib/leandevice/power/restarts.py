"""Restarts: unexpected ones are counted in ``boot.py`` and ``safemode.py`` and forgotten once
everything works; those requested by a host wait until its answer is sent.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import ticks_diff

from leandevice.power.retained_memory import EDIT

if TYPE_CHECKING:
    from leandevice.interfaces import Restartable

_WELL_MS = const(60000)
_ANSWER_LEAVES_MS = const(300)


class Restarts:
    """``board``: ``memory`` (``RetainedMemory``) and ``reset()``, which restarts the clip.

    ``count``: unexpected restarts in a row; 0 = a normal power-on.
    """

    def __init__(self, board: "Restartable") -> None:
        self._board = board
        self.count = board.memory.restarts
        self._began_ms: int | None = None
        self._asked_ms: int | None = None
        self._edit = False

    def ask(self, edit: bool, now_ms: int) -> None:
        """Request a restart in a moment, with ``edit`` into edit mode; idempotent."""
        self._edit = edit
        if self._asked_ms is None:
            self._asked_ms = now_ms

    def step(self, now_ms: int) -> None:
        """Do a requested restart; reset the count after a minute without another restart."""
        memory = self._board.memory
        if self._asked_ms is not None and ticks_diff(now_ms, self._asked_ms) >= _ANSWER_LEAVES_MS:
            self._asked_ms = None
            if self._edit:
                memory.request(EDIT)
            self._board.reset()
        if not self.count:
            return
        if self._began_ms is None:
            self._began_ms = now_ms
        elif ticks_diff(now_ms, self._began_ms) >= _WELL_MS:
            memory.forget_restarts()
            self.count = 0
