"""Scan of the log at a start: reads every header, and accepts only valid pages.

Takes one short read per slot, two whole pages per run, and two more for each page with two copies
(at most one per power cut).
"""

import struct

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.runlog.page_layout import fullness, records_of
from leancore.runlog.pages import HEADER_BYTES, HOUSEKEEPING, PULLED, Header, crc_ok
from leancore.runlog.records import EVENT

from leandevice.storage import page_table
from leandevice.storage.run_list import HIGHEST_ID, MOST_RUNS

if TYPE_CHECKING:
    from leancore.hints import Buffer

    from leandevice.storage.page_store import PageStore
    from leandevice.storage.page_table import PageTable
    from leandevice.storage.pulled_index import PulledIndex

_LOWEST_ID = const(1)  # of runs
_TIME = "<I"  # begins the body of a record, behind its type and its length
_TIMED_BYTES = const(6)  # of a record, so far


class LogScan:
    """Fills ``table`` (``page_table.PageTable``) and ``pulled`` from ``slots``.

    ``pulled_slot``: slot of the newest pulled index, -1 = none. ``run_ids``: runs with headers, in
    order of age.
    """

    def __init__(self, slots: "PageStore", table: "PageTable", pulled: "PulledIndex") -> None:
        self._slots = slots
        self._table = table
        self._pulled = pulled
        self.pulled_slot = -1
        self._first: dict[int, int] = {}  # run id: slot of its first page, valid or not
        self._last: dict[int, int] = {}  # of its last one
        self._beyond = 0  # highest id of a valid page whose run does not fit into the table
        self.run_ids = self._read_headers()
        pulled.last_run = max(pulled.last_run, self._beyond)  # no number comes again

    def _read_headers(self) -> "list[int]":
        head = bytearray(HEADER_BYTES)
        highest: dict[int, int] = {}  # run id: page number
        run_before = place = 0
        claim = self._table.claim
        count = self._slots.count
        for slot in range(count):
            if not self._slots.head_into(slot, head):
                break
            try:
                header = Header(head)
            except ValueError:
                continue
            run_id = header.run_id
            if header.flags & HOUSEKEEPING:
                self._take_pulled(slot, header)
            elif _LOWEST_ID <= run_id <= HIGHEST_ID and (
                header.number < count or self._is_whole(slot, header.number)
            ):
                if run_id != run_before:  # usually the same run as in the previous slot
                    run_before = run_id
                    place = self._table.place_for(run_id)
                claim(slot, place or page_table.OTHER, header.number)
                if place:
                    if header.number >= highest.get(run_id, 0):
                        highest[run_id] = header.number
                elif run_id > self._beyond and crc_ok(self._slots.read(slot)):
                    self._beyond = run_id
        self._drop_copies(highest)
        return sorted(highest)

    def _is_whole(self, slot: int, number: int) -> bool:
        """Whether a page is valid although its number exceeds the log's size.

        Trusting a torn header would allocate a list as long as the number.
        """
        return number < page_table.STALE and crc_ok(self._slots.read(slot))

    def _take_pulled(self, slot: int, header: Header) -> None:
        if not header.flags & PULLED or header.number < self._pulled.generation:
            return
        page = self._slots.read(slot)
        if not crc_ok(page):
            return
        self._pulled.take(header, records_of(page, header))
        if self.pulled_slot >= 0:
            self._table.wipe(self.pulled_slot)
        self._table.claim(slot, page_table.PULLED, 0)
        self.pulled_slot = slot

    def _drop_copies(self, highest: "dict[int, int]") -> None:
        """Keep the fuller valid copy of each page; note the start and end of each run.

        A loop over all slots: the arrays are local for speed.
        """
        owner, numbers = self._table.owner, self._table.number
        first, last = self._first, self._last
        seen = {run_id: bytearray(number // 8 + 1) for run_id, number in highest.items()}
        before = run_id = 0
        for slot in range(self._table.slots):
            place = owner[slot]
            if place == page_table.FREE or place > MOST_RUNS:
                continue
            if place != before:
                before = place
                run_id = self._table.run_at(place)
                is_seen = seen[run_id]
                end = highest[run_id]
            number = numbers[slot]
            kept = slot
            bit = 1 << (number & 7)
            if is_seen[number >> 3] & bit:
                kept = self._better(self._table.slot_of(run_id, number, 0), slot)
            is_seen[number >> 3] |= bit
            if not number:
                first[run_id] = kept
            if number == end:
                last[run_id] = kept

    def _better(self, one: int, other: int) -> int:
        """Choose one of two copies; the slot of the other becomes free."""
        if self._worth(one) < self._worth(other):
            one, other = other, one
        self._table.release(other)
        return one

    def _worth(self, slot: int) -> int:
        """How full a slot's page is, -1 if it is invalid."""
        page = self._slots.read(slot)
        return fullness(Header(page)) if crc_ok(page) else -1

    def last_whole(self, run_id: int) -> "tuple[int, Header, int] | None":
        """(slot, ``Header``, ``last_ms``) of the last valid page; a power cut tore later ones.

        None if there is none.
        """
        slot = self._last[run_id]
        while slot >= 0:
            page = self._slots.read(slot)
            if crc_ok(page):
                header = Header(page)
                return slot, header, last_ms(page, header)
            self._table.release(slot)
            slot = self._table.last_of(run_id)
        return None

    def first_whole(self, run_id: int) -> Header | None:
        """``Header`` of the run's first page, None if it is invalid."""
        page = self._slots.read(self._first[run_id]) if run_id in self._first else b""
        return Header(page) if crc_ok(page) else None


def last_ms(page: "Buffer", header: Header) -> int:
    """When a page's last decision was made, in ms since the run began; 0 if there is none.

    The pipeline's records alone are in order of time, and the run's end is one of them.
    """
    at = HEADER_BYTES
    end = at + header.record_bytes
    last = 0
    while at + _TIMED_BYTES <= end:
        if page[at] <= EVENT:
            last = at
        at += 2 + page[at + 1]
    return struct.unpack_from(_TIME, page, last + 2)[0] if last else 0
