"""Log pages of 4096 bytes: header, raw samples, records, CRC-32.

A page stands for itself: a reader scans for the magic, checks the CRC and needs no directory.
Of two valid pages with the same run and number the fuller one counts (the other was written
before it, with less in it: ``fullness``). Pages with a flag of ``HOUSEKEEPING`` belong to no run.
"""

import binascii
import struct

from leancore.sample import Sample

PAGE_BYTES = 4096
MAGIC = b"LCUE"
LAYOUT_VERSION = 1

# magic, layout version, flags, spare, run id, page number, ms since the run began,
# wall time s (0 = unknown), raw samples, bytes of records
HEADER = "<4sBBHIIIIHH"
HEADER_BYTES = struct.calcsize(HEADER)
_CRC_AT = PAGE_BYTES - 4
ROOM_BYTES = _CRC_AT - HEADER_BYTES
_BLANK = bytes(ROOM_BYTES // 4)

# A raw sample: lower 16 bits of the ms since the run began, flags, q Q14, a Q8, g Q9.
RAW = "<HB10h"
RAW_BYTES = struct.calcsize(RAW)

FIRST, LAST = 1, 2  # flags of a page: first or last of its run
# Pages of the log itself. MARKS: run id = highest one ever given, number = generation, then the
# ids of the runs that were pulled (u32 each). ANCHOR: number = pages from slot to slot.
MARKS, ANCHOR = 4, 8
# Added by the desk behind a run that began before the clip was told the time: wall time = begin.
CLOCK = 16
HOUSEKEEPING = MARKS | ANCHOR | CLOCK


class Page:
    """One page being filled. ``buf`` is ready to be written after ``close``.

    ``free_bytes``: room for records and raw samples (``RAW_BYTES`` each).
    """

    def __init__(self):
        self.buf = bytearray(PAGE_BYTES)
        self._records = bytearray(ROOM_BYTES)
        self._records_view = memoryview(self._records)
        self.begin(0)

    def begin(self, run_id):
        """Start a new run."""
        self.run_id = run_id
        self.number = 0
        self.clear()

    def clear(self):
        """Empty the page; nothing of the one before may stay in the buffer."""
        self.raw_count = 0
        self.record_bytes = 0
        self.free_bytes = ROOM_BYTES
        for at in range(HEADER_BYTES, _CRC_AT, len(_BLANK)):
            self.buf[at : at + len(_BLANK)] = _BLANK

    @property
    def empty(self):
        """True if nothing is in the page."""
        return not (self.raw_count or self.record_bytes)

    def put(self, record, length):
        """Append a record of at most ``free_bytes``."""
        at = self.record_bytes
        records = self._records
        for i in range(length):
            records[at + i] = record[i]
        self.record_bytes = at + length
        self.free_bytes -= length

    def put_raw(self, sample, since_ms):
        """Append a raw sample of at most ``free_bytes``."""
        struct.pack_into(
            RAW, self.buf, HEADER_BYTES + self.raw_count * RAW_BYTES,
            since_ms & 0xFFFF, sample.flags,
            sample.qw, sample.qx, sample.qy, sample.qz,
            sample.ax, sample.ay, sample.az, sample.gx, sample.gy, sample.gz,
        )  # fmt: skip
        self.raw_count += 1
        self.free_bytes -= RAW_BYTES

    def close(self, since_ms, wall_s, flags):
        """Complete ``buf``: header, records behind the raw samples, CRC."""
        buf = self.buf
        struct.pack_into(
            HEADER, buf, 0, MAGIC, LAYOUT_VERSION, flags, 0, self.run_id, self.number,
            since_ms, wall_s, self.raw_count, self.record_bytes,
        )  # fmt: skip
        at = HEADER_BYTES + self.raw_count * RAW_BYTES
        buf[at : at + self.record_bytes] = self._records_view[: self.record_bytes]
        struct.pack_into("<I", buf, _CRC_AT, binascii.crc32(memoryview(buf)[:_CRC_AT]))


class Header:
    """The header of a page: the fields of ``HEADER`` by name."""

    def __init__(self, page):
        """Read a page's first bytes; raises ValueError if it is not a page of this layout."""
        fields = struct.unpack_from(HEADER, page, 0)
        if fields[0] != MAGIC:
            raise ValueError("not a log page")
        if fields[1] != LAYOUT_VERSION:
            raise ValueError(
                "log layout %d, this software reads %d" % (fields[1], LAYOUT_VERSION)
            )
        self.flags = fields[2]
        (self.run_id, self.number, self.since_ms, self.wall_s, self.raw_count,
         self.record_bytes) = fields[4:]  # fmt: skip
        if self.raw_count * RAW_BYTES + self.record_bytes > ROOM_BYTES:
            raise ValueError("log page says more than it can hold")


def fullness(header):
    """How full a page is: of two whole pages of one number the fuller one is the newer.

    Of two that hold the same the one that closes its run is the newer.
    """
    held = header.raw_count * RAW_BYTES + header.record_bytes
    return 2 * held + (1 if header.flags & LAST else 0)


def crc_ok(page):
    """Whether a whole page (bytes) carries its own CRC-32."""
    return len(page) == PAGE_BYTES and struct.unpack_from("<I", page, _CRC_AT)[
        0
    ] == binascii.crc32(memoryview(page)[:_CRC_AT])


def packed(page):
    """Return a page (bytes) without the unused middle between its records and its CRC.

    For the wire. A page whose header makes no sense comes back as it is.
    """
    try:
        header = Header(page)
    except ValueError:
        return page
    end = HEADER_BYTES + header.raw_count * RAW_BYTES + header.record_bytes
    return page[:end] + page[_CRC_AT:] if end < _CRC_AT else page


def unpacked(part):
    """Return the page that ``packed`` got; whether it is whole only its CRC tells."""
    gap = PAGE_BYTES - len(part)
    return part if gap <= 0 or len(part) < 4 else part[:-4] + bytes(gap) + part[-4:]


def records_of(page, header):
    """Return the bytes of a page's records."""
    at = HEADER_BYTES + header.raw_count * RAW_BYTES
    return bytes(page[at : at + header.record_bytes])


def raw_into(page, index, sample):
    """Fill ``sample`` with raw sample ``index`` of ``page``; return its lower 16 bits of ms."""
    fields = struct.unpack_from(RAW, page, HEADER_BYTES + index * RAW_BYTES)
    sample.flags = fields[1]
    sample.qw, sample.qx, sample.qy, sample.qz = fields[2:6]
    sample.ax, sample.ay, sample.az, sample.gx, sample.gy, sample.gz = fields[6:12]
    return fields[0]


def raw_samples(page, header):
    """Yield (ms since the run began, sample) for each raw sample; the sample is reused."""
    sample = Sample()
    since_ms = header.since_ms
    for index in range(header.raw_count):
        low = raw_into(page, index, sample)
        since_ms += (low - since_ms) & 0xFFFF
        yield since_ms, sample
