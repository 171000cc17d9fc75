"""State that survives a restart, in a few bytes of the chip's memory: requests, restarts.

The values count only together with their complements: random content at the first power-on, or
after a power cut during a write, is not a request.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const

if TYPE_CHECKING:
    from leandevice.interfaces import Nvm

# Requests: edit mode once; forget the clinic's key and all runs; report that no program started.
EDIT, FORGET, NO_START = 1, 2, 4
NO_START_TOLD = "LeanCue: the program did not start."  # the installer looks for this text
RESTARTS_MAX = 5  # unexpected ones in a row; then the host gets the drive

_MAGIC = b"LC"
_BYTES = const(6)


class RetainedMemory:
    """``nvm``: ``microcontroller.nvm``, or None on a chip without it: nothing survives there.

    ``requests``: bits as above; ``restarts``: unexpected restarts in a row.
    """

    def __init__(self, nvm: "Nvm | None") -> None:
        self._nvm = nvm
        self.requests = self.restarts = 0
        if nvm is not None:
            held = bytes(nvm[0:_BYTES])
            if held == _packed(held[2], held[3]):
                self.requests, self.restarts = held[2], held[3]

    def request(self, request: int) -> None:
        """Store a request until it is taken."""
        self._keep(self.requests | request, self.restarts)

    def take(self, request: int) -> bool:
        """Remove a request; return whether it was there."""
        was = self.requests & request != 0
        self._keep(self.requests & ~request, self.restarts)
        return was

    def count_restart(self) -> bool:
        """Count a restart; return whether there were too many, or they cannot be counted."""
        self._keep(self.requests, min(self.restarts + 1, RESTARTS_MAX + 1))
        return self.restarts > RESTARTS_MAX or self._nvm is None

    def forget_restarts(self) -> None:
        """Reset the count: the clip works."""
        self._keep(self.requests, 0)

    def _keep(self, requests: int, restarts: int) -> None:
        """Save in one write, and only a change: each write erases a sector of the flash."""
        if self._nvm is not None and (requests, restarts) != (self.requests, self.restarts):
            self.requests, self.restarts = requests, restarts
            self._nvm[0:_BYTES] = _packed(requests, restarts)


def _packed(requests: int, restarts: int) -> bytes:
    return _MAGIC + bytes((requests, restarts, 255 - requests, 255 - restarts))
