"""The trainer's state as bytes: the start of a run in the log, from which it can be replayed.

A stage names its state in ``FIELDS``; a field is an integer, a list of integers, or another
stage. A run can so be split anywhere. How a state is restored: see ``reading.py``.
"""

import struct

from leancore.const import const

VERSION = 2
_PIECE = const(32)  # numbers in one call: more would not fit the clip's stack


def pack(trainer, happened, t_ms):
    """Return the state after the sample at ``t_ms`` in which ``happened`` (bits) happened.

    Stage by stage: the clip has no heap for all of them as numbers beside their bytes.
    """
    data = bytearray(struct.pack("<3i", VERSION, happened, t_ms))
    for name in trainer.FIELDS:
        values = []  # type: list[int]
        save_field(getattr(trainer, name), values)
        for at in range(0, len(values), _PIECE):
            piece = values[at : at + _PIECE]
            data.extend(struct.pack("<%di" % len(piece), *piece))
    return data


def save_field(value, out):
    """Append a field's value to the list ``out``."""
    if isinstance(value, list):
        out.extend(value)
    elif isinstance(value, int):
        out.append(int(value))
    else:
        save(value, out)


def save(stage, out):
    """Append the state of ``stage`` to the list ``out``."""
    for name in stage.FIELDS:
        save_field(getattr(stage, name), out)
