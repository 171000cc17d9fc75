"""The trainer's state as bytes: the start of a run in the log, from which it can be replayed.

A stage names its state in ``FIELDS``; a field is an integer, a list of integers, or another
stage. A run can so be split anywhere. How a state is restored: see ``reading.py``.
"""

import struct

from leancore.const import const

VERSION = 2
_PIECE = const(32)  # numbers in one call: all of them would not fit the clip's stack


def pack(trainer, happened, t_ms):
    """Return the state after the sample at ``t_ms`` in which ``happened`` (bits) happened."""
    values = [VERSION, happened, t_ms]
    save(trainer, values)
    data = bytearray(4 * len(values))
    for at in range(0, len(values), _PIECE):
        piece = values[at : at + _PIECE]
        struct.pack_into("<%di" % len(piece), data, 4 * at, *piece)
    return bytes(data)


def save(stage, out):
    """Append the state of ``stage`` to the list ``out``."""
    for name in stage.FIELDS:
        value = getattr(stage, name)
        if isinstance(value, list):
            out.extend(value)
        elif isinstance(value, int):
            out.append(int(value))
        else:
            save(value, out)
