"""The trainer's state as bytes: the start of a run in the log, from which it can be replayed."""

import struct

from leancore import state
from leancore.const import const

VERSION = 2
_PIECE = const(32)  # numbers in one call: all of them would not fit the clip's stack


def pack(trainer, happened, t_ms):
    """Return the state after the sample at ``t_ms`` in which ``happened`` (bits) happened."""
    values = [VERSION, happened, t_ms]
    state.save(trainer, values)
    data = bytearray(4 * len(values))
    for at in range(0, len(values), _PIECE):
        piece = values[at : at + _PIECE]
        struct.pack_into("<%di" % len(piece), data, 4 * at, *piece)
    return bytes(data)


def restore(trainer, data):
    """Put ``trainer`` (configured alike) into the state; return (happened, t_ms).

    Raises ValueError for a state of another version or length.
    """
    if len(data) % 4:
        raise ValueError("the trainer's state is cut short: %d bytes" % len(data))
    values = struct.unpack("<%di" % (len(data) // 4), data)
    if not values or values[0] != VERSION:
        raise ValueError("the run was recorded with another version of the trainer's state")
    expected = []  # type: list[int]
    state.save(trainer, expected)
    if len(values) != len(expected) + 3:
        raise ValueError(
            "the trainer's state has %d values, not %d" % (len(values) - 3, len(expected))
        )
    state.load(trainer, values, 3)
    return values[1], values[2]
