"""Two bytes read as one number: the same however it is done."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from leancore.numeric.int16_view import Int16View
from leancore.sensor.cargo import int16s_of


@given(st.binary(min_size=2, max_size=40).filter(lambda data: len(data) % 2 == 0))
def test_both_ways_give_what_the_bytes_say(data: bytes) -> None:
    buf = bytearray(data)
    fast, slow = int16s_of(buf), Int16View(buf)
    assert not isinstance(fast, Int16View)
    for i in range(len(data) // 2):
        number = int.from_bytes(data[2 * i : 2 * i + 2], "little", signed=True)
        assert fast[i] == slow[i] == number


def test_they_show_the_buffer_as_it_is_now() -> None:
    buf = bytearray(4)
    fast, slow = int16s_of(buf), Int16View(buf)
    buf[2:] = b"\xfe\xff"
    assert fast[1] == slow[1] == -2
