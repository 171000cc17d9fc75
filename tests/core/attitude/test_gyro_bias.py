"""The gyroscope's bias, step by step against its float twin; and edge cases calculated by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from leancore.attitude.gyro_bias import BIAS_MAX_Q30, VARIANCE_START_Q14, GyroBias
from leancore.sensor.sample import Sample
from numpy.typing import NDArray

from tools.orientation.twin import BIAS_MAX_RADPS, TwinBias

Array = NDArray[np.float64]
DT_MS = 100
LEVEL: Any = SimpleNamespace(ux=0, uy=16384, uz=0)


def sample_of(a_mps2: Array) -> Sample:
    sample = Sample()
    sample.ax, sample.ay, sample.az = np.rint(a_mps2 * 256).astype(int).tolist()
    return sample


def whole(values: Array, scale: int) -> list[int]:
    numbers: list[int] = np.rint(values * scale).astype(int).tolist()
    return numbers


class Both:
    """The integer form and its twin, told the same."""

    def __init__(self) -> None:
        self.bias, self.twin = GyroBias(), TwinBias()

    def step(self, turned: Array, up: Array, rate: Array, a: Array, moving: int) -> None:
        bias, twin, dt_s = self.bias, self.twin, DT_MS / 1000
        turned_q17, up_q14 = whole(turned, 2**17), whole(up, 2**14)
        bias.turned_q17[:] = turned_q17
        vertical: Any = SimpleNamespace(ux=up_q14[0], uy=up_q14[1], uz=up_q14[2])
        bias.observe(vertical, whole(rate, 2**22), DT_MS)
        bias.rest(sample_of(a))
        bias.learn(moving)
        twin.turned = np.array(turned_q17) / 2**17
        twin.observe(up, rate, dt_s)
        twin.rest(np.rint(a * 256) / 256)
        twin.learn(bool(moving))
        assert bias.turned_q17 == [0, 0, 0]
        for name in GyroBias.FIELDS:
            value = getattr(bias, name)
            assert all(type(v) is int for v in (value if isinstance(value, list) else [value]))

    def apart(self) -> tuple[float, float, float]:
        """Of bias (rad/s), variance ((0.01 °/s)²), and what is seen of each axis."""
        bias, twin = self.bias, self.twin
        effects = np.array([bias._effect_x, bias._effect_y, bias._effect_z]) / 2**20
        return (
            float(np.abs(np.array(bias.q30) / 2**30 - twin.value).max()),
            float(np.abs(np.array(bias._variance_q14) / 2**14 - twin.variance).max()),
            float(np.abs(effects - twin.effect.T).max()),
        )


@pytest.mark.parametrize("seed", range(3))
def test_in_motion_as_its_twin(seed: int) -> None:
    """The corrections of a vertical that a bias turns, while the sensor is swung about."""
    random, both = np.random.default_rng(seed), Both()
    up = random.normal(size=3)
    up /= np.linalg.norm(up)
    pull = random.normal(size=3)
    worst = np.zeros(3)
    for i in range(150):
        turned = random.normal(0, 0.04, 3)
        both.step(turned, up, 0.3 * pull + random.normal(0, 0.2, 3), random.normal(0, 9, 3), i > 3)
        worst = np.maximum(worst, both.apart())
    assert both.bias.rest_ms == 0
    assert np.abs(both.twin.value).min() > 3e-5  # it has moved
    assert worst[0] < 4e-4
    assert worst[1] < 10
    assert worst[2] < 3e-3


@pytest.mark.parametrize("seed", range(2))
def test_at_rest_as_its_twin(seed: int) -> None:
    """A clip that lies, then a body that sways; then it is taken up."""
    random, both = np.random.default_rng(seed), Both()
    bias, a = np.radians([0.8, -0.5, 0.3]), 9.81 * np.array([0.6, 0.8, 0.0])
    for i in range(60):
        sway = 0.0005 if i < 25 else 0.003
        left = bias - np.array(both.bias.q30) / 2**30  # what is turned has the known bias taken off
        both.step((left + random.normal(0, sway, 3)) * 0.1, a / 9.81, np.zeros(3),
                  a + random.normal(0, 0.05, 3), 1)  # fmt: skip
        apart = both.apart()
        assert apart[0] < 2e-4
        assert apart[1] < 0.02 * both.twin.variance.max() + 1
        assert both.bias.rest_ms == min(round(both.twin.rest_s * 1000), 3000)
        assert both.bias._deviation_q17 == pytest.approx(both.twin.deviation * 2**17, abs=20)
    assert np.abs(np.array(both.bias.q30) / 2**30 - bias).max() < np.radians(0.1)
    both.step(np.array([0.01, 0, 0]), a / 9.81, np.zeros(3), a, 1)
    assert (both.bias.rest_ms, both.bias._deviation_q17) == (0, 0)


def rested(steps: int, dt_ms: int = 100) -> GyroBias:
    """One that has lain for so many steps, without a rate."""
    bias = GyroBias()
    for _ in range(steps + 1):  # at the first the force is new
        bias.observe(LEVEL, [0, 0, 0], dt_ms)
        bias.rest(sample_of(np.array([0.0, 9.81, 0.0])))
    return bias


def test_rest_is_counted_from_a_force_and_a_rate_that_stay() -> None:
    assert [rested(steps).rest_ms for steps in (0, 1, 14, 15, 29, 30, 33)] == [
        0, 100, 1400, 1500, 2900, 3000, 3000,
    ]  # fmt: skip
    assert [rested(steps).resting for steps in (14, 15)] == [0, 1]


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize(("off_q17", "rests"), [(3200, 1), (3202, 0), (-3200, 1), (-3202, 0)])
def test_rest_ends_with_a_rate_that_deviates(axis: int, off_q17: int, rests: int) -> None:
    """By 1.4 °/s; the step takes half a second."""
    bias = rested(20)
    bias.turned_q17[axis] = off_q17 // 2
    bias.observe(LEVEL, [0, 0, 0], 500)
    bias.rest(sample_of(np.array([0.0, 9.81, 0.0])))
    assert bias.rest_ms == 2500 * rests
    assert bias._deviation_q17 == abs(off_q17) * rests
    assert bias._steady_g[axis] == off_q17  # a mean of half a second; or begun anew


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize(("off_q8", "rests"), [(128, 1), (129, 0), (-128, 1), (-129, 0)])
def test_rest_ends_with_a_force_that_changes(axis: int, off_q8: int, rests: int) -> None:
    """By half a m/s²."""
    bias, sample = rested(20), sample_of(np.array([0.0, 9.81, 0.0]))
    for name, i in (("ax", 0), ("ay", 1), ("az", 2)):
        setattr(sample, name, getattr(sample, name) + (off_q8 if i == axis else 0))
    bias.observe(LEVEL, [0, 0, 0], 100)
    before = bias._steady_a[axis]
    bias.rest(sample)
    assert bias.rest_ms == (2100 if rests else 0)
    assert bias._steady_a[axis] - before == (off_q8 << 8) * (100 if rests else 500) // 500


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize(("mean_q17", "rests"), [(4575, 1), (4576, 0), (-4575, 1), (-4576, 0)])
def test_a_steady_rate_beyond_what_a_bias_may_be_is_no_rest(
    axis: int, mean_q17: int, rests: int
) -> None:
    bias = rested(20)
    bias._steady_g[axis] = bias.turned_q17[axis] = mean_q17
    bias.observe(LEVEL, [0, 0, 0], 1000)
    bias.rest(sample_of(np.array([0.0, 9.81, 0.0])))
    assert bias.rest_ms == 3000 * rests


def test_a_deviation_counts_after_half_a_second_of_rest() -> None:
    for steps, counted in ((4, 0), (5, 100)):
        bias = rested(steps)
        bias.turned_q17[0] = 10
        bias.observe(LEVEL, [0, 0, 0], 100)
        bias.rest(sample_of(np.array([0.0, 9.81, 0.0])))
        assert bias._deviation_q17 == counted


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("axis", range(3))
def test_the_bias_and_the_turn_are_held(axis: int, sign: int) -> None:
    bias = GyroBias()
    bias.turned_q17[axis] = sign * (1 << 21)
    bias.observe(LEVEL, [0, 0, 0], 100)
    assert bias._observed_q17[axis] == sign * (1 << 20)
    bias.q30[axis] = sign * (BIAS_MAX_Q30 - 1000)
    bias._move(axis, sign * 9000, 16384, 3)
    assert bias.q30[axis] == sign * BIAS_MAX_Q30
    bias.q30[axis] = 0
    bias._move(axis, sign * 9000, 16384, 3)  # 2 °/s at most, a quarter of the way
    assert bias.q30[axis] == sign * 4575 * 2048
    assert abs(BIAS_MAX_Q30 / 2**30 - BIAS_MAX_RADPS) < 1e-7


@pytest.mark.parametrize(("sign", "axis", "up"), [
    (s, i, u) for s in (1, -1) for i, u in ((0, (0, 1, 0)), (1, (0, 0, 1)), (2, (1, 0, 0)))
])  # fmt: skip
def test_a_correction_is_held_at_two_degrees_a_second(
    sign: int, axis: int, up: tuple[int, int, int]
) -> None:
    """Vertical × rate / g; the rate within 4 m/s³."""
    bias, rate = GyroBias(), [0, 0, 0]
    vertical: Any = SimpleNamespace(**dict(zip(("ux", "uy", "uz"), (16384 * u for u in up),
                                               strict=True)))  # fmt: skip
    rate[(axis + 2) % 3] = sign * (1 << 25)
    bias.observe(vertical, rate, 100)
    assert bias._error == [sign * 4575 if i == axis else 0 for i in range(3)]
    rate[(axis + 2) % 3] = sign * (1 << 20)  # 0.25 m/s³ / 9.81
    bias.observe(vertical, rate, 100)
    assert bias._error[axis] == pytest.approx(sign * 0.25 / 9.81 * 2**17, abs=2)


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("sign", [1, -1])
def test_what_is_seen_turns_by_so_much_at_most(axis: int, sign: int) -> None:
    """Half an angle of 14000/65536 on each axis: 2 × atan of it is 0.4211 rad."""
    bias = GyroBias()
    bias._effect_x[:], bias._effect_y[:], bias._effect_z[:] = (
        [1 << 20 if i == j else 0 for i in range(3)] for j in range(3)
    )
    bias.turned_q17[axis] = sign * (1 << 19)
    bias.observe(LEVEL, [0, 0, 0], 1)
    across = bias._effects[(axis + 1) % 3]
    assert across[(axis + 2) % 3] / 2**20 == pytest.approx(-sign * np.sin(0.4211), abs=0.001)


def test_no_time_no_learning() -> None:
    bias = rested(20)
    bias.turned_q17[0] = 500
    bias.observe(LEVEL, [1 << 22, 0, 0], 0)
    before = (list(bias._effect_x), bias.rest_ms, list(bias._error), list(bias._steady_g))
    bias.rest(Sample())
    bias.learn(1)
    assert before == (list(bias._effect_x), bias.rest_ms, list(bias._error), bias._steady_g)
    assert (bias.q30, bias.turned_q17) == ([0, 0, 0], [0, 0, 0])
    assert bias._observed_q17[0] == 500


def test_learning_is_done_once_a_step() -> None:
    bias = GyroBias()
    bias._variance_q14[:] = [0, 0, VARIANCE_START_Q14]
    bias.observe(LEVEL, [0, 0, 0], 100)
    bias.learn(0)
    bias.learn(0)
    assert bias._variance_q14 == [1600, 1600, VARIANCE_START_Q14]  # (0.1 °/s)² in 100 s


def test_at_first_a_long_step_moves_it_by_so_much_at_most() -> None:
    """230000/2^23 of what is seen, at a step of a second."""
    bias = GyroBias()
    bias._effect_x[0] = 1 << 20
    bias._effect_y[1] = bias._effect_z[2] = 1 << 20
    bias._up, bias._error, bias._observed_ms = [0, 16384, 0], [0, 0, 4000], 1000
    bias.learn(1)
    assert bias.q30[2] == pytest.approx(4000 * 2**13 * 230_000 / 2**23, rel=0.001)
    assert bias.q30[:2] == [0, 0]


def test_a_new_one_is_empty_and_forget_forgets_only_what_was_seen() -> None:
    fresh, bias = GyroBias(), GyroBias()
    assert fresh._variance_q14 == [VARIANCE_START_Q14] * 3
    assert fresh._error == fresh._up == [0, 0, 0]
    names = [name for name in GyroBias.FIELDS if name not in ("_up", "_error", "_variance_q14")]
    for name in names:
        value = getattr(fresh, name)
        assert value == ([0, 0, 0] if isinstance(value, list) else 0), name
    for name in names:
        if isinstance(getattr(bias, name), list):
            getattr(bias, name)[:] = [5, 6, 7]
        else:
            setattr(bias, name, 5)
    bias._variance_q14[:] = [5, 6, 7]
    bias.forget()
    assert [bias._effect_x, bias._effect_y, bias._effect_z] == [[0, 0, 0]] * 3
    assert bias.q30 == bias._steady_a == bias._variance_q14 == [5, 6, 7]
