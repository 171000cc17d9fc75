"""What counts as a stand, which of two counts, and its zero."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
from core_calibration import axes, body_axes, held, measure, worst_degrees
from core_motion import G_MPS2, NOMINAL_MOUNT, Wearer, fill, random_mount, rotation, vertical_of
from leancore.posture import calibration as cal
from leancore.posture.wear_frame import WearFrame
from leancore.schema import settings
from leancore.sensor.sample import Sample


class Still:
    """A sensor that keeps its vertical; ``force``: m/s² in it."""

    def __init__(self, **parameters: int) -> None:
        self.calibration, self.frame, self.sample = cal.Calibration(), WearFrame(), Sample()
        for name, value in parameters.items():
            setattr(self.calibration, name, value)
        self.calibration.begin()
        self.up = SimpleNamespace(ux=0, uy=16384, uz=0)

    def feel(self, force_mps2: tuple[float, float, float], ms: int = 10) -> int:
        self.sample.ax, self.sample.ay, self.sample.az = (round(one * 256) for one in force_mps2)
        return self.calibration.step(self.up, self.sample, ms, self.frame)


SPREAD_MPS2 = cal._SPREAD_Q8 / 256


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize(("share", "is_still"), [(0.9, True), (1.15, False)])
def test_a_force_that_changes_so_much_on_any_axis_is_no_stand(
    axis: int, share: float, is_still: bool
) -> None:
    still = Still(stand_wait_ms=4000)
    results = set()
    for i in range(450):
        force = [0.0, 0.0, 0.0]
        force[axis] = G_MPS2 + (share * SPREAD_MPS2 if i // 20 % 2 else 0.0)
        results.add(still.feel(tuple(force)))
        if still.calibration.state != cal.STANDING:
            break
    assert (cal.STOOD in results) == is_still
    assert (cal.NOT_STILL in results) != is_still


def test_a_force_of_one_size_is_a_stand_whichever_axes_it_is_on() -> None:
    still, side = Still(), G_MPS2 / math.sqrt(2)
    turns = [(G_MPS2, 0, 0), (side, side, 0), (0, side, side), (0, 0, G_MPS2), (side, 0, -side)]
    results = [still.feel(turns[i // 10 % 5]) for i in range(301)]
    assert results == [cal.NOTHING] * 300 + [cal.STOOD]


def test_a_stand_is_waited_for_until_its_time_is_over_and_not_at_it() -> None:
    still = Still(stand_wait_ms=1000)
    forces = [(0.0, G_MPS2 + 3 * (i % 2), 0.0) for i in range(101)]
    results = [still.feel(force) for force in forces]
    assert results == [cal.NOTHING] * 100 + [cal.NOT_STILL]


def zero_of(by_force: int, drift_deg: float) -> float:
    """How far the zero is from the posture, degrees, where the vertical is off by so much."""
    calibration, frame, sample = cal.Calibration(), WearFrame(), Sample()
    calibration.by_force = by_force
    calibration.begin()
    off = rotation((1, 0, 0), drift_deg)
    for values in Wearer(NOMINAL_MOUNT).stand(4).rows:
        up = vertical_of(values)
        x, y, z = off @ (up.ux, up.uy, up.uz)
        tilted = SimpleNamespace(ux=round(x), uy=round(y), uz=round(z))
        calibration.step(tilted, fill(sample, values), 10, frame)
    return worst_degrees(np.array([frame.up]) / 16384, body_axes(NOMINAL_MOUNT)[1:2])


def test_the_zero_is_the_mean_force_of_the_stand() -> None:
    """A gyroscope whose bias is still learnt leads the vertical away, but not the force."""
    assert zero_of(by_force=1, drift_deg=0.4) < 0.05


def test_without_an_accelerometer_the_zero_is_the_verticals() -> None:
    assert zero_of(by_force=0, drift_deg=0.4) == pytest.approx(0.4, abs=0.05)


def test_a_calibration_by_itself_goes_by_the_defaults_of_the_settings() -> None:
    calibration, defaults = cal.Calibration(), settings.checked({})
    for name in ("stand_ms", "stand_wait_ms", "hinge_wait_ms", "hinge_min_cdeg"):
        assert getattr(calibration, name) == defaults[name]


@pytest.mark.parametrize(("samples", "result"), [(100, cal.NOTHING), (101, cal.STOOD)])
def test_whoever_moves_after_the_time_of_a_stand_has_stood(samples: int, result: int) -> None:
    still = Still(stand_ms=1000)
    for _ in range(samples):
        assert still.feel((0.0, G_MPS2, 0.0)) == cal.NOTHING
    assert still.feel((0.0, G_MPS2 + 3, 0.0)) == result


@pytest.mark.parametrize(("more_cdeg", "result"), [(0, cal.HINGED), (1, cal.NO_HINGE)])
def test_a_bow_must_be_as_deep_as_is_asked_for(more_cdeg: int, result: int) -> None:
    wearer = Wearer(random_mount(5)).stand(4).bow(30).stand(20)
    _, _, deepest = measure(wearer)
    results, _, _ = measure(wearer, hinge_min_cdeg=deepest.depth_cdeg + more_cdeg)
    assert results == [cal.STOOD, result]


def refined(wearer: Wearer) -> tuple[list[int], WearFrame, cal.Calibration]:
    """As ``measure``, and on through the stand behind the bow."""
    calibration, frame, sample = cal.Calibration(), WearFrame(), Sample()
    calibration.begin()
    results = [
        calibration.step(vertical_of(values), fill(sample, values), 10, frame)
        for values in wearer.rows
        if calibration.state != cal.IDLE or calibration.refining
    ]
    return [result for result in results if result], frame, calibration


def off_deg(frame: WearFrame, lean_deg: float) -> float:
    """How far the frame's up is from that of a wearer who leans so far."""
    angle = math.radians(lean_deg)
    right, up, forward = body_axes(NOMINAL_MOUNT)
    leaning = up * math.cos(angle) - forward * math.sin(angle)
    return worst_degrees(axes(frame)[1:2], leaning[np.newaxis])


