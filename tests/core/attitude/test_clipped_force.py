"""Forces beyond the accelerometer's range: the missing part is restored along their axis."""

from __future__ import annotations

import math

import numpy as np
import pytest
from leancore.attitude import own_orientation
from leancore.attitude.clipped_force import give_back_clipped, note_clipped
from leancore.attitude.force_lowpass import LowPass
from leancore.attitude.gyro_integration import PENDING
from leancore.attitude.own_orientation import OwnOrientation
from leancore.sensor.sample import A_LIMIT_Q8, CLIPPED, HAS_A, HAS_G, Sample

LACKS = 12 * 256 * 10  # m/s² Q8 × the weight of a sample
G_Q16 = 642_908
UPDATE_MS = 60


def sample(ax: int, ay: int, az: int) -> Sample:
    made = Sample()
    made.flags = HAS_A | HAS_G | CLIPPED
    made.ax, made.ay, made.az = ax, ay, az
    return made


@pytest.mark.parametrize(
    ("force", "added"),
    [
        ((A_LIMIT_Q8, 0, -A_LIMIT_Q8), [LACKS, 0, -LACKS]),
        ((0, -A_LIMIT_Q8 - 1, 0), [0, -LACKS, 0]),
        ((A_LIMIT_Q8 - 1, 1 - A_LIMIT_Q8, 5), [0, 0, 0]),
    ],
)
def test_a_reading_at_the_end_of_the_range_stands_for_more(
    force: tuple[int, int, int], added: list[int]
) -> None:
    clipped, summed = [0, 0, 0], [0, 0, 0]
    note_clipped(clipped, sample(*force), summed)
    assert summed == added
    assert [np.sign(part) for part in clipped] == [np.sign(part) for part in added]


def level(short_mps2: float) -> LowPass:
    lowpass = LowPass()
    lowpass.start(0, 0, G_Q16 - round(short_mps2 * 65536))
    return lowpass


def tilt_deg(lowpass: LowPass) -> list[float]:
    return [math.degrees(part / 2**20) for part in lowpass.up_q20[:2]]


def clipped_at(*force: int) -> list[int]:
    made = [0, 0, 0]
    note_clipped(made, sample(*force), [0, 0, 0])
    return made


def give_back(clipped: list[int], lowpass: LowPass) -> None:
    give_back_clipped(clipped, lowpass, UPDATE_MS, [0, 0, 0])


def test_what_the_mean_force_is_short_of_gravity_goes_to_the_clipped_axis() -> None:
    lowpass = level(0.58)
    give_back(clipped_at(0, -A_LIMIT_Q8, A_LIMIT_Q8), lowpass)
    # A fifth of 0.5 m/s² along up, and as much to the side.
    assert tilt_deg(lowpass) == pytest.approx([0.0, -math.degrees(0.1 / 9.3)], abs=0.01)
    assert (G_Q16 - lowpass.length_q16) / 65536 == pytest.approx(0.48, abs=0.01)


def test_what_is_given_back_counts_as_moved() -> None:
    """By the force, whose loss counted as well."""
    lowpass = level(0.8)
    before = list(lowpass.up_q20)
    give_back(clipped_at(A_LIMIT_Q8, 0, A_LIMIT_Q8), lowpass)
    moved_q20 = lowpass.speed_change.moved_q20
    assert moved_q20[0] == pytest.approx(lowpass.up_q20[0] - before[0], rel=0.03)  # unit length
    assert moved_q20[0] > 0
    assert moved_q20[1] == 0


@pytest.mark.parametrize("short_mps2", [-0.5, 0.0, 0.079])
def test_a_healthy_run_gets_nothing(short_mps2: float) -> None:
    lowpass = level(short_mps2)
    give_back(clipped_at(0, A_LIMIT_Q8, A_LIMIT_Q8), lowpass)
    assert tilt_deg(lowpass) == [0.0, 0.0]


def test_an_axis_across_the_vertical_shows_in_no_length() -> None:
    lowpass = level(0.5)
    give_back(clipped_at(0, A_LIMIT_Q8, 0), lowpass)
    assert tilt_deg(lowpass) == [0.0, 0.0]


def test_it_is_forgotten_after_some_seconds() -> None:
    clipped, lowpass = clipped_at(0, 0, -A_LIMIT_Q8), level(0.0)
    for _ in range(6 * 3000 // UPDATE_MS):
        give_back(clipped, lowpass)
    assert clipped == [0, 0, 0]


def struck(own: OwnOrientation, lean_deg: float, seconds: int) -> float:
    """Strikes along up that are twice the range, in a clip that leans; return its error, deg."""
    up = np.array([0.0, math.sin(math.radians(lean_deg)), math.cos(math.radians(lean_deg))])
    made, error = Sample(), 0.0
    for at in range(seconds * 100):
        force = 16 * 9.81 if at % 35 == 5 else 9.81 * (1 - 15 / 34)  # in the mean 9.81
        values = np.clip(np.rint(force * up * 256), -20090, 20090).astype(int).tolist()
        made.t_ms = 10 * at
        made.ax, made.ay, made.az = values
        made.flags = HAS_A | HAS_G | (CLIPPED if max(values) >= A_LIMIT_Q8 else 0)
        made.gx = (30 if at % 70 < 35 else -30) + at % 2  # a runner does not rest
        if own.step(made, 10) == PENDING:
            own.do_deferred(made)
        own.travelling = 1
        error = math.degrees(math.atan2(own.uy, own.uz)) - lean_deg
    return error


def test_strikes_beyond_the_range_turn_the_vertical_less(monkeypatch: pytest.MonkeyPatch) -> None:
    found = struck(OwnOrientation(), 20.0, 40)
    monkeypatch.setattr(own_orientation, "note_clipped", lambda clipped, sample, force: None)
    without = struck(OwnOrientation(), 20.0, 40)
    assert abs(without) > 3 and abs(found) < 0.7 * abs(without)


@pytest.mark.parametrize("at", [10, 11])
def test_a_fault_that_was_left_out_gets_nothing(at: int) -> None:
    """A single reading across the body at the end of the range, first or second of its pair."""
    found = []
    for force in (0, -20_090):
        own, made = OwnOrientation(), Sample()
        for i in range(24):
            made.t_ms = 10 * i
            made.ax, made.ay, made.az = force if i == at else 0, 0, 2511
            made.flags = HAS_A | HAS_G | (CLIPPED if made.ax else 0)
            made.gx = 1 + i % 2
            if own.step(made, 10) == PENDING:
                own.do_deferred(made)
        found.append((own.ux, own.uy, own.uz))
    assert found[0] == found[1]
