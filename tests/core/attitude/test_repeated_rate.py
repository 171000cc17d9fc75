"""A gyroscope that repeats its reading while somebody is on the way: no reading was made."""

from __future__ import annotations

import math

import pytest
from leancore.attitude.gyro_integration import ALONE, PENDING
from leancore.attitude.own_orientation import OwnOrientation
from leancore.sensor.sample import G_LIMIT_Q9, HAS_A, HAS_G, Sample

G_Q8 = 2511
TOP_RADPS = 5.0  # of a swing of the pelvis, to and fro in 0.7 s
DT_MS = 10
BOTH = HAS_A | HAS_G


def swing(t_s: float) -> float:
    return TOP_RADPS * math.cos(2 * math.pi * t_s / 0.7)


def sample_of(*rate_q9: int) -> Sample:
    sample = Sample()
    sample.flags = BOTH
    sample.ay = G_Q8
    sample.gx, sample.gy, sample.gz = rate_q9
    return sample


def step(own: OwnOrientation, *rate_q9: int) -> int:
    fresh = own.step(sample_of(*rate_q9), DT_MS)
    if fresh == PENDING:
        own.do_deferred(sample_of(*rate_q9))
    return fresh


def swung(travelling: int = 1, frozen_s: float = 0.0) -> OwnOrientation:
    """One of somebody who swings for 3 s; as the last swing slows down it may be frozen."""
    own = OwnOrientation()
    stops_s, ends_s = 2.9, 3.15
    for i in range(round(ends_s * 1000 / DT_MS)):
        t_s = i * DT_MS / 1000
        own.travelling = travelling
        told_s = stops_s if stops_s <= t_s < stops_s + frozen_s - 0.001 else t_s
        step(own, 0, 0, round(512 * swing(told_s)))
    return own


def tilt_deg(own: OwnOrientation) -> float:
    own.flush()
    return math.degrees(math.atan2(own.ux, own.uy))


def test_a_frozen_reading_is_no_turn() -> None:
    """What was turned meanwhile is the mean of before and after."""
    healthy, frozen, believed = (tilt_deg(one) for one in (swung(), swung(1, 0.04), swung(0, 0.04)))
    assert abs(frozen - healthy) < 0.5 < 1.0 < abs(believed - healthy)


def test_repeated_once_it_may_be_chance_twice_it_is_counted() -> None:
    own = swung()
    for count, blind_ms in ((0, 10), (1, 20), (1, 30)):
        step(own, *(own._last[i] << 3 if i < 2 else round(512 * swing(3.14)) for i in range(3)))
        assert (own.gyro_spikes, own.blind_ms) == (count, blind_ms)
    step(own, 0, 0, 900)
    assert (own.gyro_spikes, own.blind_ms) == (1, 0)


@pytest.mark.parametrize(
    ("rate", "again"),
    [
        ((0, 0, 102), True), ((34, -34, 34), True),
        ((0, 0, 101), False),  # as slow as that a body can turn evenly
        ((0, 0, G_LIMIT_Q9), False), ((-G_LIMIT_Q9, 9, 9), False),  # saturated
    ],
)  # fmt: skip
def test_what_counts_as_repeated(rate: tuple[int, int, int], again: bool) -> None:
    own = swung()
    for _ in range(2):
        step(own, *rate)
    own.blind_ms = 0
    step(own, *rate)
    assert bool(own.blind_ms) == again


@pytest.mark.parametrize("axis", range(3))
def test_another_reading_on_one_axis_is_a_reading(axis: int) -> None:
    own = swung()
    rate = [300, -300, 300]
    step(own, *rate)
    rate[axis] += 8
    step(own, *rate)
    assert own.blind_ms == 0


def test_it_waits_for_none() -> None:
    own = swung()
    step(own, 0, 0, 600)
    assert step(own, 0, 0, 600) == ALONE
