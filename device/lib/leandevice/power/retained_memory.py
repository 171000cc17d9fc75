"""What outlives a restart in the chip's few bytes of memory: requests for the next start, restarts.

Whatever stands there at the first power-on, or after a cut while it was written, is no request: the
values count only if their complements stand beside them.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const

if TYPE_CHECKING:
    from leandevice.interfaces import Nvm

# Requests: edit mode once; forget the clinic's key and all runs; say that no program started.
EDIT, FORGET, NO_START = 1, 2, 4
NO_START_TOLD = "LeanCue: the program did not start."  # the installer looks for it
RESTARTS_MAX = 5  # in a row that nobody asked for; then the host gets the drive

_MAGIC = b"LC"
_BYTES = const(6)


class RetainedMemory:
    """``nvm``: ``microcontroller.nvm``, or None on a chip without it: nothing outlives there.

    ``requests``: bits as above; ``restarts``: those in a row that nobody asked for.
    """

    def __init__(self, nvm: "Nvm | None") -> None:
        self._nvm = nvm
        self.requests = self.restarts = 0
        if nvm is not None:
            held = bytes(nvm[0:_BYTES])
            if held == _packed(held[2], held[3]):
                self.requests, self.restarts = held[2], held[3]

    def request(self, request: int) -> None:
        """Keep a request until it is taken."""
        self._keep(self.requests | request, self.restarts)

    def take(self, request: int) -> bool:
        """Take a request away; return whether it was there."""
        was = self.requests & request != 0
        self._keep(self.requests & ~request, self.restarts)
        return was

    def count_restart(self) -> bool:
        """One more; return whether there have been too many, or nothing can count them."""
        self._keep(self.requests, min(self.restarts + 1, RESTARTS_MAX + 1))
        return self.restarts > RESTARTS_MAX or self._nvm is None

    def forget_restarts(self) -> None:
        """The clip works."""
        self._keep(self.requests, 0)

    def _keep(self, requests: int, restarts: int) -> None:
        """In one write, and only if it is news: each one erases a sector of the flash."""
        if self._nvm is not None and (requests, restarts) != (self.requests, self.restarts):
            self.requests, self.restarts = requests, restarts
            self._nvm[0:_BYTES] = _packed(requests, restarts)


def _packed(requests: int, restarts: int) -> bytes:
    return _MAGIC + bytes((requests, restarts, 255 - requests, 255 - restarts))
