"""Log pages: content is preserved, and damage is detected."""

from __future__ import annotations

import random
import struct

import pytest
from core_motion import FIELDS, fill
from leancore.runlog.log_reading import unpacked
from leancore.runlog.page_layout import pack, records_of
from leancore.runlog.pages import (
    FIRST,
    HEADER,
    HEADER_BYTES,
    LAST,
    LAYOUT_VERSION,
    MAGIC,
    PAGE_BYTES,
    RAW_UNIT_BYTES,
    ROOM_BYTES,
    Header,
    Page,
    crc_ok,
)
from leancore.runlog.raw_reading import raw_samples
from leancore.runlog.raw_rows import RAW_MOST_BYTES
from leancore.sensor.sample import HAS_Q, Sample

RECORD = bytes((1, 11)) + bytes(range(11))


def sample_row(chance: random.Random) -> tuple[int, ...]:
    return (0, chance.randrange(64), *(chance.randint(-32768, 32767) for _ in range(10)))


def filled(seed: int = 1, first_ms: int = 70_000, step_ms: int = 10):
    """A full page: (page, samples put in with their times, records put in).

    A sample without an orientation of its own, but the first, comes with the one before.
    """
    chance, page, sample = random.Random(seed), Page(), Sample()
    page.begin(77)
    rows, data = [], b""
    t_ms = first_ms
    while page.free_bytes >= RAW_MOST_BYTES:
        row = sample_row(chance)
        page.put_raw(fill(sample, row), t_ms)
        kept = row[2:6] if row[1] & HAS_Q or not rows else rows[-1][2:6]
        rows.append((t_ms, row[1], *kept, *row[6:]))
        if chance.random() < 0.1 and page.free_bytes >= len(RECORD):
            page.put(RECORD, len(RECORD))
            data += RECORD
        t_ms += step_ms
    page.close(first_ms, 1_800_000_000, FIRST)
    return page, rows, data


def read_back(page: bytes):
    header = Header(page)
    rows = [
        (t_ms, sample.flags, *(getattr(sample, name) for name in FIELDS))
        for t_ms, sample in raw_samples(page, header)
    ]
    return header, rows, records_of(page, header)


def test_round_trip() -> None:
    page, rows, data = filled()
    header, got_rows, got_data = read_back(bytes(page.buf))
    assert crc_ok(page.buf)
    assert got_rows == rows
    assert got_data == data
    assert (header.run_id, header.number, header.flags) == (77, 0, FIRST)
    assert (header.since_ms, header.wall_s) == (70_000, 1_800_000_000)
    assert len(rows) >= 120


def test_a_page_is_full_to_the_last_byte_and_not_beyond() -> None:
    page, sample = Page(), Sample()
    while page.free_bytes >= RAW_MOST_BYTES:
        page.put_raw(sample, 0)
    left = page.rows_at - HEADER_BYTES
    assert 0 <= left < RAW_MOST_BYTES
    assert page.free_bytes == left
    page.put(b"\xaa" * left, left)
    page.close(0, 0, 0)
    assert len(page.buf) == PAGE_BYTES
    assert crc_ok(page.buf)
    assert records_of(page.buf, Header(page.buf)) == b"\xaa" * left


def test_records_alone_never_run_over() -> None:
    page = Page()
    data = b""
    while page.free_bytes >= len(RECORD):
        page.put(RECORD, len(RECORD))
        data += RECORD
    page.close(0, 0, LAST)
    assert records_of(page.buf, Header(page.buf)) == data
    assert len(data) > 1000


def test_every_damaged_byte_is_seen() -> None:
    page, _, _ = filled()
    good = bytes(page.buf)
    for at in range(PAGE_BYTES):
        damaged = bytearray(good)
        damaged[at] ^= 0x40
        assert not crc_ok(damaged), at


