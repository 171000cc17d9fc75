"""Readers of a page's raw samples (``raw_rows``); host only, not loaded on the device."""

import struct

from leancore.hints import TYPE_CHECKING
from leancore.runlog import raw_rows as rows
from leancore.runlog.pages import CRC_AT, LAYOUT_VERSION, Header
from leancore.sensor.sample import HAS_Q, Sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leancore.hints import Buffer

_AXES = ("ax", "ay", "az", "gx", "gy", "gz")
_UNKNOWN_BYTES = 4096  # of a row of unknown kind: it extends beyond any page
# Bytes of a row by its kind.
ROW_BYTES = [rows.NARROW_BYTES] * 256
ROW_BYTES[rows.FORCES] = ROW_BYTES[rows.FORCES + 1] = rows.FORCES_BYTES
ROW_BYTES[rows.ALL] = ROW_BYTES[rows.ALL + 1] = rows.ALL_BYTES
ROW_BYTES[rows.ORIENTATION] = ROW_BYTES[rows.ORIENTATION + 1] = rows.ORIENTATION_BYTES
ROW_BYTES[rows.TIME] = rows.TIME_BYTES
ROW_BYTES[rows.NARROW - 1] = _UNKNOWN_BYTES


def raw_of(page: "Buffer", header: Header) -> bytes:
    """Return the bytes of a page's raw samples: the last one first."""
    return bytes(page[CRC_AT - header.raw_bytes : CRC_AT])


def row_ends(page: "Buffer", header: Header) -> list[int]:
    """Return where in a page each row ends, in order of time (the byte after its kind).

    Raises ValueError if the rows do not end where the header says.
    """
    data = bytes(page)
    row_bytes = ROW_BYTES
    begin = CRC_AT - header.raw_bytes
    at = CRC_AT
    ends = []
    while at > begin:
        ends.append(at)
        at -= row_bytes[data[at - 1]]
    if at < begin:
        raise ValueError("holds a raw sample that is cut short")
    return ends


def raw_samples(page: "Buffer", header: Header) -> "Iterator[tuple[int, Sample]]":
    """Yield (ms since the run began, sample) for each raw sample; the sample is reused.

    One without its own orientation has the last one's. ValueError for an older layout.
    """
    if header.layout != LAYOUT_VERSION:
        raise ValueError("raw samples of log layout %d" % header.layout)
    sample = Sample()
    changes = [0] * len(_AXES)
    since_ms = least_ms = flags = has_q = 0
    for end in row_ends(page, header):
        kind = page[end - 1]
        at = end - ROW_BYTES[kind]
        if kind == rows.TIME:
            since_ms, least_ms, flags, _kind = struct.unpack_from(rows.TIME_FORM, page, at)
            since_ms -= least_ms
        elif kind >> 1 == rows.ORIENTATION >> 1:
            found = struct.unpack_from(rows.ORIENTATION_FORM, page, at)
            sample.qw, sample.qx, sample.qy, sample.qz = found[:4]
            has_q = 0 if kind & 1 else HAS_Q
        else:
            late_ms, seconds = _of_sample(page, at, kind)
            since_ms += least_ms + late_ms
            for i, name in enumerate(_AXES):
                changes[i] = (changes[i] + seconds[i]) & 0xFFFF
                value = (getattr(sample, name) + changes[i]) & 0xFFFF
                setattr(sample, name, value - ((value & 0x8000) << 1))
            sample.flags = flags | has_q
            has_q = 0
            yield since_ms, sample


def _of_sample(page: "Buffer", at: int, kind: int) -> tuple[int, list[int]]:
    """Return how late a sample is (ms) and the second differences of its six values."""
    if kind < rows.ALL:
        values = list(struct.unpack_from(rows.FORCES_FORM, page, at))
    elif kind < rows.ORIENTATION:
        values = list(struct.unpack_from(rows.ALL_FORM, page, at))
    else:
        forces, *rates = struct.unpack_from(rows.NARROW_FORM, page, at)
        values = [forces & 1023, forces >> 10 & 1023, forces >> 20 & 1023]
        values += [*rates, int(forces < 0)]
    zeros = [rows.FORCE_ZERO] * 3 + [rows.RATE_ZERO] * 3
    return values[6] & 1, [value - zero for value, zero in zip(values, zeros)]  # noqa: B905
