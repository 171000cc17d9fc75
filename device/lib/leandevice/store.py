"""The run log on the drive: pages by slot, in a file allocated when the clip was installed.

Nothing that was committed is ever rewritten. A page that still grows goes to another free slot
each time; the fuller whole copy counts, the older one's slot is free again. The file is never
flushed or closed: that would rewrite the drive's directory, and a cut then may cost the drive.
What the drive still holds in memory it writes by itself, within a second or at the next read.
"""

from array import array

from leancore.pages import (
    HEADER_BYTES,
    HOUSEKEEPING,
    LAST,
    MARKS,
    PAGE_BYTES,
    Header,
    crc_ok,
    fullness,
)

from leandevice.marks import Marks
from leandevice.slots import Slots

PATH = "/leancue.log"
SPARE = 2  # slots that stay free: for the next copy of a page that grows, and of the marks
_FREE = 0
_MARKS = 0xFFFFFFFF  # owner of the slot with the newest marks
_STALE = 0xFFFF  # number of an older copy: free, but wiped when its run is erased


class Run:
    """What is known of a run in the log: ``pages``, ``seconds``, ``wall_s``, ``closed``."""

    def __init__(self, run_id):
        self.run_id = run_id
        self.pages = 0
        self.seconds = 0
        self.wall_s = 0
        self.closed = 0


