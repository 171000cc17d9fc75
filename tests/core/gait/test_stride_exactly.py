"""`Stride` to the last bit, against the same means in integers that never wrap nor are cut short.

Beside it: the edges of what counts as a step.
"""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import pytest
from leancore.gait.stride import Stride
from leancore.numeric.ticks import PERIOD_MS

STARTS_MS = (5000, PERIOD_MS - 6000)
DT_MS = (16, 16, 17, 18, 20, 20, 21, 22)  # of a turn; longer than 60 ms: a gap
Q14 = 16384


class Told:
    """In the place of `Lean`: notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []

    def cdeg(self, forward: int, up: int) -> int:
        self.asked.append((forward, up))
        return forward - 3 * up


def vector(rng: random.Random) -> list[int]:
    return [rng.randint(-9000, 9000) for _ in range(3)]


def along(axis: list[int], mean: list[int]) -> int:
    return (sum(a * m for a, m in zip(axis, mean, strict=True)) + Q14 // 2) // Q14


class Plain:
    """What a stride should be: sums that never wrap, of all turns since the beginning."""

    def __init__(self, frame: Any) -> None:
        self.frame = frame
        self.times_ms = [0] * 16
        self.sums = [[0, 0, 0] for _ in range(16)]
        self.mark: tuple[int, list[int]] | None = None
        self.before: tuple[int, int, int, int] | None = None
        self.asked: list[tuple[int, int]] = []
        self.step_cdeg = self.stride_lean_cdeg = self.lateral_cdeg = self.whole = 0

    def step(self, up: list[int], t_ms: int, dt_ms: int) -> None:
        if dt_ms > 60:
            self.times_ms[-1] = t_ms
            return
        last = self.sums[-1]
        self.sums.append([s + u * dt_ms for s, u in zip(last, up, strict=True)])
        self.times_ms.append(t_ms + dt_ms // 2)

    def at(self, t_ms: int) -> tuple[int, list[int]]:
        """The sums at a time between two turns; at most 300 ms behind the older one."""
        i = len(self.times_ms) - 2
        while self.times_ms[i] > t_ms and i > len(self.times_ms) - 15:
            i -= 1
        part_ms = min(max(t_ms - self.times_ms[i], 0), 300)
        span_ms = self.times_ms[i + 1] - self.times_ms[i] or 1
        return self.times_ms[i] + part_ms, [
            a + (b - a) * part_ms // span_ms
            for a, b in zip(self.sums[i], self.sums[i + 1], strict=True)
        ]

    def strike(self, t_ms: int) -> None:
        now = self.at(t_ms)
        ms = now[0] - self.mark[0] if self.mark else 0
        if self.mark and 0 < ms <= 2000:
            self._end(ms, [(b - a) // ms for a, b in zip(self.mark[1], now[1], strict=True)])
        else:
            self.before = None
            self.whole = 0
        self.mark = now

    def _end(self, ms: int, mean: list[int]) -> None:
        frame = self.frame
        parts = [along(axis, mean) for axis in (frame.forward, frame.up, frame.right)]
        self.step_cdeg = self.stride_lean_cdeg = parts[0] - 3 * parts[1]
        self.asked.append((parts[0], parts[1]))
        self.whole = 1 if self.before else 0
        if self.before:
            *earlier, earlier_ms = self.before
            both = [
                (p * ms + e * earlier_ms) // (ms + earlier_ms)
                for p, e in zip(parts, earlier, strict=True)
            ]
            self.asked.append((both[0], both[1]))
            self.stride_lean_cdeg = both[0] - 3 * both[1]
            left = -(parts[2] * ms + earlier[2] * earlier_ms) // (ms + earlier_ms)
            self.lateral_cdeg = left * 5730 // Q14
        self.before = (parts[0], parts[1], parts[2], ms)


@pytest.mark.parametrize("start_ms", STARTS_MS)
@pytest.mark.parametrize("seed", range(12))
def test_means_are_those_of_sums_that_never_wrap(seed: int, start_ms: int) -> None:
    rng = random.Random(seed)
    frame: Any = SimpleNamespace(forward=vector(rng), up=vector(rng), right=vector(rng))
    stride, plain, told = Stride(), Plain(frame), Told()
    t_ms, due_ms, up = start_ms, start_ms + 500, vector(rng)
    for _ in range(2000):
        dt_ms = rng.choice(DT_MS) if rng.random() > 0.02 else rng.choice((61, 150))
        t_ms += dt_ms
        up = up if rng.random() < 0.8 else vector(rng)
        ux, uy, uz = up
        stride.step(SimpleNamespace(ux=ux, uy=uy, uz=uz), t_ms % PERIOD_MS, dt_ms)
        plain.step(up, t_ms, dt_ms)
        if t_ms < due_ms:
            continue
        strike_ms = t_ms - rng.choice((-290, 0, 1, 30, 60, 90, 200, 400))
        due_ms = t_ms + rng.choice((1, 150, 330, 400, 1900, 2100))
        stride.strike(strike_ms % PERIOD_MS, told, frame)
        plain.strike(strike_ms)
        assert told.asked == plain.asked
        for name in ("whole", "step_cdeg", "stride_lean_cdeg", "lateral_cdeg"):
            assert getattr(stride, name) == getattr(plain, name), name
    assert len(told.asked) > 25


@pytest.mark.parametrize(
    ("step_ms", "counts"), [(0, False), (1, True), (2, True), (2000, True), (2001, False)]
)
def test_a_step_has_one_millisecond_at_least_and_two_seconds_at_most(
    step_ms: int, counts: bool
) -> None:
    frame: Any = SimpleNamespace(forward=[0, 0, Q14], up=[0, Q14, 0], right=[Q14, 0, 0])
    stride, told = Stride(), Told()
    vertical = SimpleNamespace(ux=0, uy=Q14, uz=0)
    for t_ms in range(0, 1000, 20):
        stride.step(vertical, t_ms, 20)  # the last one stands for the time about 990
    stride.strike(990, told, frame)
    left_ms, t_ms = step_ms, 980
    while left_ms:
        dt_ms = min(left_ms, 20)
        t_ms += 10 - dt_ms // 2 + dt_ms if dt_ms < 20 else 20
        stride.step(vertical, t_ms, dt_ms)
        left_ms -= dt_ms
    stride.strike(990 + step_ms, told, frame)
    assert bool(told.asked) is counts
    if counts:
        assert told.asked == [(0, Q14)]


def test_a_reset_forgets_what_was_told() -> None:
    frame: Any = SimpleNamespace(forward=[0, 0, Q14], up=[0, Q14, 0], right=[Q14, 0, 0])
    stride, told = Stride(), Told()
    for t_ms in range(0, 1200, 20):
        stride.step(SimpleNamespace(ux=5000, uy=Q14, uz=3000), t_ms, 20)
        if t_ms and t_ms % 300 == 0:
            stride.seen = 8
            stride.strike(t_ms, told, frame)
    stride.seen = 8
    names = ("step_cdeg", "stride_lean_cdeg", "lateral_cdeg", "whole", "flags", "seen")
    assert all(getattr(stride, name) for name in names)
    stride.reset()
    assert [getattr(stride, name) for name in names] == [0] * len(names)
    stride.strike(1250, told, frame)
    assert stride.flags == 0


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize(("part", "rounded"), [(8191, 0), (8192, 1), (-8192, 0), (-8193, -1)])
def test_a_part_along_an_axis_is_rounded(axis: int, part: int, rounded: int) -> None:
    """Half of a Q14 unit rounds up, for each axis alike."""
    axes = [[0, 0, 0] for _ in range(3)]
    axes[axis] = [0, 1, 0]
    frame: Any = SimpleNamespace(forward=axes[0], up=axes[1], right=axes[2])
    stride, told = Stride(), Told()
    for t_ms in range(0, 1000, 20):
        stride.step(SimpleNamespace(ux=0, uy=part, uz=0), t_ms, 20)
        if t_ms in (500, 700):
            stride.strike(t_ms + 10, told, frame)
    *_, right, _ms = stride._before
    assert (*told.asked[0], right) == tuple(rounded if i == axis else 0 for i in range(3))


@pytest.mark.parametrize(("dt_ms", "mean"), [(60, 60 * 300 // 80), (61, 20 * 100 // 81)])
def test_a_turn_of_more_than_60_ms_is_a_gap(dt_ms: int, mean: int) -> None:
    frame: Any = SimpleNamespace(forward=[0, 0, 0], up=[0, Q14, 0], right=[0, 0, 0])
    stride, told = Stride(), Told()
    for t_ms in range(0, 1000, 20):
        stride.step(SimpleNamespace(ux=0, uy=100, uz=0), t_ms, 20)
    stride.strike(990, told, frame)
    stride.step(SimpleNamespace(ux=0, uy=300, uz=0), 980 + dt_ms, dt_ms)
    after_ms = 980 + dt_ms + 20
    stride.step(SimpleNamespace(ux=0, uy=100, uz=0), after_ms, 20)
    stride.strike(after_ms + 10, told, frame)
    assert told.asked[0][1] == mean
