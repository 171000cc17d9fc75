"""What lies where in a page, and of two pages of one number the newer one."""

from __future__ import annotations

import pytest
from leancore.coaching import prescription
from leancore.pipeline import Pipeline
from leancore.runlog import state_snapshot
from leancore.runlog.log_reading import header_of
from leancore.runlog.page_layout import fullness
from leancore.runlog.pages import FIRST, HEADER_BYTES, LAST, PAGE_BYTES, Header, Page
from leancore.runlog.raw_reading import raw_of
from leancore.schema import settings
from leancore.sensor.sample import Sample

FIRST_BYTES = 7 + 9 + 7  # of the first sample: time, orientation, no force at all
SECOND_BYTES = 7 + 7  # of the second sample of a page: its interval is new


def page(raw: int, record_bytes: int, flags: int = 0) -> bytes:
    made, sample = Page(), Sample()
    for number in range(raw):
        sample.qw = number
        made.put_raw(sample, 10 * number)
    made.put(bytes(record_bytes), record_bytes)
    made.close(0, 0, flags)
    return bytes(made.buf)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ((1, 0), (2, 0)),
        ((1, 10), (1, 11)),
        ((0, 11), (1, 0)),
        ((2, 0), (1, SECOND_BYTES + 1)),
        ((1, 10, FIRST), (1, 10, FIRST | LAST)),
        ((1, 10, LAST), (1, 11)),
    ],
)
def test_the_fuller_page_is_the_newer_one(older: tuple[int, ...], newer: tuple[int, ...]) -> None:
    assert fullness(Header(page(*older))) < fullness(Header(page(*newer)))


def test_the_same_held_is_as_full() -> None:
    assert fullness(Header(page(1, 10))) == fullness(Header(page(1, 10, FIRST)))
    assert fullness(Header(page(2, 0))) == fullness(Header(page(1, SECOND_BYTES)))


def test_the_header_of_a_whole_page_alone_is_read() -> None:
    whole = page(2, 5, LAST)
    header = header_of(whole)
    assert header is not None
    assert (header.raw_bytes, header.record_bytes) == (FIRST_BYTES + SECOND_BYTES, 5)
    assert header_of(whole[:-1]) is None
    assert header_of(whole[:100] + b"\xff" + whole[101:]) is None
    assert header_of(b"\xff" * PAGE_BYTES) is None


def test_a_page_that_grew_ends_with_the_raw_samples_of_the_one_before() -> None:
    less, more = page(2, 5), page(3, 9)
    assert raw_of(more, Header(more)).endswith(raw_of(less, Header(less)))
    assert len(raw_of(more, Header(more))) > len(raw_of(less, Header(less))) > 0
    assert raw_of(page(0, 5), Header(page(0, 5))) == b""


@pytest.mark.parametrize("length", [31, 32, 33, 300])
def test_a_long_record_is_put_in_as_a_short_one(length: int) -> None:
    record = bytes(1 + i % 250 for i in range(length))
    made = Page()
    made.put(b"\x09", 1)
    made.put(record + b"\xee" * 4, length)
    made.close(0, 0, 0)
    assert bytes(made.buf[HEADER_BYTES : HEADER_BYTES + length + 2]) == b"\x09" + record + b"\0"


def test_a_page_is_filled_in_the_memory_that_was_given() -> None:
    buf = bytearray(PAGE_BYTES)
    assert Page(buf).buf is buf
    assert Page().run_id == 0


def test_the_size_of_a_state_is_known_before_it_is_made() -> None:
    made = Pipeline(settings.checked({}), prescription.checked({}))
    assert state_snapshot.size(made) == len(state_snapshot.pack(made, 0, 0))
