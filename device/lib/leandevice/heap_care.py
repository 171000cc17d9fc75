"""Collects garbage while no sample is awaited, to keep one large free block on the heap.

Until a collection, new objects are placed after the previous ones: an object kept after much
garbage would end up in the middle of that block.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import ticks_diff

from leandevice.power import small_heap

if TYPE_CHECKING:
    from leandevice.interfaces import Recorded

_PERIOD_MS = const(1000)


class HeapCare:
    """Collects outside runs, once a second; ``recorder``: knows whether there is a run."""

    def __init__(self, recorder: "Recorded", now_ms: int) -> None:
        self._recorder = recorder
        self._done_ms = now_ms

    def step(self, now_ms: int) -> None:
        """Collect if due."""
        if self._recorder.open or ticks_diff(now_ms, self._done_ms) < _PERIOD_MS:
            return
        self._done_ms = now_ms
        small_heap.collect()
