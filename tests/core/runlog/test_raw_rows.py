"""Raw samples in a page: each is read as it was written, in the smallest row that holds it."""

from __future__ import annotations

import random

import pytest
from leancore.runlog import raw_rows as rows
from leancore.runlog.pages import CRC_AT, Header, Page
from leancore.runlog.raw_reading import raw_samples, row_ends
from leancore.sensor.sample import CLIPPED, GAP, HAS_A, HAS_G, HAS_Q, SHAKEN, Sample

Q = ("qw", "qx", "qy", "qz")
VALUES = ("ax", "ay", "az", "gx", "gy", "gz")
USUAL = HAS_A | HAS_G
KINDS = {rows.FORCES: "forces", rows.ALL: "all", rows.ORIENTATION: "orientation", rows.TIME: "time"}
Row = tuple[int, ...]


def as_row(since_ms: int, sample: Sample) -> Row:
    return (since_ms, sample.flags, *(getattr(sample, name) for name in Q + VALUES))


def put(page: Page, since_ms: int, flags: int = USUAL, **values: int) -> Row:
    sample = Sample()
    sample.flags = flags
    for name, value in values.items():
        setattr(sample, name, value)
    page.put_raw(sample, since_ms)
    return as_row(since_ms, sample)


def read(page: Page) -> list[Row]:
    page.close(0, 0, 0)
    return [as_row(*one) for one in raw_samples(page.buf, Header(page.buf))]


def kinds(page: Page) -> list[str]:
    page.close(0, 0, 0)
    found = (page.buf[end - 1] for end in row_ends(page.buf, Header(page.buf)))
    return ["narrow" if kind >= rows.NARROW else KINDS[kind & ~1] for kind in found]


@pytest.mark.parametrize("most", [2, 20, 200, 2000, 32767])
@pytest.mark.parametrize("first_ms", [0, 65_530, 1 << 28])
def test_what_was_written_is_read(most: int, first_ms: int) -> None:
    chance = random.Random(most)
    page, sample, since_ms, written = Page(), Sample(), first_ms, []
    while page.free_bytes >= rows.RAW_MOST_BYTES:
        since_ms += chance.choice((8,) * 9 + (9, 9, 7, 0, 16, 200, 256, 300, 90_000))
        sample.flags = USUAL | chance.choice((0,) * 20 + (GAP, SHAKEN, CLIPPED))
        if chance.random() < 0.2:
            sample.flags |= HAS_Q
            for name in Q:
                setattr(sample, name, chance.randint(-16384, 16384))
        for name in VALUES:
            value = getattr(sample, name) + chance.randint(-most, most)
            setattr(sample, name, max(-32768, min(32767, value)))
        page.put_raw(sample, since_ms)
        written.append(as_row(since_ms, sample))
    assert read(page) == written
    assert len(written) > 120


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({}, "narrow"),
        ({"ax": 511, "ay": -512, "az": 1}, "narrow"),
        ({"ax": 512}, "forces"),
        ({"az": -513}, "forces"),
        ({"gx": 127, "gy": -128, "gz": 127}, "narrow"),
        ({"gz": -120}, "narrow"),
        ({"gz": -121}, "forces"),  # its byte in a short row would be the kind of another
        ({"gx": 128}, "all"),
        ({"gy": -129}, "all"),
        ({"ax": 32767, "ay": -32768, "gx": -32768, "gz": 32767}, "all"),
    ],
)
@pytest.mark.parametrize("after_ms", [7, 8])
def test_a_sample_takes_the_smallest_row_that_holds_it(
    values: dict[str, int], kind: str, after_ms: int
) -> None:
    page = Page()
    put(page, 0)
    expected = [put(page, 7), put(page, 14), put(page, 14 + after_ms, **values)]
    assert read(page)[1:] == expected
    assert kinds(page)[-1] == kind


def test_a_steady_change_costs_no_more_than_none() -> None:
    page = Page()
    expected = [put(page, 8 * i, ax=300 * i, gy=-100 * i) for i in range(100)]
    assert read(page) == expected
    assert kinds(page)[-98:] == ["narrow"] * 98


def test_values_that_jump_from_end_to_end_are_kept() -> None:
    page = Page()
    ends = [-32768, 32767] * 20
    expected = [put(page, i, ax=value, gz=-1 - value) for i, value in enumerate(ends)]
    assert read(page) == expected


def test_an_interval_between_two_ms_needs_no_time_of_its_own() -> None:
    page = Page()
    expected = [put(page, i * 47 // 6) for i in range(100)]  # 7 or 8 ms
    assert read(page) == expected
    assert kinds(page).count("time") <= 3


@pytest.mark.parametrize("at_ms", [[500, 508, 20, 28], [0, 8, 16, 24, 90_024, 90_032], [5, 5, 5]])
def test_times_that_go_back_jump_or_stand_still_are_kept(at_ms: list[int]) -> None:
    page = Page()
    expected = [put(page, since_ms) for since_ms in at_ms]
    assert read(page) == expected


def test_the_time_is_written_again_only_where_it_is_not_as_expected() -> None:
    page = Page()
    for i in range(40):
        put(page, 8 * i + (8 if i > 20 else 0))  # one sample is missing
    assert kinds(page).count("time") <= 4


def test_an_orientation_is_written_where_there_is_one_and_at_the_begin() -> None:
    page = Page()
    first = put(page, 0, qw=1, qx=2, qy=3, qz=4)
    second = put(page, 8, USUAL | HAS_Q, qw=5, qx=6, qy=-7, qz=8)
    third = put(page, 16)
    assert read(page) == [first, second, (*third[:2], 5, 6, -7, 8, *third[6:])]
    assert kinds(page).count("orientation") == 2


def test_a_page_is_read_without_the_one_before() -> None:
    page = Page()
    for i in range(50):
        put(page, 8 * i, USUAL | HAS_Q, ax=100 * i, qw=i)
    page.clear()
    expected = [put(page, 400 + 8 * i, qw=7, ay=50 * i) for i in range(50)]
    assert read(page) == expected


def test_rows_that_do_not_end_where_they_should_are_refused() -> None:
    page = Page()
    for i in range(20):
        put(page, 8 * i)
    page.close(0, 0, 0)
    for kind in (rows.ALL, rows.NARROW - 1):  # a longer row than there is room for; an unknown one
        damaged = bytearray(page.buf)
        damaged[page.rows_at + rows.NARROW_BYTES - 1] = kind
        with pytest.raises(ValueError, match="cut short"):
            row_ends(damaged, Header(damaged))
    assert page.rows_at < CRC_AT
