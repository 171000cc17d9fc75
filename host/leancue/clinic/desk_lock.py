"""The user at this desk and the page lock: one state for all tabs of this program.

The lock hides the page and disables its buttons; background work, such as a pull, continues. It
keeps passers-by out; anyone with access to the disk does not need the page.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

WAIT_S = (0.0, 0.0, 0.0, 5.0, 15.0, 60.0)  # by number of wrong PINs in a row


@dataclass
class DeskLock:
    """``locked``: after a time without input, or by a button."""

    clock_s: Callable[[], float] = time.monotonic
    locked: bool = False
    _touched_s: float = field(default=0.0)
    _wrong: int = 0
    _next_try_s: float = 0.0

    def __post_init__(self) -> None:
        self._touched_s = self.clock_s()

    def touch(self) -> None:
        """Note that the page was used; a locked one stays locked."""
        self._touched_s = self.clock_s()

    def look(self, after_minutes: int, has_pin: bool) -> bool:
        """Lock if the page was unused for ``after_minutes`` (0 = never); return whether."""
        idle_s = self.clock_s() - self._touched_s
        if has_pin and after_minutes and idle_s >= 60 * after_minutes:
            self.locked = True
        return self.locked

    def lock(self, has_pin: bool) -> None:
        """Lock now; impossible without a PIN, since nothing could unlock it."""
        self.locked = has_pin

    def wait_s(self) -> float:
        """Return the delay before the next attempt."""
        return max(self._next_try_s - self.clock_s(), 0.0)

    def attempt(self, opens: Callable[[], bool]) -> bool:
        """Unlock if ``opens`` says so; each wrong attempt increases the delay."""
        if self.wait_s() > 0:
            return False
        if opens():
            self.locked, self._wrong = False, 0
            self.touch()
            return True
        self._wrong += 1
        self._next_try_s = self.clock_s() + WAIT_S[min(self._wrong, len(WAIT_S) - 1)]
        return False
