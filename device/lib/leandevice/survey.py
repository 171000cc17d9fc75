"""What a start finds in the log: every header is read, and whole pages alone are believed.

Takes one short read a slot, two whole pages a run, and two more for each page of which there are
two copies (at most one for each power cut).
"""

from leancore.pages import HEADER_BYTES, HOUSEKEEPING, MARKS, Header, crc_ok, fullness

from leandevice import ledger


class Survey:
    """Fills ``table`` (``ledger.Ledger``) and ``marks`` from ``slots``.

    ``marks_slot``: where the newest marks are, -1 = nowhere. ``run_ids``: runs of which there are
    headers, in order of age.
    """

    def __init__(self, slots, table, marks):
        self._slots = slots
        self._table = table
        self._marks = marks
        self.marks_slot = -1
        self.run_ids = self._read_headers()

    def _read_headers(self):
        head = bytearray(HEADER_BYTES)
        last = {}  # type: dict[int, int]  # run id: its highest page number, believed or not
        for slot in range(self._slots.count):
            if not self._slots.head_into(slot, head):
                break
            try:
                header = Header(head)
            except ValueError:
                continue
            run_id = header.run_id
            if header.flags & HOUSEKEEPING:
                self._take_marks(slot, header)
            elif ledger.FREE < run_id < ledger.MARKS and header.number < ledger.STALE:
                self._table.claim(slot, run_id, header.number)
                last[run_id] = max(last.get(run_id, 0), header.number)
        self._drop_copies(last)
        return sorted(last)

    def _take_marks(self, slot, header):
        if not header.flags & MARKS or header.number < self._marks.generation:
            return
        if not self._marks.take(self._slots.read(slot), header):
            return
        if self.marks_slot >= 0:
            self._table.wipe(self.marks_slot)
        self._table.claim(slot, ledger.MARKS, 0)
        self.marks_slot = slot

    def _drop_copies(self, last):
        """Of two copies of one page the fuller whole one stays."""
        table = self._table
        seen = {run_id: bytearray(number // 8 + 1) for run_id, number in last.items()}
        for slot in range(table.slots):
            run_id = table.owner[slot]
            if table.is_free(slot) or run_id == ledger.MARKS:
                continue
            number = table.number[slot]
            if seen[run_id][number >> 3] >> (number & 7) & 1:
                other = table.slot_of(run_id, number, 0)
                worse = slot if self._worth(other) >= self._worth(slot) else other
                table.release(worse)
            else:
                seen[run_id][number >> 3] |= 1 << (number & 7)

    def _worth(self, slot):
        """How full a slot's page is, -1 if it is not whole."""
        page = self._slots.read(slot)
        return fullness(Header(page)) if crc_ok(page) else -1

    def last_whole(self, run_id):
        """(slot, page) of the run's last whole page, or None; those behind were torn by a cut."""
        slot = self._table.last_of(run_id)
        while slot >= 0:
            page = self._slots.read(slot)
            if crc_ok(page):
                return slot, page
            self._table.release(slot)
            slot = self._table.last_of(run_id)
        return None
