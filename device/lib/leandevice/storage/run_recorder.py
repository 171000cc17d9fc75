"""Records a run: packs decisions, raw samples and device notes into pages of the store."""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import LAST_MS, ticks_diff
from leancore.pipeline import RUN_ENDED
from leancore.runlog import records, state_snapshot
from leancore.runlog.pages import FIRST, LAST, Header, Page
from leancore.runlog.raw_rows import RAW_MOST_BYTES
from leancore.runlog.record_writer import RecordWriter
from leancore.schema import faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from leancore.pipeline import Pipeline
    from leancore.sensor.sample import Sample

    from leandevice.storage.run_store import RunStore

COMMIT_MS = 10000  # anything older than this is on the drive
# The drive caches the last page for up to a second before it writes it, and the flash may take 400
# ms to erase (W25Q128JV datasheet, section 9.6).
_PERIOD_MS = COMMIT_MS - 1800
_RESERVE_PAGES = const(64)  # the last pages are reserved for steps: two hours of them
_PENDING_MAX = const(12)
_FAULT_PERIOD_MS = const(1000)
_INT16_MAX = const(32767)
_LONGEST_MS = const(1 << 28)  # of a run, three days: half a period of the ticks


class RunRecorder:
    """Call ``sample`` for every sample of a run with events, after the pipeline.

    ``raw``: and also for every other sample. ``wall_s``: callable, seconds since 1970 or 0.
    ``faults`` maps a fault to its count. ``unrecorded``: faults whose latest count is not in a
    record yet, and their times. ``trouble``: fault number of the last page that could not be saved,
    until taken.
    """

    def __init__(self, store: "RunStore", wall_s: "Callable[[], int]") -> None:
        self._store = store
        self._wall_s = wall_s
        self._page = Page(store.run_page)
        self._writer = RecordWriter(self._put)
        self._pending: list[tuple[int, int, int, int]] = []
        self.faults: dict[int, int] = {}
        self.unrecorded: dict[int, int] = {}
        self._recorded_ms: dict[int, int] = {}
        self.open = False
        self.trouble = 0
        self.raw = False
        self._flags = 0
        self._since_ms = self._page_ms = 0
        self._waits = False  # the page has content that is not on the drive
        self._waits_since_ms = 0
        self._turned = False  # a full page was written since the last check

    def begin(
        self,
        run_id: int,
        pipeline: "Pipeline",
        happened: int,
        t_ms: int,
        info: "dict[str, str | int]",
    ) -> None:
        """Open a run with the data for a replay: configuration and the pipeline's state."""
        self._page.begin(run_id)
        self.open = True
        self.raw = bool(pipeline.prescription["raw"])
        self._flags = FIRST
        self._since_ms = self._page_ms = 0
        writer = self._writer
        writer.json(records.INFO, info)
        writer.json(records.SETTINGS, pipeline.settings)
        writer.json(records.PRESCRIPTION, pipeline.prescription)
        writer.pieces(
            records.STATE,
            state_snapshot.size(pipeline),
            state_snapshot.pieces(pipeline, happened, t_ms),
        )
        writer.write(pipeline, happened, t_ms)
        for kind, code, a, b in self._pending:
            writer.note(kind, t_ms, code, a, b)
        # New ones would be placed after the current garbage, for the whole run.
        self._pending.clear()
        self._recorded_ms.clear()
        self._record_faults()

    def sample(self, pipeline: "Pipeline", sample: "Sample", happened: int) -> None:
        """Record a sample accepted by the pipeline (not the run's first) and its events."""
        t_ms = sample.t_ms
        since_ms = (t_ms - self._writer.start_ms) & LAST_MS
        if since_ms > _LONGEST_MS:  # before the start
            since_ms = 0
        self._since_ms = since_ms
        if self.raw:
            page = self._page
            if page.free_bytes < RAW_MOST_BYTES:
                self._make_raw_room(t_ms)
            if self.raw:
                page.put_raw(sample, since_ms)
                self._waits = True
        if happened:
            self._writer.write(pipeline, happened, t_ms)
            if happened & RUN_ENDED:
                self.close()

    def command(self, pipeline: "Pipeline", code: int, value: int = 0) -> int:
        """Give the pipeline a command, and record it for the replay; return the events."""
        if self.open:
            self.note(records.INPUT, pipeline.t_ms, code, value, 0)
        happened = pipeline.command(code, value)
        if self.open and happened:
            self._writer.write(pipeline, happened, pipeline.t_ms)
            if happened & RUN_ENDED:
                self._since_ms = self._writer.since(pipeline.t_ms)
                self.close()
        return happened

    def close(self) -> None:
        """Write the last page."""
        self._record_faults()
        self._turn(LAST)
        self.open = False

    def note(self, kind: int, t_ms: int, code: int, a: int, b: int) -> None:
        """Write a DEVICE or INPUT record; outside a run, keep it for the next one."""
        if self.open:
            self._writer.note(kind, t_ms, code, a, b)
        elif len(self._pending) < _PENDING_MAX:
            self._pending.append((kind, code, a, b))

    def note_device(self, t_ms: int, code: int, a: int, b: int = 0) -> None:
        """Record a device observation (``records.DEV_*``); ``a``, ``b`` >= 0."""
        self.note(records.DEVICE, t_ms, code, min(a, _INT16_MAX), min(b, _INT16_MAX))

    def fault(self, number: int, t_ms: int) -> None:
        """Count a fault and record it, at most once a second.

        So a fault in every pass does not fill the log. Counts without a record, also outside a run,
        are recorded when the run ends or the next one begins.
        """
        self.faults[number] = self.faults.get(number, 0) + 1
        recorded_ms = self._recorded_ms.get(number)
        self.unrecorded[number] = t_ms
        if self.open and (recorded_ms is None or ticks_diff(t_ms, recorded_ms) >= _FAULT_PERIOD_MS):
            self._recorded_ms[number] = t_ms
            self._record_fault(number)

    def count(self, number: int, t_ms: int) -> None:
        """Count a fault without a record for now; the next check signals it."""
        self.faults[number] = self.faults.get(number, 0) + 1
        self.unrecorded[number] = t_ms
        self.trouble = number

    def _record_fault(self, number: int) -> None:
        t_ms = self.unrecorded.pop(number)
        self.note_device(t_ms, records.DEV_FAULT, number, self.faults[number])

    def _record_faults(self) -> None:
        for number in sorted(self.unrecorded):
            self._record_fault(number)

    def step(self, now_ms: int) -> None:
        """Bound the loss at a power cut, also without samples; a chore."""
        if not self.open or not self._waits or self._turned:
            self._waits_since_ms = now_ms
            self._turned = False
        elif ticks_diff(now_ms, self._waits_since_ms) >= _PERIOD_MS:
            self._waits_since_ms = now_ms
            self._commit(0)

    def _put(self, record: "bytes | bytearray | memoryview", length: int) -> None:
        if length > self._page.free_bytes:
            self._turn(0)
        self._page.put(record, length)
        self._waits = True

    def _make_raw_room(self, t_ms: int) -> None:
        """Start a new page; the rest of a nearly full log is reserved for steps.

        Pulled runs can be overwritten, so they do not make a log full.
        """
        self._turn(0)
        store = self._store
        if store.free_pages < min(_RESERVE_PAGES, store.slots // 8):
            self.raw = False
            self.fault(faults.RAW_STOPPED, t_ms)
            self.trouble = faults.RAW_STOPPED

    def _commit(self, flags: int) -> int:
        """Write the page in its current state; if it grows, it is written to another slot."""
        page = self._page
        page.close(self._page_ms, self._wall_s(), self._flags | flags)
        self._waits = False
        try:
            is_kept = self._store.write(page.buf, Header(page.buf), self._since_ms)
            return 0 if is_kept else faults.LOG_FULL
        except OSError:
            return faults.LOG_WRITE

    def _turn(self, flags: int) -> None:
        """Write the full page and begin the next one."""
        lost = self._commit(flags)
        if lost:
            self._lose(lost)
        page = self._page
        page.number += 1
        page.clear()
        self._turned = True
        self._flags = 0
        self._page_ms = self._since_ms

    def _lose(self, number: int) -> None:
        """Count a lost page, without a record now: there is no space for one."""
        self.count(number, self._writer.start_ms)
