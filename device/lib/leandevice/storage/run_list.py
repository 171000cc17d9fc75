"""The runs of the log, in order of age: a row of numbers each, for objects would fill the heap."""

from array import array

from leancore.numeric.const import const

HIGHEST_ID = 0xFFFFFFFE  # of a run; what lies beyond is none
_WIDTH = const(5)  # id, pages, seconds, wall time, closed


class Run:
    """What is known of a run in the log: ``pages``, ``seconds``, ``wall_s``, ``closed``.

    Seconds since 1970, 0 = unknown; ``closed``: 1 if it was ended and saved. A copy of what the
    list has: give it back with ``RunList.keep``.
    """

    def __init__(self, run_id):
        self.run_id = run_id
        self.pages = self.seconds = self.wall_s = self.closed = 0


class RunList:
    """A sequence of ``Run``."""

    def __init__(self):
        self._rows = array("I")  # type: array[int]

    def __len__(self):
        """How many there are."""
        return len(self._rows) // _WIDTH

    def __getitem__(self, i):
        """Run ``i``, from the oldest on, or below zero from the newest."""
        count = len(self)
        if not -count <= i < count:
            raise IndexError(i)
        rows = self._rows
        at = i % count * _WIDTH
        run = Run(rows[at])
        run.pages = rows[at + 1]
        run.seconds = rows[at + 2]
        run.wall_s = rows[at + 3]
        run.closed = rows[at + 4]
        return run

    def __iter__(self):
        """The oldest one first."""
        for i in range(len(self)):
            yield self[i]

    def find(self, run_id):
        """Return the ``Run`` or None."""
        i = self._place(run_id)
        if i < len(self) and self._rows[i * _WIDTH] == run_id:
            return self[i]
        return None

    def keep(self, run):
        """Keep a run, in the place of what was known of it before."""
        rows = self._rows
        at = self._place(run.run_id) * _WIDTH
        if at >= len(rows) or rows[at] != run.run_id:
            for _ in range(_WIDTH):
                rows.append(0)
            for i in range(len(rows) - 1, at + _WIDTH - 1, -1):
                rows[i] = rows[i - _WIDTH]
        rows[at] = run.run_id
        rows[at + 1] = run.pages
        rows[at + 2] = run.seconds
        rows[at + 3] = run.wall_s
        rows[at + 4] = run.closed

    def remove(self, run_id):
        """Forget a run, if it is there."""
        rows = self._rows
        at = self._place(run_id) * _WIDTH
        if at < len(rows) and rows[at] == run_id:
            self._rows = rows[:at] + rows[at + _WIDTH :]

    def _place(self, run_id):
        """The place of a run in the order, whether it is there or not."""
        rows = self._rows
        low = 0
        high = len(self)
        while low < high:
            middle = (low + high) // 2
            if rows[middle * _WIDTH] < run_id:
                low = middle + 1
            else:
                high = middle
        return low
