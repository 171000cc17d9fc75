"""Log pages of 4096 bytes: header, records, free space, raw sample rows (first one last), CRC-32.

Each page is self-contained: a reader scans for the magic, checks the CRC and needs no directory.
Of two valid pages with the same run and number the fuller one counts (the other is an earlier
version: ``page_layout.fullness``). Pages with a flag of ``HOUSEKEEPING`` belong to no run.
"""

import binascii
import struct

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.sensor.sample import HAS_Q

if TYPE_CHECKING:
    from leancore.hints import Buffer
    from leancore.sensor.sample import Sample

PAGE_BYTES = 4096
MAGIC = b"LCUE"
LAYOUT_VERSION = 3
OLD_LAYOUT_VERSION = 2  # with an orientation in each raw sample; still read, no longer written

# magic, layout version, flags, spare, run id, page number, ms since the run began,
# wall time s (0 = unknown), rows of raw samples, bytes of records
HEADER = "<4sBBHIIIIHH"
HEADER_BYTES = struct.calcsize(HEADER)
CRC_AT = PAGE_BYTES - 4
ROOM_BYTES = CRC_AT - HEADER_BYTES
# Size of the frame that carries a page to the host, and the page's offset in it: as in ``framing``
# and ``messages``, which the device does not load for a run.
FRAME_BYTES, IN_FRAME_AT = 4129, 11
BLANK = bytes(256)
_LONG_BYTES = const(32)  # longer records occur at a run's start only, not at its steps

# A row of raw samples. Each sample has one: ms since the sample before, flags, a Q8, g Q9.
RAW = "<BB6h"
# It is preceded by another row if the sample has an orientation, is the first of its page, or comes
# late: 0, ``TIMED``, q Q14, ms since the run began. So each page has absolute times.
RAW_TIMED = "<BB4hI"
TIMED = const(0x80)  # not a flag of a sample
RAW_BYTES = const(14)
RAW_MOST_BYTES = const(28)  # of a sample
OLD_RAW_BYTES = const(23)
_LATE_MS = const(256)  # too long for the time in a row

FIRST, LAST = 1, 2  # flags of a page: first or last of its run
# Pages of the log itself. PULLED: run id = highest one ever given, number = generation, then the
# ids of the runs that were pulled (u32 each). ORIGIN: number = pages from slot to slot.
PULLED, ORIGIN = 4, 8
# Added by the host after a run that began before the device had the time: wall time = start.
CLOCK = 16
HOUSEKEEPING = PULLED | ORIGIN | CLOCK


class Page:
    """A page being filled. ``buf`` is ready to be written after ``close``.

    ``buf``: ``PAGE_BYTES`` bytes, allocated if None. ``free_bytes``: space for records and raw
    samples (``RAW_MOST_BYTES`` each). Records grow upwards from the header, raw samples downwards
    from the end, in ``raw_rows`` of ``RAW_BYTES``.
    """

    def __init__(self, buf: bytearray | memoryview | None = None) -> None:
        self.buf = bytearray(PAGE_BYTES) if buf is None else buf
        self.begin(0)

    def begin(self, run_id: int) -> None:
        """Start a new run."""
        self.run_id = run_id
        self.number = 0
        self.clear()

    def clear(self) -> None:
        """Empty the page; remains of the previous one are wiped at ``close``."""
        self._is_clean = False  # between records and raw samples
        self.raw_rows = 0
        self.record_bytes = 0
        self.free_bytes = ROOM_BYTES
        self._raw_at = CRC_AT  # the last row written
        self._raw_ms = 0

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

    def put_raw(self, sample: "Sample", since_ms: int) -> None:
        """Append a raw sample; ``free_bytes`` must be at least ``RAW_MOST_BYTES``."""
        flags = sample.flags & ~TIMED
        after_ms = since_ms - self._raw_ms
        self._raw_ms = since_ms
        at = self._raw_at - RAW_BYTES
        rows = 1
        if flags & HAS_Q or not 0 <= after_ms < _LATE_MS or not self.raw_rows:
            after_ms = 0
            struct.pack_into(
                RAW_TIMED, self.buf, at,
                0, TIMED, sample.qw, sample.qx, sample.qy, sample.qz, since_ms,
            )  # fmt: skip
            at -= RAW_BYTES
            rows = 2
        struct.pack_into(
            RAW, self.buf, at, after_ms, flags,
            sample.ax, sample.ay, sample.az, sample.gx, sample.gy, sample.gz,
        )  # fmt: skip
        self.free_bytes -= self._raw_at - at
        self._raw_at = at
        self.raw_rows += rows

    def close(self, since_ms: int, wall_s: int, flags: int) -> None:
        """Complete ``buf`` with header and CRC. More can be added and the page closed again."""
        buf = self.buf
        if not self._is_clean:
            self._is_clean = True
            wipe(buf, HEADER_BYTES + self.record_bytes, self._raw_at)
        struct.pack_into(
            HEADER, buf, 0, MAGIC, LAYOUT_VERSION, flags, 0, self.run_id, self.number,
            since_ms, wall_s, self.raw_rows, self.record_bytes,
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
    """The header of a page: the fields of ``HEADER`` by name; ``raw_bytes``: of all rows."""

    layout: int
    flags: int
    run_id: int
    number: int
    since_ms: int
    wall_s: int
    raw_rows: int
    raw_bytes: int
    record_bytes: int

    def __init__(self, page: "Buffer") -> None:
        """Read a page's first bytes; raises ValueError if it is not a page of a known layout."""
        fields = struct.unpack_from(HEADER, page, 0)
        if fields[0] != MAGIC:
            raise ValueError("not a log page")
        self.layout = fields[1]
        if not OLD_LAYOUT_VERSION <= self.layout <= LAYOUT_VERSION:
            raise ValueError(
                "log layout %d, this software reads layouts %d to %d"
                % (self.layout, OLD_LAYOUT_VERSION, LAYOUT_VERSION)
            )
        self.flags = fields[2]
        (self.run_id, self.number, self.since_ms, self.wall_s, self.raw_rows,
         self.record_bytes) = fields[4:]  # fmt: skip
        self.raw_bytes = self.raw_rows * raw_width(self.layout)
        if self.raw_bytes + self.record_bytes > ROOM_BYTES:
            raise ValueError("log page claims more data than it can hold")


def raw_width(layout: int) -> int:
    """Bytes of a row of raw samples in a page of that layout."""
    return OLD_RAW_BYTES if layout == OLD_LAYOUT_VERSION else RAW_BYTES


def crc_ok(page: "Buffer") -> bool:
    """Whether a page (bytes) has a valid CRC-32."""
    return len(page) == PAGE_BYTES and struct.unpack_from("<I", page, CRC_AT)[0] == binascii.crc32(
        memoryview(page)[:CRC_AT]
    )
