"""The runs of the log, by age: a row of numbers each, since objects would fill the heap."""

from array import array

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const

if TYPE_CHECKING:
    from collections.abc import Iterator

HIGHEST_ID = 0xFFFFFFFE  # of a run; larger values are invalid
# Number of runs that a log can hold; the oldest pulled one makes room for another. Memory for all
# is allocated at the start: a growing list would split the large free block of the heap (seen after
# some hundred runs).
MOST_RUNS = const(64)
_WIDTH = const(4)  # id, wall time, up time, seconds and, as the lowest bit, closed
_PAGES_MOST = const(0xFFFF)
UNKNOWN_S = const(0xFFFFFFFF)  # uptime of a run of an earlier start


class Run:
    """The properties of a run in the log: ``pages``, ``seconds``, ``wall_s``, ``up_s``, ``closed``.

    ``seconds``: duration, or the least it was unless ``closed``. ``wall_s``: start time, seconds
    since 1970, 0 = unknown. ``up_s``: uptime at its start, ``UNKNOWN_S`` for a run of an earlier
    start. ``closed``: 1 if it was ended and saved. This is a copy of the list's row: save changes
    with ``RunList.keep``.
    """

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        self.pages = self.seconds = self.wall_s = self.closed = 0
        self.up_s = UNKNOWN_S


class RunList:
    """A sequence of at most ``most`` ``Run``."""

    def __init__(self, most: int = MOST_RUNS) -> None:
        self._rows = array("I", bytes(4 * _WIDTH * most))
        self._pages = array("H", bytes(2 * most))
        self._most = most
        self._count = 0

    def __len__(self) -> int:
        """Number of runs."""
        return self._count

    def __getitem__(self, i: int) -> Run:
        """Run ``i``, counted from the oldest, negative from the newest."""
        count = self._count
        if not -count <= i < count:
            raise IndexError(i)
        rows = self._rows
        at = i % count * _WIDTH
        run = Run(rows[at])
        run.pages = self._pages[i % count]
        run.wall_s = rows[at + 1]
        run.up_s = rows[at + 2]
        run.seconds = rows[at + 3] >> 1
        run.closed = rows[at + 3] & 1
        return run

    def __iter__(self) -> "Iterator[Run]":
        """The oldest one first."""
        for i in range(self._count):
            yield self[i]

    def find(self, run_id: int) -> Run | None:
        """Return the ``Run`` or None."""
        i = self._place(run_id)
        if i < self._count and self._rows[i * _WIDTH] == run_id:
            return self[i]
        return None

    def keep(self, run: Run) -> None:
        """Save a run, replacing its previous row. IndexError: the list is full."""
        place = self._place(run.run_id)
        at = place * _WIDTH
        rows = self._rows
        pages = self._pages
        if place >= self._count or rows[at] != run.run_id:
            if self._count >= self._most:
                raise IndexError(self._most)
            self._count += 1
            for i in range(self._count * _WIDTH - 1, at + _WIDTH - 1, -1):
                rows[i] = rows[i - _WIDTH]
            for i in range(self._count - 1, place, -1):
                pages[i] = pages[i - 1]
        pages[place] = run.pages if run.pages < _PAGES_MOST else _PAGES_MOST
        rows[at] = run.run_id
        rows[at + 1] = run.wall_s
        rows[at + 2] = run.up_s
        rows[at + 3] = run.seconds << 1 | run.closed

    def remove(self, run_id: int) -> None:
        """Remove a run, if it is there."""
        rows = self._rows
        pages = self._pages
        place = self._place(run_id)
        if place < self._count and rows[place * _WIDTH] == run_id:
            self._count -= 1
            for i in range(place * _WIDTH, self._count * _WIDTH):
                rows[i] = rows[i + _WIDTH]
            for i in range(place, self._count):
                pages[i] = pages[i + 1]

    def clear(self) -> None:
        """Forget all runs; the memory is kept."""
        self._count = 0

    def _place(self, run_id: int) -> int:
        """The place of a run in the order, whether it is listed or not."""
        rows = self._rows
        low = 0
        high = self._count
        while low < high:
            middle = (low + high) // 2
            if rows[middle * _WIDTH] < run_id:
                low = middle + 1
            else:
                high = middle
        return low
