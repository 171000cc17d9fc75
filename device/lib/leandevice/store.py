"""The run log on the drive: pages by slot, in a file allocated when the clip was installed.

Nothing that was committed is ever rewritten. A page that still grows goes to another free slot
each time; the fuller whole copy counts, the older one's slot is free again. The file is never
flushed or closed: that would rewrite the drive's directory, and a cut then may cost the drive.
What the drive still holds in memory it writes by itself, within a second or at the next read.
"""

from leancore.pages import LAST, crc_ok

from leandevice import ledger
from leandevice.marks import Marks
from leandevice.slots import Slots

PATH = "/leancue.log"
SPARE = 2  # slots that stay free: for the next copy of a page that grows, and of the marks


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

    ``runs``: list of ``Run`` in order of age. ``lend()`` gives the buffer for a run's page, until
    ``give_back()``. ``marks``: pulled runs and the highest run id.
    """

    def __init__(self, drive):
        self.runs = []
        self.marks = Marks()
        self._slots = Slots(drive, PATH)
        self.slots = self._slots.count
        self.lend = self._slots.lend
        self.give_back = self._slots.give_back
        self._table = ledger.Ledger(self.slots)
        self._next = 0
        self._last = -1  # the slot written last: the page in it may still grow
        self._marks_slot = -1
        self._found = 0  # the slot read last: what is wanted next mostly lies behind it
        try:
            self._survey()
        except OSError:  # a drive that cannot be read: the clip lives, and says "log full"
            self.slots = 0
            self._table = ledger.Ledger(0)

    def _survey(self):
        from leandevice.survey import Survey  # for a start only

        survey = Survey(self._slots, self._table, self.marks)
        self._marks_slot = survey.marks_slot
        for run_id in survey.run_ids:
            found = survey.last_whole(run_id)
            if found is None:
                continue
            slot, last = found
            self._next = self._found = slot + 1
            first = survey.first_whole(run_id) if self._table.number[slot] else None
            if first is not None:
                self._note(first)
            self._note(last)

    def frame(self):
        """The frame (bytearray) in which ``read`` puts a page; another one while a run is open."""
        self._slots.page()
        return self._slots.frame

    @property
    def free_pages(self):
        """Pages that may be begun without giving up a run, if no other bound is met."""
        return 0 if self._slots.frozen else max(self._table.free - SPARE, 0)

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
        if last >= 0 and not self._table.holds(last, header.run_id, header.number):
            last = -1
        slot = self._room(header.run_id, last >= 0)
        if slot < 0:
            return False
        self._next = slot + 1  # wherever a write fails the next one goes on behind it
        self._slots.write(slot, buf)
        self._table.claim(slot, self._table.enlist(header.run_id), header.number)
        if last >= 0:
            self._table.release(last)
            self._next = last  # it comes next: the pages of a run stay near each other
        self._last = slot
        self._note(header)
        return True

    def read(self, run_id, number):
        """Return the page, or None if the log does not hold it whole.

        It lies in ``frame()``, and stays until another one is read.
        """
        slot = self._table.slot_of(run_id, number, self._found)
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
            self._keep_marks(run_id)

    def erase_some(self, run_id, most):
        """Overwrite up to ``most`` slots of a run, last page first; return how many are left."""
        if run_id > self.marks.last_run:
            self._keep_marks(run_id)  # first: its number must not come again
        left = 0
        place = self._table.place_of(run_id)
        for slot in range(self.slots - 1 if place else -1, -1, -1):
            if self._table.owner[slot] != place:
                continue
            if most:
                self._slots.blank(slot)
                self._table.wipe(slot)
                most -= 1
            else:
                left += 1
        run = self.find(run_id)
        if run is not None and not left:
            self.runs.remove(run)
        return left

    def forget(self):
        """Overwrite all that is in the log but its anchors; yields after each slot. OSError."""
        self.marks = Marks()
        self.runs = []
        self._last = self._marks_slot = -1
        for slot in range(self.slots):
            self._table.wipe(slot)
            if not self._slots.is_blank(slot):
                self._slots.blank(slot)
            yield slot
        self.settle()

    def settle(self):
        """Have the drive write what it still holds: reading another place makes it."""
        if self.slots:
            self._slots.touch(0)

    def _room(self, run_id, grows):
        """A slot to write to, or -1. Where nothing is free the oldest pulled run gives way.

        So it does, as a whole, where the list of runs is full and this one is new.
        """
        if self._slots.frozen:
            return -1
        slot = -1
        table = self._table
        if not table.enlist(run_id):
            table.tidy()
        while table.free < (1 if grows else SPARE + 1) or not table.enlist(run_id):
            run = self._oldest_pulled(run_id)
            if run is None:
                return -1
            given = self._give_up(run)
            if not run.pages and not table.enlist(run_id):
                table.strike(run.run_id)
            if slot < 0:
                slot = given  # the run's last page: a start still finds those before it
        return slot if slot >= 0 else self._table.free_slot(self._next)

    def _oldest_pulled(self, but_run_id):
        for run in self.runs:
            if run.run_id != but_run_id and self.marks.has(run.run_id):
                return run
        return None

    def _give_up(self, run):
        """Take the last page from a run; return its slot."""
        slot = self._table.last_of(run.run_id)
        if slot >= 0:
            run.pages = self._table.number[slot]
            self._table.release(slot)
        if slot < 0 or not run.pages:
            self.runs.remove(run)
        return slot

    def _keep_marks(self, run_id):
        """Write the marks to a free slot; the older copy's slot is free afterwards.

        A log without one free slot gives up the last page of ``run_id``, which the desk has or
        wants gone. One that is only read keeps no marks: nothing is given up there.
        """
        if self._slots.frozen:
            return
        table = self._table
        last_run = self.last_run
        self.marks.keep_if(table.has_copies)
        slot = table.free_slot(self._next)
        if slot < 0:
            slot = self._give_up(self.find(run_id))
        page = self._slots.page()
        self.marks.pack(page, last_run)
        self._slots.write(slot, page)
        table.claim(slot, ledger.MARKS, 0)
        if self._marks_slot >= 0:
            table.wipe(self._marks_slot)
        self._marks_slot = slot

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


def _run_id(run):
    return run.run_id
