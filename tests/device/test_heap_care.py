"""The heap is collected outside of runs, once a second, and not in them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from leandevice.heap_care import HeapCare
from leandevice.power import small_heap


@pytest.mark.parametrize("begin_ms", [0, (1 << 29) - 500])
def test_once_a_second_and_not_in_a_run(monkeypatch: pytest.MonkeyPatch, begin_ms: int) -> None:
    monkeypatch.setattr(small_heap, "_IS_SMALL", True)  # as on a chip
    done: list[int] = []
    recorder = SimpleNamespace(open=0)
    care = HeapCare(recorder, begin_ms)
    now_ms = begin_ms

    def collect() -> None:
        done.append(now_ms)

    monkeypatch.setattr(small_heap.gc, "collect", collect)
    for _ in range(50):
        now_ms = (now_ms + 100) & ((1 << 29) - 1)
        care.step(now_ms)
    assert len(done) == 5
    recorder.open = 1
    for _ in range(50):
        now_ms = (now_ms + 100) & ((1 << 29) - 1)
        care.step(now_ms)
    assert len(done) == 5


def test_a_desktop_s_heap_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[bool] = []
    monkeypatch.setattr(small_heap.gc, "collect", lambda: done.append(True))
    small_heap.collect()
    assert done == []
