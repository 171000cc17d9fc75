"""From power-on to a running program, and what only that needs, which then gives its heap back.

The board comes first: the motor is off from there on. The sensor's driver comes and goes before
the rest of the program is loaded; it takes 22 kB of heap and a second.
"""

import gc
import sys

from leancore.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from leandevice.app import App
    from leandevice.interfaces import Board, BoardSpec

# What nobody needs once the clip has started: modules of the source, and how those of an image
# begin.
_FOR_THE_START = (
    "lean_startup",
    "leandevice.startup",
    "leandevice.parts",
    "leandevice.storage.log_scan",
    "leandevice.storage.log_origin",
    "leandevice.storage.factory_reset",
    "leandevice.storage.sector_alignment",
)


# Kept free in one piece: the parts are made around it, and what comes later goes to small pieces.
# A chip with less heap starts without.
_ROOM_BYTES = 10240
_PARTS_BYTES = 30000  # the parts take less, with a log of 2046 slots


def program(spec: "BoardSpec") -> "App":
    """Return the clip's program (``app.App``) on the board of ``spec``, a board file."""
    from leandevice.wiring import Board

    board = Board(spec)
    board.sensor.prepare()
    gc.collect()
    return made(board)


def made(board: "Board") -> "App":
    """Return the clip's program on ``board``."""
    from leandevice.app import App
    from leandevice.parts import Parts

    gc.collect()
    room = bytearray(_ROOM_BYTES) if _free_bytes() > _ROOM_BYTES + _PARTS_BYTES else None
    try:
        app = App(Parts(board))
    except MemoryError:  # the rest of the heap lies in pieces that are too small
        room = None
        gc.collect()
        app = App(Parts(board))
    unload(_FOR_THE_START)
    del room
    gc.collect()
    return app


def _free_bytes() -> int:
    """Of the heap; none that is known elsewhere than on a chip."""
    return gc.mem_free() if hasattr(gc, "mem_free") else 0


def unload(names: "tuple[str, ...]") -> None:
    """Unload the modules that begin so; their heap is free at the next collection."""
    for name in list(sys.modules):
        if name.startswith(names):
            del sys.modules[name]
            room, _, part = name.rpartition(".")
            if room:
                delattr(sys.modules[room], part)
