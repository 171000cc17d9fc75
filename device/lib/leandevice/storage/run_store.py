"""The run log on the drive: pages by slot, in a file allocated by the installer.

Committed data are never rewritten. A page that still grows goes to another free slot each time; the
fuller valid copy counts, and the slot of the older one becomes free. The file is never flushed or
closed: that would rewrite the drive's directory, and a power cut then may destroy the drive. The
drive writes its cached data by itself, within a second or at the next read.
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
SPARE = 2  # slots kept free: for the next copy of a growing page, and of the pulled index


class RunStore:
    """``drive.open_log(PATH)`` gives the file; ``drive.log_pages(PATH)`` its size.

    ``runs``: a ``RunList``. ``run_page``: the buffer for a run's page. ``pulled``: pulled runs and
    the highest run id. For ``RunArchive``: ``log`` (``PageStore``), ``table`` (owner of each slot),
    the slot to try ``next_slot``, the one written last, and that of the index (-1 = none), and
    ``pulled_pages``, the pages of runs that may be overwritten. It is kept as a number because a
    run needs it for each page and counting takes 20 ms.
    """

    def __init__(self, drive: "Drive") -> None:
        self.runs = RunList()
        self.pulled = PulledIndex()
        self.log = PageStore(drive, PATH)
        self.slots = self.log.count
        self.run_page = self.log.run_page
        small_heap.collect()  # opening the log left garbage, which must not precede the table
        self.table = page_table.PageTable(self.slots)
        self.next_slot = 0
        self.last_slot = -1  # the slot written last; its page may still grow
        self.pulled_slot = -1
        self.pulled_pages = 0
        try:
            self._survey()
        except OSError:  # an unreadable drive: continue, and signal "log full"
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
        """Pages that can be started, in free slots and in place of pulled runs."""
        return 0 if self.log.frozen else max(self.table.free + self.pulled_pages - SPARE, 0)

    def count_pulled(self) -> None:
        """Count the pages of runs that may be overwritten; slow, so only between runs."""
        has, pages_of = self.pulled.has, self.table.pages_of
        self.pulled_pages = sum([pages_of(run.run_id) for run in self.runs if has(run.run_id)])

    @property
    def last_run(self) -> int:
        """The highest run id ever assigned, as far as the log knows."""
        newest = self.runs[-1].run_id if len(self.runs) else 0
        return max(newest, self.pulled.last_run)

    def find(self, run_id: int) -> Run | None:
        """Return the ``Run`` or None."""
        return self.runs.find(run_id)

    def write(self, buf: "Buffer", header: "Header", until_ms: int = 0) -> bool:
        """Write a closed page to a free slot; return False if the log is full.

        ``header``: the page's ``Header``. ``until_ms``: the run's duration so far. The page written
        last may be written again with more content. OSError on a drive error; only the slot's old
        content is lost then.
        """
        last = self.last_slot
        if last >= 0 and not self.table.holds(last, header.run_id, header.number):
            last = -1
        slot = self._room(header.run_id, last >= 0)
        if slot < 0:
            return False
        self.next_slot = slot + 1  # after a failed write the next one continues after it
        self.log.write(slot, buf)
        self.table.claim(slot, self.table.place_for(header.run_id), header.number)
        if last >= 0:
            self.table.release(last)
            self.next_slot = last  # use it next, to keep the pages of a run close together
        self.last_slot = slot
        self._note(header, until_ms)
        return True

    def settle(self) -> None:
        """Make the drive write its cached data, by reading elsewhere."""
        if self.slots:
            self.log.touch(0)

    def _room(self, run_id: int, grows: bool) -> int:
        """Return a slot to write to, or -1. If none is free, overwrite the oldest pulled run.

        If the list of runs is full and this run is new, the oldest pulled one is removed entirely.
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
                slot = given  # the run's last page; a start still finds the earlier ones
        return slot if slot >= 0 else self.table.free_slot(self.next_slot)

    def _oldest_pulled(self, but_run_id: int) -> Run | None:
        for run in self.runs:
            if run.run_id != but_run_id and self.pulled.has(run.run_id):
                return run
        return None

    def give_up(self, run: Run) -> int:
        """Free the last page of a run; return its slot, -1 if there is none."""
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
