"""Pulled index: which runs the host has, and the highest run id.

One page, written to a new slot at each change, with a generation; a power cut leaves the previous
one.
"""

import struct

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.runlog.pages import PULLED, Header, Page

from leandevice.storage.run_list import MOST_RUNS

if TYPE_CHECKING:
    from collections.abc import Callable

# Maximum number of ids, allocated at the start (see ``run_list``); the oldest are dropped first.
_MOST = MOST_RUNS
_ID = "<I"
_ID_BYTES = const(4)


class PulledIndex:
    """``generation``: 0 = never written. ``last_run``: highest id ever assigned."""

    def __init__(self) -> None:
        self._pulled = [0] * _MOST  # 0: no run
        self.clear()

    def clear(self) -> None:
        """Forget everything; the memory is kept."""
        self.generation = 0
        self.last_run = 0
        self._keep(0)

    def _keep(self, count: int) -> None:
        """Keep the first ones."""
        self._count = count
        pulled = self._pulled
        for i in range(count, _MOST):
            pulled[i] = 0

    def has(self, run_id: int) -> bool:
        """Whether the host has the whole run."""
        return run_id > 0 and run_id in self._pulled

    def add(self, run_id: int) -> bool:
        """Note that the host has a run; return whether that is new."""
        if self.has(run_id):
            return False
        self._append(run_id)
        return True

    def _append(self, run_id: int) -> None:
        pulled = self._pulled
        if self._count == _MOST:
            for i in range(1, _MOST):
                pulled[i - 1] = pulled[i]
            self._count -= 1
        pulled[self._count] = run_id
        self._count += 1

    def keep_if(self, is_there: "Callable[[int], bool]") -> None:
        """Forget runs that are gone; ``is_there(run_id)``."""
        pulled = self._pulled
        kept = 0
        for i in range(self._count):
            run_id = pulled[i]
            if is_there(run_id):
                pulled[kept] = run_id
                kept += 1
        self._keep(kept)

    def take(self, header: Header, data: "bytes | memoryview") -> None:
        """Load the index from a valid page: its header, and the bytes of its records."""
        self.generation = header.number
        self.last_run = header.run_id
        self._keep(0)
        for at in range(0, len(data), _ID_BYTES):
            self._append(struct.unpack_from(_ID, data, at)[0])

    def pack(self, buf: "bytearray", last_run: int) -> None:
        """Write the next generation's page to ``buf`` (of page size), with ``last_run``."""
        self.last_run = last_run
        self.generation += 1
        page = Page(buf)
        page.begin(last_run)
        page.number = self.generation
        for i in range(self._count):
            run_id = self._pulled[i]
            page.put(struct.pack(_ID, run_id), _ID_BYTES)
        page.close(0, 0, PULLED)
