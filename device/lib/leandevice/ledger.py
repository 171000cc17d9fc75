"""Who holds which slot of the log: two arrays in memory, made anew at each start."""

from array import array

FREE = 0
MARKS = 0xFFFFFFFF  # owner of the slot with the newest marks
STALE = 0xFFFF  # number of an older copy: free, but wiped when its run is erased


class Ledger:
    """``slots`` slots, each free or owned by a run under a page number. ``free``: how many are."""

    def __init__(self, slots):
        self.slots = self.free = slots
        self.owner = array("I", [FREE] * slots)
        self.number = array("H", [0] * slots)

    def is_free(self, slot):
        """Whether a page may be written there."""
        return self.owner[slot] == FREE or self.number[slot] == STALE

    def holds(self, slot, run_id, number):
        """Whether it is this page that lies there."""
        return self.owner[slot] == run_id and self.number[slot] == number

    def claim(self, slot, run_id, number):
        """The page lies there now."""
        self.free -= self.is_free(slot)
        self.owner[slot] = run_id
        self.number[slot] = number

    def release(self, slot):
        """Free a slot; it keeps its owner, whose content it still holds."""
        self.free += not self.is_free(slot)
        self.number[slot] = STALE

    def wipe(self, slot):
        """Free a slot that holds nothing of its owner any more."""
        self.release(slot)
        self.owner[slot] = FREE

    def free_slot(self, start):
        """The first free slot from ``start`` on, round about; -1 if there is none."""
        slots = self.slots
        slot = start
        for _ in range(slots):
            if slot >= slots:
                slot = 0
            if self.is_free(slot):
                return slot
            slot += 1
        return -1

    def slot_of(self, run_id, number, start):
        """The first slot from ``start`` on, round about, that holds this page; -1 if none does."""
        owner = self.owner
        numbers = self.number
        slots = self.slots
        slot = start
        for _ in range(slots):
            if slot >= slots:
                slot = 0
            if owner[slot] == run_id and numbers[slot] == number:
                return slot
            slot += 1
        return -1

    def last_of(self, run_id):
        """The slot with the run's highest page number, -1 if there is none."""
        last = -1
        for slot in range(self.slots):
            if self.owner[slot] != run_id or self.is_free(slot):
                continue
            if last < 0 or self.number[slot] > self.number[last]:
                last = slot
        return last

    def has_copies(self, run_id):
        """Whether anything of a run is there; an old copy may be all, and be found again."""
        return any(owner == run_id for owner in self.owner)
