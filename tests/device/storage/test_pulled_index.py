"""The pulled index: which runs the desk has, in memory allocated once."""

from __future__ import annotations

from leandevice.storage.pulled_index import PulledIndex


def test_its_room_stays_whatever_comes_and_goes() -> None:
    """A list that grew with the marks would part the heap's large free piece."""
    pulled = PulledIndex()
    room = pulled._pulled
    for run_id in range(1, len(room) + 11):
        assert pulled.add(run_id)
    assert not pulled.has(10) and pulled.has(11) and pulled.has(len(room) + 10)
    pulled.keep_if(lambda run_id: run_id % 2 == 0)
    assert [pulled.has(run_id) for run_id in (11, 12, 13, 14)] == [False, True, False, True]
    pulled.clear()
    assert pulled._pulled is room and not pulled.has(12) and not pulled.has(0)
