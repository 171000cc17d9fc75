"""Log pages of 4096 bytes: header, records, free space, raw samples (``raw_rows``), CRC-32.

Each page is self-contained: a reader scans for the magic, checks the CRC and needs no directory.
Of two valid pages with the same run and number the fuller one counts (the other is an earlier
version: ``page_layout.fullness``). Pages with a flag of ``HOUSEKEEPING`` belong to no run.
"""

import binascii
import struct

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.runlog.raw_rows import RawRows

if TYPE_CHECKING:
    from leancore.hints import Buffer

PAGE_BYTES = 4096
MAGIC = b"LCUE"
LAYOUT_VERSION = 4
# Bytes per unit of raw samples by layout. Layouts 2 and 3, with rows of one length, are still read
# and no longer written.
RAW_UNIT_BYTES = {2: 23, 3: 14, LAYOUT_VERSION: 1}

# magic, layout version, flags, spare, run id, page number, ms since the run began,
# wall time s (0 = unknown), units of raw samples, bytes of records
HEADER = "<4sBBHIIIIHH"
HEADER_BYTES = struct.calcsize(HEADER)
CRC_AT = PAGE_BYTES - 4
ROOM_BYTES = CRC_AT - HEADER_BYTES
# Size of the frame that carries a page to the host, and the page's offset in it: as in ``framing``
# and ``messages``, which the device does not load for a run.
FRAME_BYTES, IN_FRAME_AT = 4129, 11
BLANK = bytes(256)
_LONG_BYTES = const(32)  # longer records occur at a run's start only, not at its steps

FIRST, LAST = 1, 2  # flags of a page: first or last of its run
# Pages of the log itself. PULLED: run id = highest one ever given, number = generation, then the
# ids of the runs that were pulled (u32 each). ORIGIN: number = pages from slot to slot.
PULLED, ORIGIN = 4, 8
# Added by the host after a run that began before the device had the time: wall time = start.
CLOCK = 16
HOUSEKEEPING = PULLED | ORIGIN | CLOCK


class Page(RawRows):
    """A page being filled. ``buf`` is ready to be written after ``close``.

    ``buf``: ``PAGE_BYTES`` bytes, allocated if None. ``free_bytes``: space for records and raw
    samples. Records grow upwards from the header, raw samples downwards from the end.
    """

    def __init__(self, buf: bytearray | memoryview | None = None) -> None:
        RawRows.__init__(self, bytearray(PAGE_BYTES) if buf is None else buf)
        self.begin(0)

    def begin(self, run_id: int) -> None:
        """Start a new run."""
        self.run_id = run_id
        self.number = 0
        self.clear()

    def clear(self) -> None:
        """Empty the page; remains of the previous one are wiped at ``close``."""
        self._is_clean = False  # between records and raw samples
        self.record_bytes = 0
        self.free_bytes = ROOM_BYTES
        self.begin_rows(CRC_AT)

    def put(self, record: "Buffer", length: int) -> None:
        """Append a record of at most ``free_bytes``."""
        buf = self.buf
        at = HEADER_BYTES + self.record_bytes
        if length > _LONG_BYTES:
            buf[at : at + length] = memoryview(record)[:length]
        else:  # a slice would take heap, which a step must not
            for i in range(length):
                buf[at + i] = record[i]
        self.record_bytes += length
        self.free_bytes -= length

    def close(self, since_ms: int, wall_s: int, flags: int) -> None:
        """Complete ``buf`` with header and CRC. More can be added and the page closed again."""
        buf = self.buf
        if not self._is_clean:
            self._is_clean = True
            wipe(buf, HEADER_BYTES + self.record_bytes, self.rows_at)
        struct.pack_into(
            HEADER, buf, 0, MAGIC, LAYOUT_VERSION, flags, 0, self.run_id, self.number,
            since_ms, wall_s, CRC_AT - self.rows_at, self.record_bytes,
        )  # fmt: skip
        struct.pack_into("<I", buf, CRC_AT, binascii.crc32(memoryview(buf)[:CRC_AT]))


def wipe(buf: bytearray | memoryview, start: int, end: int) -> None:
    """Fill ``buf`` from ``start`` to ``end`` with zeros."""
    step = len(BLANK)
    for at in range(start, end - step + 1, step):
        buf[at : at + step] = BLANK
    for at in range(end - (end - start) % step, end):
        buf[at] = 0


class Header:
    """The header of a page: the fields of ``HEADER`` by name; ``raw_bytes``: of raw samples."""

    layout: int
    flags: int
    run_id: int
    number: int
    since_ms: int
    wall_s: int
    raw_units: int
    raw_bytes: int
    record_bytes: int

    def __init__(self, page: "Buffer") -> None:
        """Read a page's first bytes; raises ValueError if it is not a page of a known layout."""
        fields = struct.unpack_from(HEADER, page, 0)
        if fields[0] != MAGIC:
            raise ValueError("not a log page")
        self.layout = fields[1]
        if self.layout not in RAW_UNIT_BYTES:
            raise ValueError(
                "log layout %d, this software reads layouts %d to %d"
                % (self.layout, min(RAW_UNIT_BYTES), LAYOUT_VERSION)
            )
        self.flags = fields[2]
        (self.run_id, self.number, self.since_ms, self.wall_s, self.raw_units,
         self.record_bytes) = fields[4:]  # fmt: skip
        self.raw_bytes = self.raw_units * RAW_UNIT_BYTES[self.layout]
        if self.raw_bytes + self.record_bytes > ROOM_BYTES:
            raise ValueError("log page claims more data than it can hold")


def crc_ok(page: "Buffer") -> bool:
    """Whether a page (bytes) has a valid CRC-32."""
    return len(page) == PAGE_BYTES and struct.unpack_from("<I", page, CRC_AT)[0] == binascii.crc32(
        memoryview(page)[:CRC_AT]
    )