@pytest.mark.parametrize(("sway_deg", "up_deg"), [(0.0, 0.0), (2.0, 1.0), (-2.0, -1.0), (3.5, 0.0)])
def test_a_second_stand_near_the_first_counts_as_much(sway_deg: float, up_deg: float) -> None:
    """People sway; what is farther away is another posture, and leaves the first stand alone."""
    wearer = held(Wearer().stand(4).bow(35), 4.5, sway_deg)
    results, frame, calibration = refined(wearer)
    assert results == [cal.STOOD, cal.HINGED]
    assert calibration.refining == 0
    assert min(off_deg(frame, up_deg), off_deg(frame, -up_deg)) < 0.12
    assert abs(off_deg(frame, 0.0) - abs(up_deg)) < 0.12


def test_whoever_does_not_stand_again_keeps_the_first_stand_and_hears_nothing() -> None:
    wearer = Wearer(random_mount(8)).stand(4).bow(35)
    _, first, _ = measure(wearer)
    results, frame, calibration = refined(wearer.walk(10))
    assert results == [cal.STOOD, cal.HINGED]
    assert (calibration.state, calibration.refining) == (cal.IDLE, 0)
    assert axes(frame).tolist() == axes(first).tolist()


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize(("off_q14", "is_near"), [(700, True), (-700, True), (701, False)])
def test_a_second_stand_is_near_up_to_a_limit_on_each_axis(
    axis: int, off_q14: int, is_near: bool
) -> None:
    calibration, up = cal.Calibration(), [0, 16384, 0]
    calibration._count = 3
    calibration._sum = [3 * value for value in up]
    calibration._sum[axis] += 3 * off_q14
    assert calibration._is_near(up) is is_near
