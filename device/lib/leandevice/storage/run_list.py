"""The runs of the log, in order of age: a row of numbers each, for objects would fill the heap."""

from array import array

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const

if TYPE_CHECKING:
    from collections.abc import Iterator

HIGHEST_ID = 0xFFFFFFFE  # of a run; what lies beyond is none
_WIDTH = const(6)  # id, pages, seconds, wall time, up time, closed
_MORE = const(64)  # runs for which there is room, beyond those there are
UNKNOWN_S = const(0xFFFFFFFF)  # up time of a run of an earlier start


class Run:
    """What is known of a run in the log: ``pages``, ``seconds``, ``wall_s``, ``up_s``, ``closed``.

    ``wall_s``: of its begin, seconds since 1970, 0 = unknown. ``up_s``: for how long the clip had
    been on when it began, ``UNKNOWN_S`` of a run of an earlier start. ``closed``: 1 if it was
    ended and saved. A copy of what the list has: give it back with ``RunList.keep``.
    """

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        self.pages = self.seconds = self.wall_s = self.closed = 0
        self.up_s = UNKNOWN_S


class RunList:
    """A sequence of ``Run``.

    The numbers lie in one array that has room for more runs: one that grew with every run would
    move about the heap, and part the large piece of it that is free.
    """

    def __init__(self) -> None:
        self._rows: array[int] = array("I")
        self._count = 0
        self.make_room()

    def __len__(self) -> int:
        """How many there are."""
        return self._count

    def __getitem__(self, i: int) -> Run:
        """Run ``i``, from the oldest on, or below zero from the newest."""
        count = self._count
        if not -count <= i < count:
            raise IndexError(i)
        rows = self._rows
        at = i % count * _WIDTH
        run = Run(rows[at])
        run.pages = rows[at + 1]
        run.seconds = rows[at + 2]
        run.wall_s = rows[at + 3]
        run.up_s = rows[at + 4]
        run.closed = rows[at + 5]
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
        """Keep a run, in the place of what was known of it before."""
        place = self._place(run.run_id)
        at = place * _WIDTH
        if place >= self._count or self._rows[at] != run.run_id:
            if self._count * _WIDTH >= len(self._rows):
                self.make_room()
            rows = self._rows
            self._count += 1
            for i in range(self._count * _WIDTH - 1, at + _WIDTH - 1, -1):
                rows[i] = rows[i - _WIDTH]
        rows = self._rows
        rows[at] = run.run_id
        rows[at + 1] = run.pages
        rows[at + 2] = run.seconds
        rows[at + 3] = run.wall_s
        rows[at + 4] = run.up_s
        rows[at + 5] = run.closed

    def remove(self, run_id: int) -> None:
        """Forget a run, if it is there."""
        rows = self._rows
        place = self._place(run_id)
        if place < self._count and rows[place * _WIDTH] == run_id:
            self._count -= 1
            for i in range(place * _WIDTH, self._count * _WIDTH):
                rows[i] = rows[i + _WIDTH]

    def make_room(self) -> None:
        """For so many runs more than there are; once the runs of the log have been found."""
        self._rows = self._rows[: self._count * _WIDTH] + array("I", bytes(4 * _WIDTH * _MORE))

    def clear(self) -> None:
        """Forget all runs; the room stays."""
        self._count = 0

    def _place(self, run_id: int) -> int:
        """The place of a run in the order, whether it is there or not."""
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
