"""The run log on the drive: pages by slot, in a file allocated when the clip was installed.

Nothing that was committed is ever rewritten. A page that still grows goes to another free slot
each time; the fuller whole copy counts, the older one's slot is free again. The file is never
flushed or closed: that would rewrite the drive's directory, and a cut then may cost the drive.
What the drive still holds in memory it writes by itself, within a second or at the next read.
"""

from leancore.hints import TYPE_CHECKING
from leancore.runlog.pages import LAST

from leandevice.power import small_heap
from leandevice.storage import page_table
from leandevice.storage.page_store import PageStore
from leandevice.storage.pulled_index import PulledIndex
from leandevice.storage.run_list import Run, RunList

if TYPE_CHECKING:
    from leancore.hints import Buffer
    from leancore.runlog.pages import Header

    from leandevice.storage.drive import Drive

PATH = "/leancue.log"
SPARE = 2  # slots that stay free: for the next copy of a page that grows, and of the pulled index


class RunStore:
    """``drive.open_log(PATH)`` gives the file; ``drive.log_pages(PATH)`` its size.

    ``runs``: a ``RunList``. ``run_page``: the buffer for a run's page.
    ``pulled``: pulled runs and the highest run id. For ``RunArchive``: ``log`` (``PageStore``),
    ``table`` (who holds which slot), the slot to try ``next_slot``, the one written last, and that
    of that index (-1 = none). ``pulled_pages``: pages of runs that may be given up; a number that
    is kept, for a run asks at each page and counting them takes some 20 ms.
    """

    def __init__(self, drive: "Drive") -> None:
        self.runs = RunList()
        self.pulled = PulledIndex()
        self.log = PageStore(drive, PATH)
        self.slots = self.log.count
        self.run_page = self.log.run_page
        small_heap.collect()  # opening the log left garbage, which must not lie before the table
        self.table = page_table.PageTable(self.slots)
        self.next_slot = 0
        self.last_slot = -1  # the slot written last: the page in it may still grow
        self.pulled_slot = -1
        self.pulled_pages = 0
        try:
            self._survey()
        except OSError:  # a drive that cannot be read: the clip lives, and says "log full"
            self.slots = 0
            self.table = page_table.PageTable(0)

    def _survey(self) -> None:
        from leandevice.storage.log_scan import LogScan  # for a start only

        survey = LogScan(self.log, self.table, self.pulled)
        self.pulled_slot = survey.pulled_slot
        for run_id in survey.run_ids:
            found = survey.last_whole(run_id)
            if found is None:
                continue
            slot, last, until_ms = found
            self.next_slot = slot + 1
            first = survey.first_whole(run_id) if self.table.number[slot] else None
            if first is not None:
                self._note(first, 0)
            self._note(last, until_ms)
        self.count_pulled()
        small_heap.collect()

    @property
    def free_pages(self) -> int:
        """Pages that may be begun, in free slots and in the place of runs that the host has."""
        return 0 if self.log.frozen else max(self.table.free + self.pulled_pages - SPARE, 0)

    def count_pulled(self) -> None:
        """Count the pages of runs that may be given up; between runs only, it takes long."""
        has, pages_of = self.pulled.has, self.table.pages_of
        self.pulled_pages = sum([pages_of(run.run_id) for run in self.runs if has(run.run_id)])

    @property
    def last_run(self) -> int:
        """The highest run id that was ever given, as far as the log knows."""
        newest = self.runs[-1].run_id if len(self.runs) else 0
        return max(newest, self.pulled.last_run)

    def find(self, run_id: int) -> Run | None:
        """Return the ``Run`` or None."""
        return self.runs.find(run_id)

    def write(self, buf: "Buffer", header: "Header", until_ms: int = 0) -> bool:
        """Write a closed page to a free slot; return False if the log is full.

        ``header``: the page's ``Header``. ``until_ms``: how long the run has lasted. The page
        written last may be written again with more in it. OSError if the drive refuses; nothing is
        lost then but the slot's old content.
        """
        last = self.last_slot
        if last >= 0 and not self.table.holds(last, header.run_id, header.number):
            last = -1
        slot = self._room(header.run_id, last >= 0)
        if slot < 0:
            return False
        self.next_slot = slot + 1  # wherever a write fails the next one goes on behind it
        self.log.write(slot, buf)
        self.table.claim(slot, self.table.place_for(header.run_id), header.number)
        if last >= 0:
            self.table.release(last)
            self.next_slot = last  # it comes next: the pages of a run stay near each other
        self.last_slot = slot
        self._note(header, until_ms)
        return True

    def settle(self) -> None:
        """Have the drive write what it still holds: reading another place makes it."""
        if self.slots:
            self.log.touch(0)

    def _room(self, run_id: int, grows: bool) -> int:
        """A slot to write to, or -1. Where nothing is free the oldest pulled run gives way.

        So it does, as a whole, where the list of runs is full and this one is new.
        """
        if self.log.frozen:
            return -1
        slot = -1
        table = self.table
        if not table.place_for(run_id):
            table.drop_empty_runs()
        while table.free < (1 if grows else SPARE + 1) or not table.place_for(run_id):
            run = self._oldest_pulled(run_id)
            if run is None:
                return -1
            given = self.give_up(run)
            if not run.pages and not table.place_for(run_id):
                table.drop_run(run.run_id)
            if slot < 0:
                slot = given  # the run's last page: a start still finds those before it
        return slot if slot >= 0 else self.table.free_slot(self.next_slot)

    def _oldest_pulled(self, but_run_id: int) -> Run | None:
        for run in self.runs:
            if run.run_id != but_run_id and self.pulled.has(run.run_id):
                return run
        return None

    def give_up(self, run: Run) -> int:
        """Take the last page from a run; return its slot, -1 if there is none."""
        slot = self.table.last_of(run.run_id)
        if slot >= 0:
            run.pages = self.table.number[slot]
            self.table.release(slot)
            self.pulled_pages -= self.pulled.has(run.run_id)
        if slot < 0 or not run.pages:
            self.runs.remove(run.run_id)
        else:
            self.runs.keep(run)
        return slot

    def _note(self, header: "Header", until_ms: int) -> None:
        """Note what a page tells of its run; by its header alone only when the page begins."""
        run = self.find(header.run_id) or Run(header.run_id)
        run.pages = max(run.pages, header.number + 1)
        run.seconds = max(run.seconds, max(header.since_ms, until_ms) // 1000)
        run.wall_s = run.wall_s or header.wall_s
        run.closed |= 1 if header.flags & LAST else 0
        self.runs.keep(run)
