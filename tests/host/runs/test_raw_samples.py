"""Raw samples, decoded at once: those that the core's reader gives one by one."""

from __future__ import annotations

import random
import struct

import numpy as np
import pytest
from host_runs import logged, runner
from leancore.runlog import pages, raw_reading
from leancore.runlog import raw_rows as rows
from leancore.sensor.sample import HAS_Q, Sample
from leancue.basis.errors import LogError
from leancue.runs import raw_samples, runlog
from leancue.runs.verify import verify
from logs_by_hand import with_crc, with_header

FIELDS = ("qw", "qx", "qy", "qz", "ax", "ay", "az", "gx", "gy", "gz")


@pytest.fixture(scope="module")
def written() -> list[bytes]:
    return logged(runner(run_s=20, drop_deg=9))


def raw_of(written: list[bytes]) -> raw_samples.Raw:
    (run,) = runlog.runs_of(b"".join(written))
    return run.raw


def one_by_one(page: bytes) -> list[tuple[int, ...]]:
    return [
        (since_ms, sample.flags, *(getattr(sample, name) for name in FIELDS))
        for since_ms, sample in raw_reading.raw_samples(page, pages.Header(page))
    ]


def at_once(raw: raw_samples.Raw) -> list[tuple[int, ...]]:
    columns = np.column_stack([raw.since_ms, raw.flags, raw.q, raw.a, raw.g])
    return [tuple(row) for row in columns.tolist()]


def in_old_layout(page: bytes, layout: int) -> bytes:
    """The page as clips wrote it before: rows of one length, backwards from the end."""
    samples, header = one_by_one(page), pages.Header(page)
    packed = _ROWS_OF[layout](samples)
    made = bytearray(page)
    begin = pages.HEADER_BYTES + header.record_bytes
    made[begin : pages.CRC_AT] = b"".join(reversed(packed)).rjust(pages.CRC_AT - begin, b"\0")
    made[4] = layout
    return with_header(bytes(made), raw_units=len(packed))


def rows_of_layout_2(samples: list[tuple[int, ...]]) -> list[bytes]:
    """Low bits of the time, flags, orientation, forces, rates."""
    return [struct.pack("<HB10h", since_ms & 0xFFFF, *rest) for since_ms, *rest in samples]


def rows_of_layout_3(samples: list[tuple[int, ...]]) -> list[bytes]:
    """Time since the sample before, flags, forces, rates; orientation and full time before it."""
    made, before_ms = [], -1
    for since_ms, flags, *values in samples:
        after_ms = since_ms - before_ms
        if flags & HAS_Q or after_ms > 255 or not made:
            made.append(struct.pack("<BB4hI", 0, 0x80, *values[:4], since_ms))
            after_ms = 0
        made.append(struct.pack("<BB6h", after_ms, flags, *values[4:]))
        before_ms = since_ms
    return made


_ROWS_OF = {2: rows_of_layout_2, 3: rows_of_layout_3}


def short_pages() -> list[bytes]:
    """Pages of a run with few samples each, so that they fit into the old layout as well."""
    page, sample, made = pages.Page(), Sample(), []
    page.begin(3)
    since_ms = 0
    for number in range(4):
        first_ms = since_ms
        for index in range(100):
            since_ms += 8 if index % 30 else 400
            sample.flags = 6 | (HAS_Q if index % 5 == 2 else 0)
            sample.qw, sample.ax, sample.gz = since_ms, index, -index
            page.put_raw(sample, since_ms)
        page.close(first_ms, 0, pages.LAST if number == 3 else 0)
        made.append(bytes(page.buf))
        page.number += 1
        page.clear()
    return made


def test_samples_at_once_are_those_of_the_core_s_reader(written: list[bytes]) -> None:
    expected = [row for page in written for row in one_by_one(page)]
    assert len(expected) > 1500
    assert at_once(raw_of(written)) == expected


def test_the_samples_of_each_page_are_counted(written: list[bytes]) -> None:
    for page in written:
        counted = raw_samples.count(memoryview(page), pages.Header(page))
        assert counted == len(one_by_one(page))


def test_times_are_right_over_minutes_and_over_pages_without_samples() -> None:
    page, sample = pages.Page(), Sample()
    page.begin(1)
    written, expected, since_ms = [], [], 5
    for number in range(40):
        for _ in range(0 if number == 3 else 5):
            since_ms += 4001
            page.put_raw(sample, since_ms)
            expected.append(since_ms)
        page.close(0, 0, 0)
        written.append(bytes(page.buf))
        page.number += 1
        page.clear()
    assert since_ms > 10 * 65536
    assert raw_of(written).since_ms.tolist() == expected


