"""Owner of each slot of the log: three bytes per slot in memory, rebuilt at each start.

A slot refers to its run by the run's place in a list of at most ``MOST_RUNS``, and to a page by 16
bits: a log of 2046 slots does not come near page 65535. A log with more runs keeps them: slots of
runs beyond the list are ``OTHER``, neither free nor offered to the host; they are listed at the
first start after others were erased or overwritten.
"""

from array import array

from leandevice.storage.run_list import MOST_RUNS

FREE, PULLED, OTHER = 0, 255, 254  # owners that are not runs
STALE = 0xFFFF  # number of an older copy: free, but wiped when its run is erased


class PageTable:
    """``slots`` slots, each free or owned by a run under a page number. ``free``: number of free
    slots.

    ``owner``: by slot, place of the run in the list (from 1), or ``FREE``, ``PULLED``,
    ``OTHER``; ``number``: by slot, page number or ``STALE``.
    """

    def __init__(self, slots: int) -> None:
        self.slots = self.free = slots
        self.owner = bytearray(slots)
        self.number = array("H", range(slots))  # any values; this makes no temporary copy
        self._ids = [0] * MOST_RUNS  # run ids by place, 0 = the place is free

    def place_of(self, run_id: int) -> int:
        """The run's place in the list, 0 if it is not listed."""
        ids = self._ids
        return ids.index(run_id) + 1 if run_id and run_id in ids else 0

    def run_at(self, place: int) -> int:
        """The id of the run at a place in the list."""
        return self._ids[place - 1]

    def place_for(self, run_id: int) -> int:
        """The run's place, a new one if necessary; 0 if the list is full."""
        ids = self._ids
        if run_id not in ids:
            if 0 not in ids:
                return 0
            ids[ids.index(0)] = run_id
        return ids.index(run_id) + 1

    def drop_empty_runs(self) -> None:
        """Remove all runs without pages from the list."""
        for run_id in self._ids:
            if run_id and self.last_of(run_id) < 0:
                self.drop_run(run_id)

    def drop_run(self, run_id: int) -> None:
        """Remove a run without pages from the list; its older copies then have no owner."""
        place = self.place_of(run_id)
        if not place:
            return
        owner = self.owner
        key = bytes((place,))
        slot = owner.find(key)
        while slot >= 0:
            owner[slot] = OTHER
            slot = owner.find(key, slot + 1)
        self._ids[place - 1] = 0

    def is_free(self, slot: int) -> bool:
        """Whether a page may be written to the slot."""
        return self.owner[slot] == FREE or self.number[slot] == STALE

    def holds(self, slot: int, run_id: int, number: int) -> bool:
        """Whether the slot holds this page."""
        place = self.owner[slot]
        return place != FREE and self.number[slot] == number and place == self.place_of(run_id)

    def claim(self, slot: int, owner: int, number: int) -> None:
        """Assign the slot to the page."""
        self.free -= self.is_free(slot)
        self.owner[slot] = owner
        self.number[slot] = number

    def release(self, slot: int) -> None:
        """Free a slot; it keeps its owner, since it still holds the owner's content."""
        self.free += not self.is_free(slot)
        self.number[slot] = STALE

    def wipe(self, slot: int) -> None:
        """Free a slot that no longer holds its owner's content."""
        self.release(slot)
        self.owner[slot] = FREE

    def free_slot(self, start: int) -> int:
        """The first free slot from ``start`` on, cyclic; -1 if there is none."""
        slots = self.slots
        slot = start
        for _ in range(slots):
            if slot >= slots:
                slot = 0
            if self.is_free(slot):
                return slot
            slot += 1
        return -1

    def slot_of(self, run_id: int, number: int, start: int) -> int:
        """The first slot from ``start`` on, cyclic, that holds this page; -1 if none."""
        place = self.place_of(run_id)
        if not place:
            return -1
        slot = self._find(place, number, start)
        return slot if slot >= 0 else self._find(place, number, 0)

    def _find(self, place: int, number: int, slot: int) -> int:
        numbers = self.number
        find = self.owner.find
        key = bytes((place,))
        slot = find(key, slot)
        while slot >= 0 and numbers[slot] != number:
            slot = find(key, slot + 1)
        return slot

    def last_of(self, run_id: int) -> int:
        """The slot with the run's highest page number, -1 if there is none."""
        key = bytes((self.place_of(run_id),))
        numbers = self.number
        last = -1
        slot = self.owner.find(key) if key != b"\0" else -1
        while slot >= 0:
            if numbers[slot] != STALE and (last < 0 or numbers[slot] > numbers[last]):
                last = slot
            slot = self.owner.find(key, slot + 1)
        return last

    def pages_of(self, run_id: int) -> int:
        """How many slots hold a page of the run."""
        key = bytes((self.place_of(run_id),))
        find, numbers = self.owner.find, self.number
        pages = 0
        slot = find(key) if key != b"\0" else -1
        while slot >= 0:
            pages += numbers[slot] != STALE
            slot = find(key, slot + 1)
        return pages

    def has_copies(self, run_id: int) -> bool:
        """Whether any copy of a run's pages may remain; an old copy could be found again."""
        find = self.owner.find
        place = self.place_of(run_id)
        return (place != 0 and find(bytes((place,))) >= 0) or find(bytes((OTHER,))) >= 0
