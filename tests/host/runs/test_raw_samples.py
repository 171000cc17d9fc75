"""Raw samples, decoded at once: those that the core's reader gives one by one."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from host_runs import logged, runner
from leancore.runlog import log_reading, pages
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
        for since_ms, sample in log_reading.raw_samples(page, pages.Header(page))
    ]


def at_once(raw: raw_samples.Raw) -> list[tuple[int, ...]]:
    columns = np.column_stack([raw.since_ms, raw.flags, raw.q, raw.a, raw.g])
    return [tuple(row) for row in columns.tolist()]


def in_old_layout(page: bytes) -> bytes:
    """The page as clips wrote it before: an orientation in each sample."""
    samples, header = one_by_one(page), pages.Header(page)
    most = (pages.ROOM_BYTES - header.record_bytes) // pages.OLD_RAW_BYTES
    assert len(samples) <= most
    made = bytearray(page)
    made[pages.HEADER_BYTES + header.record_bytes : pages.CRC_AT] = bytes(
        pages.CRC_AT - pages.HEADER_BYTES - header.record_bytes
    )
    for number, (since_ms, flags, *values) in enumerate(samples, 1):
        at = pages.CRC_AT - number * pages.OLD_RAW_BYTES
        struct.pack_into("<HB10h", made, at, since_ms & 0xFFFF, flags, *values)
    made[4] = pages.OLD_LAYOUT_VERSION
    return with_header(bytes(made), raw_rows=len(samples))


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


def test_the_older_layout_holds_the_same_samples() -> None:
    new = short_pages()
    old = [in_old_layout(page) for page in new]
    expected = at_once(raw_of(new))
    assert at_once(raw_of(old)) == expected
    assert at_once(raw_of([*old[:2], *new[2:]])) == expected  # an update in between
    assert [raw_samples.count(memoryview(one), pages.Header(one)) for one in old] == [100] * 4


@pytest.mark.parametrize("since_ms", [runlog.RUN_MS_MOST + 1, 0xFFFFFFFF])
def test_a_time_that_no_run_has_is_refused(since_ms: int) -> None:
    page = bytearray(short_pages()[0])
    struct.pack_into("<I", page, pages.CRC_AT - 4, since_ms)
    with pytest.raises(LogError, match="h after its run began"):
        raw_of([with_crc(page)])


def test_rows_that_begin_without_a_time_are_refused() -> None:
    page = bytearray(short_pages()[0])
    page[pages.CRC_AT - pages.RAW_BYTES + 1] &= ~pages.TIMED
    with pytest.raises(LogError, match="a raw sample without a time"):
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
    bare = [with_header(page, raw_rows=0) for page in written]
    run = runlog.runs_of(b"".join(bare))[0]
    assert not run.has_raw and len(run.raw) == 0
    assert run.logged_s == run.pages[-1].header.since_ms / 1000