class Store:
    """``drive.open_log(PATH)`` gives the file; ``drive.log_pages(PATH)`` its size.

    ``runs``: list of ``Run`` in order of age. ``marks``: pulled runs and the highest run id.
    """

    def __init__(self, drive):
        self.runs = []
        self.marks = Marks()
        self._slots = Slots(drive, PATH)
        self.slots = self._free = self._slots.count
        self._owner = array("I", [_FREE] * self.slots)
        self._number = array("H", [0] * self.slots)
        self._next = 0
        self._last = -1  # the slot written last: the page in it may still grow
        self._marks_slot = -1
        self._found = 0  # the slot read last: what is wanted next mostly lies behind it
        try:
            self._scan()
        except OSError:  # a drive that cannot be read: the clip lives, and says "log full"
            self.slots = self._free = 0

    @property
    def free_pages(self):
        """Pages that may be begun without giving up a run."""
        return 0 if self._slots.frozen else max(self._free - SPARE, 0)

    @property
    def last_run(self):
        """The highest run id that was ever given, as far as the log knows."""
        newest = self.runs[-1].run_id if self.runs else 0
        return max(newest, self.marks.last_run)

    def find(self, run_id):
        """Return the ``Run`` or None."""
        for run in self.runs:
            if run.run_id == run_id:
                return run
        return None

    def write(self, buf, header):
        """Write a closed page to a free slot; return False if the log is full.

        ``header``: the page's ``Header``. The page written last may be written again with more in
        it. OSError if the drive refuses; nothing is lost then but the slot's old content.
        """
        last = self._last
        if last >= 0 and not self._holds(last, header.run_id, header.number):
            last = -1
        slot = self._room(header.run_id, last >= 0)
        if slot < 0:
            return False
        self._next = slot + 1  # wherever a write fails the next one goes on behind it
        self._slots.write(slot, buf)
        self._claim(slot, header.run_id, header.number)
        if last >= 0:
            self._release(last)
            self._next = last  # it comes next: the pages of a run stay near each other
        self._last = slot
        self._note(header)
        return True

    def read(self, run_id, number):
        """Return the page (bytes) or None if the log does not hold it whole."""
        slot = self._slot_of(run_id, number, self._found)
        if slot < 0:
            return None
        self._found = slot
        page = self._slots.read(slot)
        return page if crc_ok(page) else None

    def mark_pulled(self, run_id):
        """The desk has the whole run: it may make room. ValueError without the run, OSError."""
        if self.find(run_id) is None:
            raise ValueError("no run " + str(run_id))
        if self.marks.add(run_id):
            self._keep_marks()

    def erase_some(self, run_id, most):
        """Overwrite up to ``most`` slots of a run, last page first; return how many are left."""
        if run_id > self.marks.last_run:
            self._keep_marks()  # first: its number must not come again
        left = 0
        blank = bytes(PAGE_BYTES)
        for slot in range(self.slots - 1, -1, -1):
            if self._owner[slot] != run_id or run_id in (_FREE, _MARKS):
                continue
            if most:
                self._slots.write(slot, blank)
                self._release(slot)
                self._owner[slot] = _FREE
                most -= 1
            else:
                left += 1
        if not left:
            self._forget(run_id)
        return left

    def settle(self):
        """Have the drive write what it still holds: reading another place makes it."""
        if self.slots:
            self._slots.read(0)

    def _room(self, run_id, grows):
        """A slot to write to, or -1. Where nothing is free the oldest pulled run gives way."""
        if self._slots.frozen:
            return -1
        if grows or self._free > SPARE:
            return self._free_slot()
        slot = -1
        while slot < 0:
            run = self._oldest_pulled(run_id)
            if run is None:
                break
            slot = self._give_up(run)
        return slot

    def _oldest_pulled(self, but_run_id):
        for run in self.runs:
            if run.run_id != but_run_id and self.marks.has(run.run_id):
                return run
        return None

    def _give_up(self, run):
        """Take the last page from a run; return its slot."""
        slot = self._last_of(run.run_id)
        if slot >= 0:
            run.pages = self._number[slot]
            self._release(slot)
        if slot < 0 or not run.pages:
            self.runs.remove(run)
        return slot

    def _forget(self, run_id):
        run = self.find(run_id)
        if run is not None:
            self.runs.remove(run)

    def _keep_marks(self):
        """Write the marks to a free slot; the older copy's slot is free afterwards."""
        self.marks.keep_if(self._has_copies)
        slot = self._free_slot()
        if slot < 0:
            raise OSError(28, "no room for the marks")
        self._slots.write(slot, self.marks.packed(self.last_run))
        self._claim(slot, _MARKS, 0)
        if self._marks_slot >= 0:
            self._release(self._marks_slot)
            self._owner[self._marks_slot] = _FREE
        self._marks_slot = slot

    def _has_copies(self, run_id):
        """Whether anything of a run is in the log; an old copy may be all, and be found again."""
        for owner in self._owner:
            if owner == run_id:
                return True
        return False

    # Slots: free, or owned by a run under a page number.

    def _is_free(self, slot):
        return self._owner[slot] == _FREE or self._number[slot] == _STALE

    def _holds(self, slot, run_id, number):
        return self._owner[slot] == run_id and self._number[slot] == number

    def _claim(self, slot, run_id, number):
        self._free -= self._is_free(slot)
        self._owner[slot] = run_id
        self._number[slot] = number

    def _release(self, slot):
        """Free a slot; it keeps its owner, whose content it still holds."""
        self._free += not self._is_free(slot)
        self._number[slot] = _STALE

    def _free_slot(self):
        slots = self.slots
        slot = self._next
        for _ in range(slots):
            if slot >= slots:
                slot = 0
            if self._is_free(slot):
                return slot
            slot += 1
        return -1

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

    def _note(self, header):
        run = self.find(header.run_id)
        if run is None:
            run = Run(header.run_id)
            self.runs.append(run)
            self.runs.sort(key=_run_id)
        run.pages = max(run.pages, header.number + 1)
        run.seconds = max(run.seconds, header.since_ms // 1000)
        run.wall_s = run.wall_s or header.wall_s
        run.closed |= 1 if header.flags & LAST else 0

    # After a start: what is in the log.

    def _scan(self):
        """Read every header, then believe of each run only what whole pages say."""
        head = bytearray(HEADER_BYTES)
        # run id: number of its last page, believed or not
        found = {}  # type: dict[int, int]
        for slot in range(self.slots):
            if not self._slots.head_into(slot, head):
                break
            try:
                header = Header(head)
            except ValueError:
                continue
            if header.flags & HOUSEKEEPING:
                self._take_marks(slot, header)
            elif _FREE < header.run_id < _MARKS and header.number < _STALE:
                self._claim(slot, header.run_id, header.number)
                found[header.run_id] = max(found.get(header.run_id, 0), header.number)
        self._drop_copies(found)
        for run_id in sorted(found):
            self._believe(run_id)

    def _take_marks(self, slot, header):
        if not header.flags & MARKS or header.number < self.marks.generation:
            return
        if not self.marks.take(self._slots.read(slot), header):
            return
        if self._marks_slot >= 0:
            self._release(self._marks_slot)
            self._owner[self._marks_slot] = _FREE
        self._claim(slot, _MARKS, 0)
        self._marks_slot = slot

    def _drop_copies(self, found):
        """Of two copies of one page the fuller whole one stays."""
        seen = {}
        for run_id, last in found.items():
            seen[run_id] = bytearray(last // 8 + 1)
        for slot in range(self.slots):
            if self._is_free(slot) or self._owner[slot] == _MARKS:
                continue
            bits = seen[self._owner[slot]]
            number = self._number[slot]
            if bits[number >> 3] >> (number & 7) & 1:
                other = self._slot_of(self._owner[slot], number, 0)
                self._release(self._worse_of(other, slot))
            else:
                bits[number >> 3] |= 1 << (number & 7)

    def _worse_of(self, a, b):
        return b if self._worth(a) >= self._worth(b) else a

    def _worth(self, slot):
        """Bytes in a slot's page, -1 if it is not whole."""
        page = self._slots.read(slot)
        return fullness(Header(page)) if crc_ok(page) else -1

    def _believe(self, run_id):
        """Find the run's last whole page; those behind it were torn by a cut."""
        slot = self._last_of(run_id)
        while slot >= 0:
            page = self._slots.read(slot)
            if crc_ok(page):
                break
            self._release(slot)
            slot = self._last_of(run_id)
        else:
            return
        self._next = self._found = slot + 1
        first = self.read(run_id, 0) if self._number[slot] else None
        if first is not None:
            self._note(Header(first))
        self._note(Header(page))

    def _last_of(self, run_id):
        """The slot with the run's highest page number, -1 if there is none."""
        last = -1
        for slot in range(self.slots):
            if self._owner[slot] == run_id and not self._is_free(slot):
                if last < 0 or self._number[slot] > self._number[last]:
                    last = slot
        return last


def _run_id(run):
    return run.run_id
