"""The host's view of the log: reads pages, notes pulled runs, erases runs."""

from leancore.hints import TYPE_CHECKING
from leancore.runlog.pages import PAGE_BYTES, crc_ok

from leandevice.storage import page_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leandevice.storage.run_list import Run
    from leandevice.storage.run_store import RunStore


class RunArchive:
    """Works on a ``RunStore``: reads also during a run, everything else between runs.

    ``page``: buffer for a page (``PAGE_BYTES``), valid until the next read; allocated if None.
    """

    def __init__(self, store: "RunStore", page: "memoryview | None" = None) -> None:
        self._store = store
        self._log = store.log
        self._table = store.table
        self._page = page
        self._found = 0  # the slot read last; the next page is usually after it

    def read(self, run_id: int, number: int) -> "memoryview | None":
        """Return the page, or None if the log does not hold it intact."""
        slot = self._table.slot_of(run_id, number, self._found)
        if slot < 0:
            return None
        self._found = slot
        if self._page is None:
            self._page = memoryview(bytearray(PAGE_BYTES))
        return self._page if crc_ok(self._log.read(slot, self._page)) else None

    def mark_pulled(self, run_id: int) -> None:
        """Mark a run that the host has completely. ValueError without the run, OSError."""
        run = self._store.find(run_id)
        if run is None:
            raise ValueError("no run " + str(run_id))
        if self._store.pulled.add(run_id):
            self._store.count_pulled()
            self._keep_pulled(run)

    def erase_some(self, run_id: int, most: int) -> int:
        """Overwrite up to ``most`` slots of a run, last page first; return how many are left."""
        store, table = self._store, self._table
        run = store.find(run_id)
        if run is not None and run_id > store.pulled.last_run:
            self._keep_pulled(run)  # first, so that its number is never reused
        left = 0
        place = table.place_of(run_id)
        for slot in range(store.slots - 1 if place else -1, -1, -1):
            if table.owner[slot] != place:
                continue
            if most:
                self._log.blank(slot)
                table.wipe(slot)
                most -= 1
            else:
                left += 1
        if store.pulled.has(run_id):
            store.count_pulled()
        if not left:
            store.runs.remove(run_id)
        return left

    def forget(self) -> "Iterator[int]":
        """Overwrite the whole log except its origin; yields after each slot. OSError."""
        store = self._store
        store.pulled.clear()
        store.runs.clear()
        store.pulled_pages = 0
        store.last_slot = store.pulled_slot = -1
        for slot in range(store.slots):
            self._table.wipe(slot)
            if not self._log.is_blank(slot):
                self._log.blank(slot)
            yield slot
        store.settle()

    def _keep_pulled(self, run: "Run") -> None:
        """Write the pulled index to a free slot; the older copy's slot becomes free.

        Without a free slot the last page of ``run`` is overwritten, which the host has or wants
        erased. A read-only log keeps no index, and nothing is overwritten there.
        """
        if self._log.frozen:
            return
        store, table = self._store, self._table
        last_run = store.last_run
        store.pulled.keep_if(table.has_copies)
        slot = table.free_slot(store.next_slot)
        if slot < 0:
            slot = store.give_up(run)
        page = self._log.run_page
        store.pulled.pack(page, last_run)
        self._log.write(slot, page)
        table.claim(slot, page_table.PULLED, 0)
        if store.pulled_slot >= 0:
            table.wipe(store.pulled_slot)
        store.pulled_slot = slot
