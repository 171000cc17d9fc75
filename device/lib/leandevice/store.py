"""The run log on the drive: a file of 4096-byte pages, allocated when the clip was installed.

During a run it is only written page by page, aligned, without flush or close, so that the
drive's directory is never touched (PLATFORM: any metadata write may cost the drive at a cut).
"""

from array import array

from leancore.pages import FIRST, HEADER_BYTES, LAST, PAGE_BYTES, Header

PATH = "/leancue.log"
_FREE = 0
_EMPTY = bytes(PAGE_BYTES)
_NUMBER_MASK = 0xFFFF


class Run:
    """What is known of a run in the log: ``pages``, ``seconds``, ``wall_s``, ``closed``."""

    def __init__(self, run_id):
        self.run_id = run_id
        self.pages = 0
        self.seconds = 0
        self.wall_s = 0
        self.closed = 0


class Store:
    """Pages by slot. ``drive.open_log(PATH)`` gives the file; ``drive.log_pages(PATH)`` its size.

    ``runs``: list of ``Run`` in order of age. ``free_pages``: pages that no run holds.
    """

    def __init__(self, drive):
        self.runs = []
        self.slots = self.free_pages = drive.log_pages(PATH)
        self._file = drive.open_log(PATH)
        self._owner = array("I", [_FREE] * self.slots)
        self._number = array("H", [0] * self.slots)
        self._next = 0
        self._found = 0  # the slot read last: what is wanted next mostly lies behind it
        self._scan()

    def _scan(self):
        head = bytearray(HEADER_BYTES)
        newest = -1
        for slot in range(self.slots):
            self._file.seek(slot * PAGE_BYTES)
            if self._file.readinto(head) != HEADER_BYTES:
                break
            try:
                header = Header(head)
            except ValueError:
                continue
            self._note(slot, header)
            if header.run_id >= newest:
                newest = header.run_id
                self._next = slot + 1
        self.runs.sort(key=_run_id)

    def _note(self, slot, header):
        self._owner[slot] = header.run_id
        self._number[slot] = header.number & _NUMBER_MASK
        self.free_pages -= 1
        run = self.find(header.run_id)
        if run is None:
            run = Run(header.run_id)
            self.runs.append(run)
        run.pages = max(run.pages, header.number + 1)
        run.seconds = max(run.seconds, header.since_ms // 1000)
        if header.flags & FIRST or not run.wall_s:
            run.wall_s = header.wall_s
        if header.flags & LAST:
            run.closed = 1

    def find(self, run_id):
        """Return the ``Run`` or None."""
        for run in self.runs:
            if run.run_id == run_id:
                return run
        return None

    def write(self, buf, header):
        """Write a closed page to the next free slot; return False if the log is full.

        ``header``: the page's ``Header``. OSError if the drive refuses.
        """
        slot = self._slot_of(_FREE, 0, self._next) if self.free_pages else -1
        if slot < 0:
            return False
        self._put(slot, buf)
        self._note(slot, header)
        self._next = slot + 1
        return True

    def read(self, run_id, number):
        """Return the page (bytes) or None if the log does not hold it."""
        slot = self._slot_of(run_id, number & _NUMBER_MASK, self._found)
        if slot < 0:
            return None
        self._found = slot
        self._file.seek(slot * PAGE_BYTES)
        return self._file.read(PAGE_BYTES)

    def erase_some(self, run_id, most):
        """Overwrite up to ``most`` pages of a run, last page first; return how many are left."""
        left = 0
        for slot in range(self.slots - 1, -1, -1):
            if self._owner[slot] != run_id:
                continue
            if most:
                self._put(slot, _EMPTY)
                self._owner[slot] = _FREE
                self._number[slot] = 0
                self.free_pages += 1
                most -= 1
            else:
                left += 1
        run = self.find(run_id)
        if run is not None and not left:
            self.runs.remove(run)
        return left

    def settle(self):
        """Let the drive write what it still holds; only outside of runs."""
        if self._file is not None:
            self._file.flush()

    def _slot_of(self, run_id, number, start):
        """The first slot from ``start`` on, round about, that holds this page; -1 if none does."""
        owner = self._owner
        numbers = self._number
        slots = self.slots
        slot = start
        for _ in range(slots):
            if slot >= slots:
                slot = 0
            if owner[slot] == run_id and numbers[slot] == number:
                return slot
            slot += 1
        return -1

    def _put(self, slot, buf):
        self._file.seek(slot * PAGE_BYTES)
        done = self._file.write(buf)
        if done is not None and done != PAGE_BYTES:
            raise OSError(5, "short write to the log")


def _run_id(run):
    return run.run_id
