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


# The parts come to lie in this room, in front of the modules that make them, so what those leave
# behind joins the free end of the heap: one large piece, for what the clip needs now and then.
_ROOM_BYTES = 24000
_MODULES_BYTES = 12000  # those modules and their loading take less


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

    gc.collect()
    room = _room()
    from leandevice.parts import Parts  # behind the room

    del room
    gc.collect()
    app = App(Parts(board))
    unload(_FOR_THE_START)
    gc.collect()
    return app


def _room() -> "bytearray | None":
    """The front of the heap's free end; none where it is too small."""
    try:
        if _free_bytes() > _ROOM_BYTES + _MODULES_BYTES:
            return bytearray(_ROOM_BYTES)
    except MemoryError:  # it lies in pieces
        return None
    return None


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
