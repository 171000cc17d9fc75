"""What the log remembers beyond its pages: which runs the host has, and the highest run id.

One page, written to a fresh slot at each change, with a generation; a cut leaves the one before.
"""

import struct

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.runlog.pages import MARKS, Header, Page

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST = const(500)  # ids that are kept; the oldest go first
_ID = "<I"
_ID_BYTES = const(4)


class PulledIndex:
    """``generation``: 0 = never written. ``last_run``: highest id that was ever given."""

    def __init__(self) -> None:
        self.generation = 0
        self.last_run = 0
        self._pulled: list[int] = []

    def has(self, run_id: int) -> bool:
        """Whether the host has the whole run."""
        return run_id in self._pulled

    def add(self, run_id: int) -> bool:
        """Note that the host has it; return whether that is news."""
        if run_id in self._pulled:
            return False
        self._pulled.append(run_id)
        return True

    def keep_if(self, is_there: "Callable[[int], bool]") -> None:
        """Forget marks of runs that are gone; ``is_there(run_id)``."""
        pulled = self._pulled  # in place: a new list at each mark would part the free heap
        for i in range(len(pulled) - 1, -1, -1):
            if not is_there(pulled[i]):
                del pulled[i]
        while len(pulled) > _MOST:
            del pulled[0]

    def take(self, header: Header, data: "bytes | memoryview") -> None:
        """Take the marks of a whole page: its header, and the bytes of its records."""
        self.generation = header.number
        self.last_run = header.run_id
        self._pulled = [
            struct.unpack_from(_ID, data, at)[0] for at in range(0, len(data), _ID_BYTES)
        ]

    def pack(self, buf: "bytearray", last_run: int) -> None:
        """Make ``buf`` (of a page's size) the next generation's page, with ``last_run`` in it."""
        self.last_run = last_run
        self.generation += 1
        page = Page(buf)
        page.begin(last_run)
        page.number = self.generation
        for run_id in self._pulled:
            page.put(struct.pack(_ID, run_id), _ID_BYTES)
        page.close(0, 0, MARKS)
