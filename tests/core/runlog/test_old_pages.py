"""A page of layout 1, as clips wrote it before: read as ever, also over the wire."""

from __future__ import annotations

import zlib
from base64 import b64decode

from leancore.runlog.log_reading import raw_of, raw_samples, unpacked
from leancore.runlog.page_layout import pack, records_of
from leancore.runlog.pages import LAST, Header, crc_ok

# Run 5, page 3: six samples and six records, written by the software before layout 2.
PAGE = zlib.decompress(b64decode(
    "eNrtyDEKwlAQhOF5G2PYMp2VJ/AQglgE7ES8QNJbW1uLpbWn8TqClXnJ+hrfFha5wHwwMPy7zWEbBCgBFGmnOgCvfTfH"
    "Iv0Ka/w5e25zNLt4fuY82tXzKvzyYHfPt5yjPTy/c+5NBWlhVJFBpYgqs16l/ICIiIiIiIiIJhxjs/wChn0dhQ=="
))  # fmt: skip
RECORDS = b"".join(bytes((9, 2, i, 255 - i)) for i in range(6))


def test_a_page_of_the_old_layout_is_read() -> None:
    header = Header(PAGE)
    assert crc_ok(PAGE)
    assert (header.layout, header.run_id, header.number, header.flags) == (1, 5, 3, LAST)
    assert records_of(PAGE, header) == RECORDS
    rows = [(t_ms, sample.ax, sample.gz) for t_ms, sample in raw_samples(PAGE, header)]
    assert rows == [(70_000 + 10 * i, 100 * i, -i) for i in range(6)]
    assert len(raw_of(PAGE, header)) == 6 * 23


def test_a_page_of_the_old_layout_goes_over_the_wire() -> None:
    part = bytearray(PAGE)
    part = part[: pack(memoryview(part))]
    assert len(part) < 250
    assert unpacked(bytes(part)) == PAGE
