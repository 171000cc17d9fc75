"""An accelerometer whose zero shifts turns our vertical, and neither gyroscope nor chip do."""

from __future__ import annotations

import math

import numpy as np
import pytest
from leancore.attitude.accel_shift import AccelShift
from leancore.schema import faults

from boards.sim.motion.segments import Run, Stand
from boards.sim.motion.track import Track
from boards.sim.motion.wearer import synthesise
from tools.accuracy import people
from tools.accuracy.feed import BOTH, OWN, PipelineOutput, listen, new_trainer, sampled
from tools.accuracy.sensor_errors import worn

G_MPS2 = 9.81
FORWARD = [0, 0, -16384]
DEG_Q16 = math.radians(1) * 65536
BEHIND_Q14 = 300
SETTLE_STEPS, DECIDE_STEPS, DOUBT_STEPS = 24, 24, 8


def runner(steps: int = SETTLE_STEPS) -> AccelShift:
    """Somebody who has run some steps that showed nothing."""
    shift = AccelShift()
    for _ in range(steps):
        assert step(shift, 0.0) == [0, 0, 0]
    return shift


def step(shift: AccelShift, moved_deg: float, ahead_q14: int = 0) -> list[int]:
    """How far a step moves the vertical, Q20."""
    shift.ahead_q14 = ahead_q14
    up_q20 = [0, 1 << 20, 0]
    moves = shift.strike(round(moved_deg * DEG_Q16), FORWARD, up_q20)
    moved_q20 = [up_q20[0], up_q20[1] - (1 << 20), up_q20[2]]
    assert bool(moves) is any(moved_q20)
    for name in AccelShift.FIELDS:
        value = getattr(shift, name)
        values = value if isinstance(value, list) else [value]
        assert all(type(one) is int for one in values), name
    return moved_q20


@pytest.mark.parametrize("way", [1, -1])
def test_what_stays_moved_is_the_accelerometers(way: int) -> None:
    shift = runner()
    for _ in range(4):
        step(shift, way * 0.8, -way * BEHIND_Q14)
    assert shift.waits > 0
    for _ in range(DECIDE_STEPS - 1):  # one was above 2.25° already
        assert step(shift, 0.0) == [0, 0, 0]
    assert (shift.found, shift.zero_q16) == (0, [0, 0, 0])
    moved_q20 = step(shift, 0.0)
    angle_deg = math.degrees(moved_q20[2] / (1 << 20)) * way
    assert 2.8 < angle_deg <= 3.2
    assert shift.found == 1
    assert shift.zero_q16[:2] == [0, 0]
    zero_mps2 = -way * shift.zero_q16[2] / 65536
    assert zero_mps2 == pytest.approx(math.radians(angle_deg) * G_MPS2, rel=0.02)
    assert sum(step(shift, 0.0) == [0, 0, 0] and shift.waits > 0 for _ in range(20)) < DOUBT_STEPS
    assert shift.waits == 0


def test_what_was_found_is_told_even_if_the_run_ends_at_once() -> None:
    shift = runner()
    for moved_deg in [0.8] * 4 + [0.0] * DECIDE_STEPS:
        step(shift, moved_deg, -BEHIND_Q14)
    zero_q16 = list(shift.zero_q16)
    shift.restart()
    assert (shift.found, shift.waits < 0) == (1, True)
    assert shift.zero_q16 == zero_q16 != [0, 0, 0]


def test_what_comes_back_was_a_change_of_speed() -> None:
    shift = runner()
    for _ in range(4):
        step(shift, 0.8, -BEHIND_Q14)
    assert shift.waits > 0
    for _ in range(4):
        step(shift, -0.4)
    for _ in range(DECIDE_STEPS):
        assert step(shift, 0.0) == [0, 0, 0]
    assert (shift.waits, shift.found, shift.zero_q16) == (0, 0, [0, 0, 0])


@pytest.mark.parametrize("ahead_q14", [BEHIND_Q14, 0])
def test_a_chip_that_goes_along_or_is_silent_blames_nobody(ahead_q14: int) -> None:
    shift = runner()
    for _ in range(10):
        step(shift, 0.8, ahead_q14)
        assert shift.waits == 0


