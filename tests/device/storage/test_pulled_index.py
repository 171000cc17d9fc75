"""Which runs the desk has, in a room that is taken once."""

from __future__ import annotations

from leandevice.storage.pulled_index import PulledIndex


def test_its_room_stays_whatever_comes_and_goes() -> None:
    """A list that grew with the marks would part the heap's large free piece."""
    marks = PulledIndex()
    room = marks._pulled
    for run_id in range(1, len(room) + 11):
        assert marks.add(run_id)
    assert not marks.has(10) and marks.has(11) and marks.has(len(room) + 10)
    marks.keep_if(lambda run_id: run_id % 2 == 0)
    assert [marks.has(run_id) for run_id in (11, 12, 13, 14)] == [False, True, False, True]
    marks.clear()
    assert marks._pulled is room and not marks.has(12) and not marks.has(0)
