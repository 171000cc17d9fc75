"""What outlives a restart in the chip's few bytes of memory: wishes for the next start, restarts.

Whatever stands there at the first power-on, or after a cut while it was written, is no wish: the
values count only if their complements stand beside them.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const

if TYPE_CHECKING:
    from leandevice.interfaces import Nvm

# Wishes: edit mode once; forget the clinic's key and all runs; tell that the program did not start.
EDIT, FORGET, NO_START = 1, 2, 4
NO_START_TOLD = "LeanCue: the program did not start."  # the installer looks for it
RESTARTS_MAX = 5  # in a row that nobody asked for; then the host gets the drive

_MAGIC = b"LC"
_BYTES = const(6)


class RetainedMemory:
    """``nvm``: ``microcontroller.nvm``, or None on a chip without it: nothing outlives there.

    ``wishes``: bits as above; ``restarts``: those in a row that nobody asked for.
    """

    def __init__(self, nvm: "Nvm | None") -> None:
        self._nvm = nvm
        self.wishes = self.restarts = 0
        if nvm is not None:
            held = bytes(nvm[0:_BYTES])
            if held == _packed(held[2], held[3]):
                self.wishes, self.restarts = held[2], held[3]

    def wish(self, wish: int) -> None:
        """Keep a wish until it is ``granted``."""
        self._keep(self.wishes | wish, self.restarts)

    def granted(self, wish: int) -> bool:
        """Take a wish away; return whether it was there."""
        was = self.wishes & wish != 0
        self._keep(self.wishes & ~wish, self.restarts)
        return was

    def count_restart(self) -> bool:
        """One more; return whether there have been too many, or nothing can count them."""
        self._keep(self.wishes, min(self.restarts + 1, RESTARTS_MAX + 1))
        return self.restarts > RESTARTS_MAX or self._nvm is None

    def forget_restarts(self) -> None:
        """The clip works."""
        self._keep(self.wishes, 0)

    def _keep(self, wishes: int, restarts: int) -> None:
        """In one write, and only if it is news: each one erases a sector of the flash."""
        if self._nvm is not None and (wishes, restarts) != (self.wishes, self.restarts):
            self.wishes, self.restarts = wishes, restarts
            self._nvm[0:_BYTES] = _packed(wishes, restarts)


def _packed(wishes: int, restarts: int) -> bytes:
    return _MAGIC + bytes((wishes, restarts, 255 - wishes, 255 - restarts))
