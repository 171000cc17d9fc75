# mypy: ignore-errors
"""Heap in bytes: of each module as the clip loads them; started, with a log of 8 MB; with a desk.

``used``: started; with the desk's part of the program; when the desk has gone again.
"""

import gc
import json
from array import array

import hardware  # noqa: F401 (before what imports hardware)
import micropython

LOG_PAGES = 2048  # two of them are the anchor's
GONE_MS = 100000  # since the desk went


def in_use():
    """Bytes, after a collection."""
    gc.collect()
    return gc.mem_alloc()


def load(names):
    """Load the modules; ``sizes`` says what each took."""
    for i in range(len(names)):
        before = in_use()
        __import__(names[i])
        sizes[i] = in_use() - before


class Port:
    """A desk has opened it and written a byte."""

    connected = True
    in_waiting = 1

    def read(self, size):
        """The byte that ends a frame."""
        self.in_waiting = 0
        return b"\0"


def used_more():
    """Bytes beyond what the rig itself takes."""
    return in_use() - bare - stand_in


sizes = array("i", bytes(4 * 128))  # made before: what we note ourselves is not the program's
micropython.opt_level(3)  # as the clip's program is loaded
bare = in_use()
from leandevice import loading  # noqa: E402

load(loading.ORDER.split())
imported = in_use() - bare
made = loading.made
del loading.ORDER  # the clip lets all of the module go (code.py)

before = in_use()
import emulated_board  # noqa: E402
from leandevice.drive import Drive  # noqa: E402


def first_byte(file):
    """Where in the log file a sector of the flash begins."""
    return 0


board = emulated_board.Board()
board.log_pages = LOG_PAGES
board.drive = Drive(board._open, board._size_of, True, first_byte)
stand_in = in_use() - before
app = made(board)
app.start()
app.tick()
used = [used_more()]
before = in_use()
door = app.door
door._port = Port()
stand_in += in_use() - before
app.haptic.off()  # it says that it is alive, and nobody comes in meanwhile
while door.link is None or door.busy:
    door.step(app.clock.ticks_ms())
used.append(used_more())
Port.connected = False
door.step(app.clock.ticks_ms())
door.step(app.clock.ticks_ms() + GONE_MS)
app.tick()  # over what the stack still shows of the desk
used.append(used_more())

from leandevice import loading  # noqa: E402 (again: for its list)

modules = dict(zip(loading.ORDER.split(), sizes))  # noqa: B905 (MicroPython knows no strict)
found = {"modules": modules, "imported": imported, "used": used, "slots": LOG_PAGES - 2}
print(json.dumps(found))  # noqa: T201 (its answer)
