"""Who is at this desk, and whether the page is locked: one state for all tabs of this program.

The lock hides the page and stops what can be pressed; work that runs in the background, such as a
pull, goes on. It keeps passers-by out. Who can open the computer's disk needs no page.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

WAIT_S = (0.0, 0.0, 0.0, 5.0, 15.0, 60.0)  # after so many wrong PINs in a row


@dataclass
class DeskLock:
    """``locked``: since nobody touched the page for long, or by a press."""

    clock_s: Callable[[], float] = time.monotonic
    locked: bool = False
    _touched_s: float = field(default=0.0)
    _wrong: int = 0
    _next_try_s: float = 0.0

    def __post_init__(self) -> None:
        self._touched_s = self.clock_s()

    def touch(self) -> None:
        """Somebody used the page; a locked one stays locked."""
        self._touched_s = self.clock_s()

    def look(self, after_minutes: int, has_pin: bool) -> bool:
        """Lock where nobody touched the page for ``after_minutes`` (0 = never); return whether."""
        idle_s = self.clock_s() - self._touched_s
        if has_pin and after_minutes and idle_s >= 60 * after_minutes:
            self.locked = True
        return self.locked

    def lock(self, has_pin: bool) -> None:
        """Lock now; without a PIN nothing locks, for nothing could open it."""
        self.locked = has_pin

    def wait_s(self) -> float:
        """Return how long the next try has to wait."""
        return max(self._next_try_s - self.clock_s(), 0.0)

    def attempt(self, opens: Callable[[], bool]) -> bool:
        """Open where ``opens`` says so; each wrong try makes the next one wait longer."""
        if self.wait_s() > 0:
            return False
        if opens():
            self.locked, self._wrong = False, 0
            self.touch()
            return True
        self._wrong += 1
        self._next_try_s = self.clock_s() + WAIT_S[min(self._wrong, len(WAIT_S) - 1)]
        return False
