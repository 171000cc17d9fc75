"""From power-on to a running program; modules needed only for this are unloaded afterwards.

The board comes first, which switches the motor off. The sensor's driver is loaded and unloaded
before the rest of the program; it takes 22 kB of heap and a second.
"""

import gc
import sys

from leancore.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from leandevice.app import App
    from leandevice.interfaces import Board, BoardSpec
    from leandevice.parts import Parts

# Not needed after the start: modules of the source, and prefixes of those of an image.
_FOR_THE_START = (
    "lean_startup",
    "leandevice.startup",
    "leandevice.parts",
    "leandevice.wiring",
    "leandevice.storage.log_scan",
    "leandevice.storage.log_origin",
    "leandevice.storage.factory_reset",
    "leandevice.storage.sector_alignment",
)


# The parts are allocated in this space, below the modules that create them, so that the memory of
# those modules joins the free end of the heap: one large block for occasional needs. The first of
# these sizes that leaves enough space to load the modules is used.
_ROOMS_BYTES = (26000, 24000, 22000, 20000, 18000, 16000)
_MAKERS = ("lean_startup_parts", "leandevice.parts")


def program(spec: "BoardSpec") -> "App":
    """Return the clip's program (``app.App``) on the board of ``spec``, a board file."""
    from leandevice.wiring import board_of

    board = board_of(spec)
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
    """Load the modules that create the parts, above the largest possible space."""
    for room_bytes in _ROOMS_BYTES:
        try:
            return _loaded_behind(room_bytes)
        except MemoryError:
            unload(_MAKERS)  # those that were loaded
    return _loaded_behind(0)


def _loaded_behind(room_bytes: int) -> "type[Parts]":
    gc.collect()
    room = bytearray(room_bytes)
    from leandevice.parts import Parts

    del room
    gc.collect()
    return Parts


def unload(names: "tuple[str, ...]") -> None:
    """Unload the modules with these prefixes; their heap is freed at the next collection."""
    for name in list(sys.modules):
        if name.startswith(names):
            del sys.modules[name]
            room, _, part = name.rpartition(".")
            if room:
                delattr(sys.modules[room], part)
