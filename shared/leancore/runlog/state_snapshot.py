"""The pipeline's state as bytes, logged at the start of a run so that it can be replayed.

A stage lists its state in ``FIELDS``; a field is an integer, a list of integers, or another stage.
A run can thus be split anywhere. ``log_reading.py`` restores a state.
"""

import struct

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leancore.hints import Field, Stage
    from leancore.pipeline import Pipeline

VERSION = 18
_INTEGER_BYTES = const(4)
_PIECE = const(32)  # numbers per call: more would not fit the device's stack


def pack(pipeline: "Pipeline", happened: int, t_ms: int) -> bytes:
    """Return the state after the sample at ``t_ms`` in which ``happened`` (bits) happened."""
    return b"".join(pieces(pipeline, happened, t_ms))


def size(pipeline: "Pipeline") -> int:
    """Return the length of the result of ``pack``, the same for every state."""
    return _INTEGER_BYTES * (3 + sum(_count(getattr(pipeline, name)) for name in pipeline.FIELDS))


def pieces(pipeline: "Pipeline", happened: int, t_ms: int) -> "Iterator[bytes]":
    """Yield the bytes of ``pack`` in small pieces: the device lacks the heap for all at once."""
    yield struct.pack("<3i", VERSION, happened, t_ms)
    for name in pipeline.FIELDS:
        values = []  # type: list[int]
        save_field(getattr(pipeline, name), values)
        for at in range(0, len(values), _PIECE):
            piece = values[at : at + _PIECE]
            yield struct.pack("<%di" % len(piece), *piece)


def _count(value: "Field") -> int:
    """How many integers a field is."""
    if isinstance(value, list):
        return len(value)
    if isinstance(value, int):
        return 1
    return sum(_count(getattr(value, name)) for name in value.FIELDS)


def save_field(value: "Field", out: list[int]) -> None:
    """Append a field's value to the list ``out``."""
    if isinstance(value, list):
        out.extend(value)
    elif isinstance(value, int):
        out.append(int(value))
    else:
        save(value, out)


def save(stage: "Stage", out: list[int]) -> None:
    """Append the state of ``stage`` to the list ``out``."""
    for name in stage.FIELDS:
        save_field(getattr(stage, name), out)