def test_torn_and_empty_pages_are_seen() -> None:
    good = bytes(filled()[0].buf)
    for cut in range(0, PAGE_BYTES, 64):
        assert not crc_ok(good[:cut])
        assert not crc_ok(good[:cut] + b"\xff" * (PAGE_BYTES - cut))
    assert not crc_ok(b"\xff" * PAGE_BYTES)
    with pytest.raises(ValueError, match="not a log page"):
        Header(b"\xff" * PAGE_BYTES)
    with pytest.raises(ValueError, match="not a log page"):
        Header(bytes(PAGE_BYTES))


def test_other_layouts_and_impossible_counts_are_refused() -> None:
    good = bytes(filled()[0].buf)
    assert good[:4] == MAGIC
    for other in (1, 9):
        said = f"layout {other}, this software reads layouts 2 to {LAYOUT_VERSION}"
        with pytest.raises(ValueError, match=said):
            Header(good[:4] + bytes((other,)) + good[5:])
    counts = struct.pack("<HH", 5000, 0)
    with pytest.raises(ValueError, match="more data than it can hold"):
        Header(good[: HEADER_BYTES - 4] + counts + good[HEADER_BYTES:])


@pytest.mark.parametrize("layout", [2, 3])
def test_a_page_of_an_older_layout_is_as_long_as_it_was(layout: int) -> None:
    page = struct.pack(HEADER, MAGIC, layout, 0, 0, 1, 0, 0, 0, 100, 10)
    assert Header(page).raw_bytes == 100 * RAW_UNIT_BYTES[layout]
    with pytest.raises(ValueError, match=f"raw samples of log layout {layout}"):
        next(raw_samples(page, Header(page)))


def test_closing_twice_changes_nothing_and_a_fuller_page_keeps_what_was_there() -> None:
    page, sample = Page(), Sample()
    page.put_raw(sample, 5)
    page.put(RECORD, len(RECORD))
    page.close(5, 0, 0)
    first = bytes(page.buf)
    page.close(5, 0, 0)
    assert bytes(page.buf) == first
    page.put_raw(sample, 15)
    page.put(RECORD, len(RECORD))
    page.close(5, 0, 0)
    _, rows, data = read_back(page.buf)
    assert [row[0] for row in rows] == [5, 15]
    assert data == RECORD * 2


def test_nothing_of_an_older_run_stays_behind() -> None:
    page, _, _ = filled()
    page.begin(78)
    assert (page.free_bytes, page.record_bytes, page.number, page.run_id) == (ROOM_BYTES, 0, 0, 78)
    page.close(0, 0, 0)
    fresh = Page()
    fresh.begin(78)
    fresh.close(0, 0, 0)
    assert page.buf == fresh.buf


@pytest.mark.parametrize("samples", [0, 1, 40, 500])
def test_a_page_leaves_its_unused_middle_at_home(samples: int) -> None:
    page, sample = Page(), Sample()
    page.put(RECORD, len(RECORD))
    for _ in range(samples):
        page.put_raw(sample, 0)
    page.close(0, 0, 0)
    part = bytearray(page.buf)
    part = part[: pack(memoryview(part))]
    assert len(part) == PAGE_BYTES - page.free_bytes
    assert unpacked(bytes(part)) == page.buf
    assert unpacked(bytes(part[:20])) == part[:20]  # no header: nothing to be told


def test_nothing_of_the_page_before_stays_in_the_next_one() -> None:
    page, _rows, _data = filled()
    page.clear()
    page.put(RECORD, len(RECORD))
    page.put_raw(Sample(), 10)
    page.close(0, 0, 0)
    middle = bytes(page.buf[HEADER_BYTES + len(RECORD) : PAGE_BYTES - 4 - RAW_MOST_BYTES])
    assert middle == bytes(len(middle))
    page.put(RECORD, len(RECORD))  # it grows on, into what is clean
    page.close(0, 0, LAST)
    middle = bytes(page.buf[HEADER_BYTES + 2 * len(RECORD) : PAGE_BYTES - 4 - RAW_MOST_BYTES])
    assert middle == bytes(len(middle))
    assert read_back(page.buf)[2] == 2 * RECORD
