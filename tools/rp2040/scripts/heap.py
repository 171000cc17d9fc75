# mypy: ignore-errors
"""Heap in bytes: of each module as the clip loads them, then started with a log of each size."""

import gc
import json
from array import array

import hardware  # noqa: F401 (before what imports hardware)
import micropython

LOG_PAGES = (66, 2048)  # two of them are the anchor's


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


sizes = array("i", bytes(4 * 128))  # made before: what we note ourselves is not the program's
micropython.opt_level(3)  # as the clip's program is loaded
bare = in_use()
from leandevice import loading  # noqa: E402

load(loading.ORDER.split())
imported = in_use() - bare

import emulated_board  # noqa: E402
from leandevice.app import App  # noqa: E402
from leandevice.drive import Drive  # noqa: E402
from leandevice.parts import Parts  # noqa: E402


def started(log_pages):
    """What is in use beside the stand-in board."""
    board = emulated_board.Board()
    board.log_pages = log_pages
    board.drive = Drive(board._open, board._size_of, True, first_byte)
    before = in_use()
    app = App(Parts(board))
    app.start()
    app.tick()
    return imported + in_use() - before


def first_byte(file):
    """Where in the log file a sector of the flash begins."""
    return 0


modules = dict(zip(loading.ORDER.split(), sizes))  # noqa: B905 (MicroPython knows no strict)
found = {"modules": modules, "imported": imported, "started": {}}
for log_pages in LOG_PAGES:
    found["started"][str(log_pages - 2)] = started(log_pages)
print(json.dumps(found))  # noqa: T201 (its answer)