def test_the_chip_counts_only_where_it_was_looked_at_in_the_step() -> None:
    shift = runner()
    step(shift, 0.5, -BEHIND_Q14)
    assert shift.ahead_q14 == 0


def test_less_than_two_and_a_quarter_degrees_are_none() -> None:
    shift = runner()
    for moved_deg, waits in ((1.0, False), (1.2, False), (0.2, True)):
        step(shift, moved_deg, -BEHIND_Q14)
        assert (shift.waits > 0) is waits


def test_the_first_steps_do_not_count() -> None:
    shift = runner(SETTLE_STEPS - 5)
    for _ in range(5):
        step(shift, 0.8, -BEHIND_Q14)
    assert shift.waits == 0
    for _ in range(4):
        step(shift, 0.8, -BEHIND_Q14)
    assert shift.waits > 0


def test_what_each_step_moves_is_usual() -> None:
    """0.2° a step would be 6.4° without it."""
    shift = AccelShift()
    for _ in range(SETTLE_STEPS):
        step(shift, 0.05, -BEHIND_Q14)
    for moved_deg in np.repeat([0.05, 0.1, 0.15, 0.2], 600):
        step(shift, float(moved_deg), -BEHIND_Q14)
        assert shift.waits == 0


def test_the_zero_is_limited() -> None:
    shift = runner()
    for _ in range(3):
        step(shift, 40.0, -BEHIND_Q14)
    for _ in range(DECIDE_STEPS + 1):
        step(shift, 0.0)
    assert shift.zero_q16 == [0, 0, -2 * 65536]


def run_with(
    zero_mps2: float, seed: int, orientation: int = BOTH
) -> tuple[PipelineOutput, np.ndarray]:
    """A run in which the zero shifts forward within 5 s; and the errors of the last steps, deg."""
    rng = np.random.default_rng([seed, 77])
    wearer = people.random_runner(rng)
    run = Run(130.0, float(rng.uniform(4, 16)), people.random_cadence_spm(rng))
    track, truth = synthesise((*people.OPENING, run, Stand(2.0)), wearer, seed)
    track = worn(track, seed)
    pipeline = new_trainer(orientation=orientation)
    listen(pipeline, sampled(cut(track, 12.0)), (people.CALIBRATE_S,))
    forward = np.array(pipeline.frame.forward) / 16384
    ramp = np.clip((track.t_s - track.t0_s - 60) / 5, 0, 1)[:, None]
    a = track.a + zero_mps2 * ramp * forward
    track = Track(track.rate_hz, track.q, a, track.g, track.t0_s, track.gaps)
    said = listen(new_trainer(orientation=orientation), sampled(track), (people.CALIBRATE_S,))
    last = said.steps[(said.steps[:, 0] > 90) & (said.steps[:, 0] < 138)]
    return said, last[:, 1] - np.interp(last[:, 0], truth.t_s, truth.held_lean_deg)


def cut(track: Track, s: float) -> Track:
    """The first seconds."""
    n = int(s * track.rate_hz)
    return Track(track.rate_hz, track.q[:n], track.a[:n], track.g[:n], track.t0_s, ())


@pytest.mark.parametrize("zero_mps2", [1.0, -1.2])
def test_a_shift_in_a_run_is_found_and_left_out(zero_mps2: float) -> None:
    said, errors_deg = run_with(zero_mps2, 3)
    told = [code for _, code in said.faults]
    assert told == [faults.ACCELEROMETER_OFFSET]
    shift_deg = math.degrees(zero_mps2 / G_MPS2)
    assert abs(float(np.median(errors_deg))) < 0.35 * abs(shift_deg)


def test_without_a_shift_nothing_is_found() -> None:
    said, errors_deg = run_with(0.0, 3)
    assert said.faults == []
    assert abs(float(np.median(errors_deg))) < 0.35


def test_without_the_chip_nobody_can_tell() -> None:
    said, errors_deg = run_with(1.0, 3, OWN)
    assert faults.ACCELEROMETER_OFFSET not in [code for _, code in said.faults]
    assert float(np.median(errors_deg)) == pytest.approx(-math.degrees(1.0 / G_MPS2), abs=0.5)
