"""The log as the host uses it: pages read, runs marked as pulled, runs erased."""

from leancore.hints import TYPE_CHECKING
from leancore.runlog.pages import PAGE_BYTES, crc_ok

from leandevice.storage import page_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leandevice.storage.run_list import Run
    from leandevice.storage.run_store import RunStore


class RunArchive:
    """Works on a ``RunStore``: reads beside the run that it may be writing, the rest between runs.

    ``page``: where a page that is read comes to lie (``PAGE_BYTES``), until the next one is read; a
    place of its own if None.
    """

    def __init__(self, store: "RunStore", page: "memoryview | None" = None) -> None:
        self._store = store
        self._log = store.log
        self._table = store.table
        self._page = page
        self._found = 0  # the slot read last: what is wanted next mostly lies behind it

    def read(self, run_id: int, number: int) -> "memoryview | None":
        """Return the page, or None if the log does not hold it whole."""
        slot = self._table.slot_of(run_id, number, self._found)
        if slot < 0:
            return None
        self._found = slot
        if self._page is None:
            self._page = memoryview(bytearray(PAGE_BYTES))
        return self._page if crc_ok(self._log.read(slot, self._page)) else None

    def mark_pulled(self, run_id: int) -> None:
        """The host has the whole run: it may make room. ValueError without the run, OSError."""
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
            self._keep_pulled(run)  # first: its number must not come again
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
        """Overwrite all that is in the log but its origin; yields after each slot. OSError."""
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
        """Write the pulled index to a free slot; the older copy's slot is free afterwards.

        A log without one free slot gives up the last page of ``run``, which the host has or
        wants gone. One that is only read keeps no index: nothing is given up there.
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
