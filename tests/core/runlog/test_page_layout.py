"""What lies where in a page, and of two pages of one number the newer one."""

from __future__ import annotations

import pytest
from leancore.coaching import prescription
from leancore.pipeline import Pipeline
from leancore.runlog import state_snapshot
from leancore.runlog.log_reading import header_of, raw_of
from leancore.runlog.page_layout import fullness
from leancore.runlog.pages import FIRST, HEADER_BYTES, LAST, PAGE_BYTES, RAW_BYTES, Header, Page
from leancore.schema import settings
from leancore.sensor.sample import Sample


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
        ((2, 0), (1, RAW_BYTES + 1)),
        ((1, 10, FIRST), (1, 10, FIRST | LAST)),
        ((1, 10, LAST), (1, 11)),
    ],
)
def test_the_fuller_page_is_the_newer_one(older: tuple[int, ...], newer: tuple[int, ...]) -> None:
    assert fullness(Header(page(*older))) < fullness(Header(page(*newer)))


def test_the_same_held_is_as_full() -> None:
    assert fullness(Header(page(1, 10))) == fullness(Header(page(1, 10, FIRST)))
    assert fullness(Header(page(2, 0))) == fullness(Header(page(1, RAW_BYTES)))


def test_the_header_of_a_whole_page_alone_is_read() -> None:
    whole = page(3, 5, LAST)
    header = header_of(whole)
    assert header is not None and (header.raw_rows, header.record_bytes) == (4, 5)
    assert header_of(whole[:-1]) is None
    assert header_of(whole[:100] + b"\xff" + whole[101:]) is None
    assert header_of(b"\xff" * PAGE_BYTES) is None


def test_raw_samples_come_in_order_of_time() -> None:
    whole = page(3, 5)
    raw = raw_of(whole, Header(whole))
    assert len(raw) == 4 * RAW_BYTES  # the first row tells the time of the second
    assert [raw[at * RAW_BYTES] for at in range(1, 4)] == [0, 10, 10]
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
