"""Means over one step and over two, against floating-point means between the same marks."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from core_motion import running_up
from leancore.sample import CLIPPED, GAP, SHAKEN
from leancore.steps import MARK, STRIKE, Steps
from leancore.stride import Stride


def closed_strides(lean_deg, seconds: float = 20, rate_hz: int = 100, cadence_spm: float = 183):
    """(end_ms, step_cdeg, stride_cdeg, whole) of every strike; ``lean_deg``: function of s."""
    steps, stride = Steps(), Stride()
    dt_ms = 1000 // rate_hz
    found = []
    for i in range(round(seconds * rate_hz)):
        t_ms = i * dt_ms
        up_q8 = round(256 * running_up(t_ms / 1000 * cadence_spm / 60))
        happened = steps.step(up_q8, t_ms, dt_ms)
        stride.step(round(100 * lean_deg(t_ms / 1000)), dt_ms, 0, happened, steps.slide_ms)
        if happened & STRIKE:
            found.append((steps.strike_ms, stride.step_cdeg, stride.stride_cdeg, stride.whole))
    return found


def float_mean_cdeg(lean_deg, begin_ms: int, end_ms: int) -> float:
    t_s = np.linspace(begin_ms, end_ms, 2001) / 1000
    values = np.array([lean_deg(t) for t in t_s])
    return float(100 * (values[:-1] + values[1:]).mean() / 2)


def swinging(t: float) -> float:
    """Two swings a stride, one of them from side to side, and a drift."""
    w = 2 * math.pi * 183 / 60
    return 8 + 0.2 * t + 4 * math.sin(w * t) + 3 * math.sin(w * t / 2 + 1)


@pytest.mark.parametrize("rate_hz", [100, 125])
def test_stride_mean_is_the_mean_between_the_marks(rate_hz: int) -> None:
    found = closed_strides(swinging, rate_hz=rate_hz)
    assert len(found) > 50
    for (begin_ms, *_), (middle_ms, *_), (end_ms, step_cdeg, stride_cdeg, whole) in zip(
        found[1:], found[2:], found[3:], strict=False
    ):
        assert whole
        assert abs(stride_cdeg - float_mean_cdeg(swinging, begin_ms, end_ms)) <= 8
        assert abs(step_cdeg - float_mean_cdeg(swinging, middle_ms, end_ms)) <= 16


def test_the_swing_cancels_over_a_stride() -> None:
    found = closed_strides(lambda t: swinging(t) - 0.2 * t)
    assert all(abs(stride_cdeg - 800) <= 12 for *_, stride_cdeg, whole in found[4:] if whole)
    assert max(abs(step_cdeg - 800) for _, step_cdeg, *_ in found[4:]) > 50  # steps differ


@pytest.mark.parametrize("lean_deg", [0.0, 9.0, -12.0, 120.0])
def test_a_lean_that_is_held_is_its_own_mean(lean_deg: float) -> None:
    """From the first whole stride on, exactly: nothing else may be in the sum."""
    found = closed_strides(lambda _t: lean_deg)
    held_cdeg = round(100 * lean_deg)
    assert {(step, stride) for _, step, stride, whole in found if whole} == {(held_cdeg, held_cdeg)}


def test_a_held_lean_is_exact_after_a_reset_too() -> None:
    stride = Stride()
    for _ in range(3):
        stride.reset()
        strides = []
        for i in range(200):
            happened = (MARK if i % 33 == 30 else 0) | (STRIKE if i % 33 == 32 else 0)
            stride.step(1000, 10, 0, happened, 0)
            if happened & STRIKE and stride.whole:
                strides.append(stride.stride_cdeg)
        assert set(strides) == {1000}


def test_marks_and_flags_by_hand() -> None:
    """A strike is known late: samples after the mark belong to the next step."""
    stride = Stride()
    script = [(500, MARK), (900, STRIKE)] + [(900, 0)] * 9 + [(900, MARK), (100, STRIKE)]
    for lean_cdeg, happened in [(500, 0)] * 10 + script:
        stride.step(lean_cdeg, 10, 0, happened, 0)
    assert stride.step_cdeg == pytest.approx(900, abs=20)
    assert stride.stride_cdeg == pytest.approx(700, abs=20)
    assert stride.whole


@pytest.mark.parametrize("flag", [GAP, SHAKEN, CLIPPED])
def test_flags_hold_for_two_steps(flag: int) -> None:
    stride = Stride()
    seen = []
    for step in range(6):
        for i in range(33):
            happened = MARK if i == 30 else STRIKE if i == 32 else 0
            stride.step(800, 10, flag if step == 2 and i == 10 else 0, happened, 0)
        seen.append(stride.flags)
    assert seen == [0, 0, flag, flag, 0, 0]


def test_first_step_is_not_a_whole_stride() -> None:
    found = closed_strides(lambda _t: 5.0, seconds=3)
    assert [whole for *_, whole in found[:1]] == [0]
    assert all(whole for *_, whole in found[2:])


def test_long_without_a_strike_begins_anew() -> None:
    stride = Stride()
    chance = random.Random(2)
    for _ in range(3000):
        stride.step(chance.randint(-18000, 18000), 100, 0, MARK, 0)
        assert not stride.whole
    for step in range(3):
        for i in range(33):
            stride.step(700, 10, 0, MARK if i == 30 else STRIKE if i == 32 else 0, 0)
        assert stride.whole == (1 if step else 0)
    assert stride.stride_cdeg == 700
