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
    from leandevice.parts import Parts

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
# behind joins the free end of the heap: one large piece, for what the clip needs now and then. Of
# these sizes it is the first that leaves the modules room to load.
_ROOMS_BYTES = (26000, 24000, 22000, 20000, 18000, 16000)
_MAKERS = ("lean_startup_parts", "leandevice.parts")


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

    app = App(_parts_type()(board))
    unload(_FOR_THE_START)
    gc.collect()
    return app


def _parts_type() -> "type[Parts]":
    """Load what makes the parts, behind the largest room that can be had."""
    for room_bytes in _ROOMS_BYTES:
        try:
            return _loaded_behind(room_bytes)
        except MemoryError:
            unload(_MAKERS)  # what was loaded of them
    return _loaded_behind(0)


def _loaded_behind(room_bytes: int) -> "type[Parts]":
    gc.collect()
    room = bytearray(room_bytes)
    from leandevice.parts import Parts

    del room
    gc.collect()
    return Parts


def unload(names: "tuple[str, ...]") -> None:
    """Unload the modules that begin so; their heap is free at the next collection."""
    for name in list(sys.modules):
        if name.startswith(names):
            del sys.modules[name]
            room, _, part = name.rpartition(".")
            if room:
                delattr(sys.modules[room], part)