@pytest.mark.parametrize("layout", [2, 3])
def test_an_older_layout_holds_the_same_samples(layout: int) -> None:
    new = short_pages()
    old = [in_old_layout(page, layout) for page in new]
    expected = at_once(raw_of(new))
    assert at_once(raw_of(old)) == expected
    assert at_once(raw_of([*old[:2], *new[2:]])) == expected  # an update in between
    assert [raw_samples.count(memoryview(one), pages.Header(one)) for one in old] == [100] * 4


def with_first_time(page: bytes, since_ms: int) -> bytes:
    """The page, whose first sample has another time; in layout 3 that ends the row."""
    changed = bytearray(page)
    at = pages.CRC_AT - (4 if page[4] == 3 else rows.TIME_BYTES)
    struct.pack_into("<I", changed, at, since_ms)
    return with_crc(changed)


@pytest.mark.parametrize("since_ms", [runlog.RUN_MS_MOST + 1, 0xFFFFFFFF])
def test_a_time_that_no_run_has_is_refused(since_ms: int) -> None:
    page = short_pages()[0]
    for one in (page, in_old_layout(page, 3)):
        with pytest.raises(LogError, match="h after its run began"):
            raw_of([with_first_time(one, since_ms)])


def test_rows_that_begin_without_a_time_are_refused() -> None:
    page = bytearray(in_old_layout(short_pages()[0], 3))
    page[pages.CRC_AT - pages.RAW_UNIT_BYTES[3] + 1] &= ~0x80
    with pytest.raises(LogError, match="a raw sample without a time"):
        raw_of([with_crc(page)])


@pytest.mark.parametrize("row", [0, 1])
def test_a_page_without_its_first_time_or_orientation_is_refused(row: int) -> None:
    page, header = short_pages()[0], pages.Header(short_pages()[0])
    end = raw_reading.row_ends(page, header)[row]
    begin = end - raw_reading.ROW_BYTES[page[end - 1]]
    without = page[: pages.HEADER_BYTES] + bytes(end - begin) + page[pages.HEADER_BYTES : begin]
    made = with_header(without + page[end:], raw_units=header.raw_bytes - (end - begin))
    with pytest.raises(LogError, match="without a time or an orientation"):
        raw_of([made])


def test_a_row_that_goes_past_the_samples_is_refused() -> None:
    page = bytearray(short_pages()[0])
    begin = pages.CRC_AT - pages.Header(page).raw_bytes
    page[begin + rows.NARROW_BYTES - 1] = rows.ALL
    with pytest.raises(LogError, match="holds a raw sample that is cut short"):
        raw_of([with_crc(page)])


def test_a_run_is_proved_from_them(written: list[bytes]) -> None:
    (run,) = runlog.runs_of(b"".join(written))
    assert verify(run).proved


def test_the_last_time_and_whether_there_are_samples_need_one_page(
    written: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = runlog.runs_of(b"".join(written))[0]
    decoded, asked = raw_samples.decoded, []
    monkeypatch.setattr(raw_samples, "decoded", lambda pages: decoded(asked.append(1) or pages))
    assert run.has_raw and asked == []
    last_s = run.logged_s
    assert len(asked) == 1 and "raw" not in vars(run)
    assert last_s == run.raw.since_ms[-1] / 1000 > 15


def test_a_run_without_samples_has_no_last_time(written: list[bytes]) -> None:
    assert raw_samples.last_ms([]) == 0
    bare = [with_header(page, raw_units=0) for page in written]
    run = runlog.runs_of(b"".join(bare))[0]
    assert not run.has_raw and len(run.raw) == 0
    assert run.logged_s == run.pages[-1].header.since_ms / 1000


def random_page(chance: random.Random) -> bytes:
    """A page that no clip writes: rows of all kinds in any order, with any contents."""
    time = struct.pack(rows.TIME_FORM, chance.randrange(1 << 27), chance.randrange(256), 6, 6)
    made = [time, bytes(8) + bytes((rows.ORIENTATION + chance.randrange(2),))]
    for _ in range(chance.randrange(60)):
        kind = chance.choice((*range(rows.TIME), *range(rows.NARROW, 256, 9)))
        made.append(chance.randbytes(raw_reading.ROW_BYTES[kind] - 1) + bytes((kind,)))
        made += [time] * chance.randrange(2)
    raw = b"".join(reversed(made))
    page = pages.Page()
    page.close(0, 0, 0)
    page.buf[pages.CRC_AT - len(raw) : pages.CRC_AT] = raw
    return with_header(bytes(page.buf), raw_units=len(raw))


@pytest.mark.parametrize("seed", range(30))
def test_rows_in_any_order_are_read_alike(seed: int) -> None:
    chance = random.Random(seed)
    made = [random_page(chance) for _ in range(3)]
    parts = [(memoryview(page), pages.Header(page)) for page in made]
    for part in parts:
        raw_samples.check(*part, 1 << 28)
    expected = [row for page in made for row in one_by_one(page)]
    assert at_once(raw_samples.decoded(parts)) == expected
    assert sum(raw_samples.count(*part) for part in parts) == len(expected)
