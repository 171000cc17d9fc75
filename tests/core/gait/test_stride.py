"""Means over one step and over two, against floating-point means between the same marks."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from core_motion import running_up
from leancore.gait.steps import Steps
from leancore.gait.stride import Stride
from leancore.numeric.ticks import PERIOD_MS
from leancore.posture.lean import Lean
from leancore.posture.wear_frame import WearFrame
from leancore.sensor.sample import CLIPPED, GAP, LOST, SHAKEN


@dataclass
class Vertical:
    """As the board feels it that leans forward: nominal mount, x to the right, y up, z back."""

    lean_deg: float

    def __post_init__(self) -> None:
        angle = math.radians(self.lean_deg)
        self.ux = 0
        self.uy = round(16384 * math.cos(angle))
        self.uz = round(16384 * math.sin(angle))


def strike(stride: Stride, strike_ms: int) -> None:
    stride.strike(strike_ms, Lean(), WearFrame())


def closed_strides(lean_deg, seconds: float = 20, dt_ms: int = 20, cadence_spm: float = 183):
    """(end_ms, step_cdeg, stride_lean_cdeg, whole) of every strike; ``lean_deg``: function of s.

    The force comes twice as often as the vertical, as on the clip.
    """
    steps, stride = Steps(), Stride()
    found = []
    for t_ms in range(0, round(seconds * 1000), dt_ms // 2):
        up_q8 = round(256 * running_up(t_ms / 1000 * cadence_spm / 60))
        struck = steps.step(up_q8, t_ms, dt_ms // 2)
        if t_ms % dt_ms == 0:
            stride.step(Vertical(lean_deg(t_ms / 1000)), t_ms, dt_ms)
        if struck:
            strike(stride, steps.strike_ms)
            found.append((steps.strike_ms, stride.step_cdeg, stride.stride_lean_cdeg, stride.whole))
    return found


def float_mean_cdeg(lean_deg, begin_ms: int, end_ms: int) -> float:
    t_s = np.linspace(begin_ms, end_ms, 2001) / 1000
    values = np.array([lean_deg(t) for t in t_s])
    return float(100 * (values[:-1] + values[1:]).mean() / 2)


def swinging(t: float) -> float:
    """Two swings a stride, one of them from side to side, and a drift."""
    w = 2 * math.pi * 183 / 60
    return 8 + 0.2 * t + 4 * math.sin(w * t) + 3 * math.sin(w * t / 2 + 1)


@pytest.mark.parametrize("dt_ms", [16, 20, 24])
def test_stride_mean_is_the_mean_between_the_strikes(dt_ms: int) -> None:
    found = closed_strides(swinging, dt_ms=dt_ms)
    assert len(found) > 50
    for (begin_ms, *_), (middle_ms, *_), (end_ms, step_cdeg, stride_lean_cdeg, whole) in zip(
        found[1:], found[2:], found[3:], strict=False
    ):
        assert whole
        assert abs(stride_lean_cdeg - float_mean_cdeg(swinging, begin_ms, end_ms)) <= 8
        assert abs(step_cdeg - float_mean_cdeg(swinging, middle_ms, end_ms)) <= 16


def test_the_swing_cancels_over_a_stride() -> None:
    found = closed_strides(lambda t: swinging(t) - 0.2 * t)
    assert all(
        abs(stride_lean_cdeg - 800) <= 12 for *_, stride_lean_cdeg, whole in found[4:] if whole
    )
    assert max(abs(step_cdeg - 800) for _, step_cdeg, *_ in found[4:]) > 50  # steps differ


@pytest.mark.parametrize("lean_deg", [0.0, 9.0, -12.0, 120.0])
def test_a_lean_that_is_held_is_its_own_mean(lean_deg: float) -> None:
    """From the first whole stride on: nothing else may be in the sum."""
    found = closed_strides(lambda _t: lean_deg)
    for _, step_cdeg, stride_lean_cdeg, whole in found[1:]:
        assert abs(step_cdeg - 100 * lean_deg) <= 2
        assert not whole or abs(stride_lean_cdeg - 100 * lean_deg) <= 2
    assert sum(whole for *_, whole in found) > 50


def held(stride: Stride, lean_deg: float, begin_ms: int, end_ms: int) -> None:
    """The vertical stays as it is."""
    for t_ms in range(begin_ms, end_ms, 20):
        stride.step(Vertical(lean_deg), t_ms % PERIOD_MS, 20)


@pytest.mark.parametrize("start_ms", [0, PERIOD_MS - 1500])
def test_a_reset_forgets_what_was_before(start_ms: int) -> None:
    stride = Stride()
    for lean_deg, first_ms in ((30, 0), (10, 1400)):
        stride.reset()
        for number in range(4):
            at_ms = start_ms + first_ms + 330 * number
            held(stride, lean_deg, at_ms, at_ms + 330)
            strike(stride, (at_ms + 300) % PERIOD_MS)
            assert stride.whole == (1 if number >= 2 else 0)
            if number:
                assert abs(stride.step_cdeg - 100 * lean_deg) <= 2


def test_a_strike_is_known_late() -> None:
    """What came after the strike belongs to the next step."""
    stride = Stride()
    held(stride, 5, 0, 320)
    strike(stride, 310)
    held(stride, 5, 320, 620)
    held(stride, 9, 620, 700)
    strike(stride, 610)
    held(stride, 9, 700, 980)
    strike(stride, 910)
    assert stride.step_cdeg == pytest.approx(900, abs=3)
    assert stride.stride_lean_cdeg == pytest.approx(700, abs=3)
    assert stride.whole


@pytest.mark.parametrize("late_ms", [400, 1200])
def test_a_strike_known_too_late_ends_where_the_memory_does(late_ms: int) -> None:
    stride = Stride()
    held(stride, 5, 0, 1500)
    strike(stride, 1490 - late_ms)
    held(stride, 5, 1500, 1900)
    strike(stride, 1850)
    assert stride.step_cdeg == pytest.approx(500, abs=3)


@pytest.mark.parametrize("flag", [GAP, SHAKEN, CLIPPED])
def test_flags_hold_for_two_steps(flag: int) -> None:
    stride = Stride()
    seen = []
    for step in range(6):
        stride.seen |= flag if step == 2 else 0
        held(stride, 8, 330 * step, 330 * step + 330)
        strike(stride, 330 * step + 300)
        seen.append(stride.flags)
    assert seen == [0, 0, flag, flag, 0, 0]


def test_no_stride_holds_a_step_without_a_vertical() -> None:
    stride = Stride()
    whole = []
    for step in range(7):
        stride.seen |= LOST if step == 3 else 0
        held(stride, 8, 330 * step, 330 * step + 330)
        strike(stride, 330 * step + 300)
        whole.append(stride.whole)
    assert whole == [0, 0, 1, 0, 0, 1, 1]


def test_first_steps_are_no_whole_stride() -> None:
    found = closed_strides(lambda _t: 5.0, seconds=3)
    assert [whole for *_, whole in found[:2]] == [0, 0]
    assert all(whole for *_, whole in found[3:])


def test_long_without_a_strike_begins_anew() -> None:
    stride = Stride()
    for at_ms in (300, 660, 20_000, 20_330, 20_660):
        held(stride, 7, at_ms - 300, at_ms)
        strike(stride, at_ms - 20)
        assert stride.whole == (1 if at_ms == 20_660 else 0)
    assert abs(stride.stride_lean_cdeg - 700) <= 2


def test_a_strike_right_behind_a_gap_is_read_between_the_right_turns() -> None:
    """A turn that stands for 150 ms must not be placed where the next ones will be."""
    stride = Stride()
    held(stride, 5.0, 0, 400)
    stride.reset()
    stride.step(Vertical(12.0), 1400, 150)
    held(stride, 12.0, 1400, 1800)
    strike(stride, 1460)
    strike(stride, 1780)
    assert abs(stride.step_cdeg - 1200) <= 1
    times = [stride._ring[i + 3] for i in range(0, len(stride._ring), 4)]
    oldest = times.index(min(times))
    assert times[oldest:] + times[:oldest] == sorted(times)
