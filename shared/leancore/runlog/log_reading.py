"""Functions for readers of the log; host only, not loaded on the device."""

import struct

from leancore.hints import TYPE_CHECKING
from leancore.runlog.page_layout import unused
from leancore.runlog.pages import (
    HEADER_BYTES,
    PAGE_BYTES,
    Header,
    crc_ok,
)
from leancore.runlog.records import (
    ACTIVITY,
    CUE,
    CUE_FIELDS,
    DEVICE,
    EVENT,
    FORM,
    INPUT,
    NAME,
    NOTE_FIELDS,
    RUN_BEGAN,
    STEP,
    STEP_FIELDS,
    WINDOW,
    body_bytes,
    form_of,
)
from leancore.runlog.state_snapshot import VERSION, save

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leancore.hints import Buffer, Stage
    from leancore.pipeline import Pipeline

# By type: (name, fields) of the records with fields; a BLOB has bytes.
RECORDS = {
    STEP: ("step", STEP_FIELDS),
    CUE: ("cue", CUE_FIELDS),
    EVENT: ("event", NOTE_FIELDS),
    DEVICE: ("device", NOTE_FIELDS),
    INPUT: ("input", NOTE_FIELDS),
}
_BODIES = {kind: (form_of(rows), body_bytes(rows)) for kind, (_, rows) in RECORDS.items()}
# Minimum number of fields of a record: its time and its subject. A later version of the core may
# add fields at the end; missing fields are 0.
NEEDED = 2
# Allowed values of a field, where not all are: (field, low, high). Three days is the longest run
# that the device's ticks can measure.
_RUN_MS = ("t_ms", 0, 1 << 28)
RANGES = {
    STEP: (_RUN_MS,),
    CUE: (_RUN_MS, ("kind", 1, 4)),
    EVENT: (_RUN_MS,),
    DEVICE: (_RUN_MS,),
    INPUT: (_RUN_MS,),
}
# The same for an event's numbers, by its code.
EVENT_RANGES = {ACTIVITY: ("a", 0, 3), RUN_BEGAN: ("b", 0, 2), WINDOW: ("a", 0, 1)}


def _at(kind: int, name: str) -> int:
    """Return the index of a record's field with this name."""
    return [row[NAME] for row in RECORDS[kind][1]].index(name)


# The same by field index, for speed: logs of hours hold tens of thousands of records.
_RANGES_AT = {
    kind: tuple((_at(kind, name), low, high) for name, low, high in rows)
    for kind, rows in RANGES.items()
}
_EVENT_RANGES_AT = {
    code: ((_at(EVENT, name), low, high),) for code, (name, low, high) in EVENT_RANGES.items()
}
_CODE_AT = _at(EVENT, "code")


def split(data: bytes) -> "Iterator[tuple[int, bytes]]":
    """Yield (type, body) of each record in ``data`` (bytes).

    Raises ValueError if a record extends beyond the end.
    """
    at = 0
    while at < len(data):
        if at + 2 > len(data) or at + 2 + data[at + 1] > len(data):
            raise ValueError("record at byte %d goes past the end" % at)
        yield data[at], data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]


def unpack(kind: int, body: "Buffer") -> dict[str, int] | None:
    """Return a dict of a record's fields; None for types without a fixed layout.

    Of a longer body the known part is read. Raises ValueError if the body is too short.
    """
    values = _values(kind, body)
    if values is None:
        return None
    _name, fields = RECORDS[kind]
    return {row[NAME]: value for row, value in zip(fields, values)}  # noqa: B905 (not on MicroPython)


def whole(kind: int, body: "Buffer") -> "Buffer":
    """Return a record's body with this version's length. ValueError as for ``unpack``."""
    length = _BODIES[kind][1]
    return body[:length] if len(body) >= length else _filled(kind, body)


def _values(kind: int, body: "Buffer") -> tuple[int, ...] | None:
    """Return the values of a record's fields in order; otherwise like ``unpack``."""
    if kind not in RECORDS:
        return None
    form, length = _BODIES[kind]
    if len(body) < length:
        body = _filled(kind, body)
    return struct.unpack_from(form, body)


def _filled(kind: int, body: "Buffer") -> bytes:
    """Return a short body padded with zeros for missing or incomplete fields."""
    name, fields = RECORDS[kind]
    at = 0
    for i, row in enumerate(fields):
        end = at + struct.calcsize("<" + row[FORM])
        if end > len(body):
            if i < NEEDED:
                raise ValueError(
                    "holds a record `%s` of %d bytes, without its %s" % (name, len(body), row[NAME])
                )
            break
        at = end
    return bytes(body[:at]) + bytes(_BODIES[kind][1] - at)


def check(kind: int, body: "Buffer") -> None:
    """Reject a record that no device writes: ValueError with the field and its value."""
    values = _values(kind, body)
    if values is None:
        return
    ranges = _RANGES_AT[kind]
    if kind == EVENT and values[_CODE_AT] in _EVENT_RANGES_AT:
        ranges += _EVENT_RANGES_AT[values[_CODE_AT]]
    for at, low, high in ranges:
        if not low <= values[at] <= high:
            name, fields = RECORDS[kind]
            raise ValueError(
                "holds a record `%s` whose %s is %d, not %d to %d"
                % (name, fields[at][NAME], values[at], low, high)
            )


def unpacked(part: bytes) -> bytes:
    """Return the page that was given to ``pack`` (bytes); its CRC tells whether it is valid."""
    if not HEADER_BYTES <= len(part) < PAGE_BYTES:
        return part
    try:
        begin = unused(Header(part))[0]
    except ValueError:
        return part
    return part[:begin] + bytes(PAGE_BYTES - len(part)) + part[begin:]


def header_of(page: "Buffer") -> Header | None:
    """Return the header of a valid page (bytes), None if it is damaged or not a page."""
    if not crc_ok(page):
        return None
    try:
        return Header(page)
    except ValueError:
        return None


def restore(pipeline: "Pipeline", data: bytes) -> tuple[int, int]:
    """Restore ``pipeline`` (same configuration) from a snapshot; return (happened, t_ms).

    Raises ValueError for a state of another version or length.
    """
    if len(data) % 4:
        raise ValueError("the pipeline's state is cut short: %d bytes" % len(data))
    values = struct.unpack("<%di" % (len(data) // 4), data)
    if not values or values[0] != VERSION:
        raise ValueError("the run was recorded with another version of the pipeline's state")
    expected = []  # type: list[int]
    save(pipeline, expected)
    if len(values) != len(expected) + 3:
        raise ValueError(
            "the pipeline's state has %d values, not %d" % (len(values) - 3, len(expected))
        )
    load(pipeline, values, 3)
    return values[1], values[2]


def load(stage: "Stage", values: "Sequence[int]", start: int = 0) -> int:
    """Restore ``stage`` from ``values`` (as ``save`` wrote them); return the next index.

    Raises IndexError if ``values`` is too short.
    """
    for name in stage.FIELDS:
        value = getattr(stage, name)
        if isinstance(value, list):
            for i in range(len(value)):
                value[i] = values[start + i]
            start += len(value)
        elif isinstance(value, int):
            setattr(stage, name, values[start])
            start += 1
        else:
            start = load(value, values, start)
    return start
