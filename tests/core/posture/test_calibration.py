"""Standing and bowing with the clip in any mount, and what must not pass for either."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
from core_motion import (
    G_MPS2,
    NOMINAL_MOUNT,
    Wearer,
    fill,
    random_mount,
    rotation,
    vertical_of,
)
from leancore.posture import calibration as cal
from leancore.posture.wear_frame import HINGE, NOMINAL, STAND, WearFrame
from leancore.sensor.sample import Sample

UPSIDE_DOWN = rotation((0, 1, 0), 180) @ NOMINAL_MOUNT
MOUNTS = [NOMINAL_MOUNT, UPSIDE_DOWN, *(random_mount(seed) for seed in range(50))]


def measure(wearer: Wearer, **parameters):
    """Run a calibration over all rows; return (results in order, frame, calibration)."""
    calibration, frame, sample = cal.Calibration(), WearFrame(), Sample()
    for name, value in parameters.items():
        setattr(calibration, name, value)
    calibration.begin()
    results = []
    dt_ms = round(1000 / wearer.rate_hz)
    for values in wearer.rows:
        if calibration.state == cal.IDLE:
            break
        result = calibration.step(vertical_of(values), fill(sample, values), dt_ms, frame)
        if result:
            results.append(result)
    return results, frame, calibration


def axes(frame: WearFrame) -> np.ndarray:
    return np.array([frame.right, frame.up, frame.forward]) / 16384


def worst_degrees(found: np.ndarray, truth: np.ndarray) -> float:
    cosines = np.clip((found * truth).sum(axis=1) / np.linalg.norm(found, axis=1), -1, 1)
    return float(np.degrees(np.arccos(cosines)).max())


def body_axes(mount: np.ndarray) -> np.ndarray:
    """Right, up, forward in the sensor frame."""
    return mount[[0, 2, 1]]


def moved(wearer: Wearer, seconds: float, lean, lateral) -> Wearer:
    return wearer.move(seconds, lambda t: (lean(t), G_MPS2, lateral(t)))


def bell(t: float, seconds: float, depth_deg: float) -> float:
    return depth_deg * (1 - math.cos(2 * math.pi * t / seconds)) / 2


def test_stand_and_bow_in_every_mount() -> None:
    for number, mount in enumerate(MOUNTS):
        wearer = Wearer(mount, heading_deg=37 * number).stand(4).bow(40).stand(1)
        results, frame, calibration = measure(wearer)
        assert results == [cal.STOOD, cal.HINGED], number
        assert frame.source == HINGE
        assert worst_degrees(axes(frame), body_axes(mount)) < 0.5, number
        assert calibration.quality_permille > 980
        assert abs(calibration.depth_cdeg - 4000) < 60


def test_bow_with_some_side_sway_finds_forward_well_enough() -> None:
    """A 3° error of forward costs 0.03° of lean per degree of side lean."""
    wearer = moved(
        Wearer(random_mount(3)).stand(4),
        3.0,
        lambda t: bell(t, 3, 35),
        lambda t: 3 * math.sin(2 * math.pi * t / 1.5),
    ).stand(1)
    results, frame, _ = measure(wearer)
    assert results == [cal.STOOD, cal.HINGED]
    assert worst_degrees(axes(frame), body_axes(wearer.mount)) < 3


def test_stand_alone_is_enough_for_up() -> None:
    wearer = Wearer(random_mount(9)).stand(15)
    results, frame, _ = measure(wearer, hinge_wait_ms=0)
    assert results == [cal.STOOD]
    assert frame.source == STAND
    assert worst_degrees(axes(frame)[1:2], body_axes(wearer.mount)[1:2]) < 0.3


@pytest.mark.parametrize("rate_hz", [80, 125])
def test_at_other_rates(rate_hz: int) -> None:
    wearer = Wearer(random_mount(4), rate_hz=rate_hz).stand(4).bow(30).stand(1)
    results, frame, _ = measure(wearer)
    assert results == [cal.STOOD, cal.HINGED]
    assert worst_degrees(axes(frame), body_axes(wearer.mount)) < 0.5


def restless(kind: str) -> Wearer:
    wearer = Wearer(random_mount(2))
    if kind == "walks":
        return wearer.walk(25)
    if kind == "runs":
        return wearer.run(25)
    if kind == "turns over":
        return wearer.move(25, lambda t: (8 * math.sin(3 * t), G_MPS2, 0.0))
    return wearer.move(25, lambda t: (0.0, G_MPS2 + 1.0 * math.sin(12 * t), 0.0))


@pytest.mark.parametrize("kind", ["walks", "runs", "turns over", "bounces"])
def test_stand_is_refused_while_moving(kind: str) -> None:
    results, frame, calibration = measure(restless(kind), stand_wait_ms=15000)
    assert results == [cal.NOT_STILL]
    assert frame.source == NOMINAL
    assert axes(frame).tolist() == axes(WearFrame()).tolist()
    assert calibration.state == cal.IDLE


def test_stillness_is_waited_for() -> None:
    wearer = Wearer(random_mount(6)).walk(6).stand(5).bow().stand(1)
    results, frame, _ = measure(wearer)
    assert results == [cal.STOOD, cal.HINGED]
    assert worst_degrees(axes(frame), body_axes(wearer.mount)) < 0.5


def test_stand_is_not_over_before_its_time() -> None:
    wearer = Wearer().stand(1.6).bow()
    results, frame, _ = measure(wearer)
    assert cal.STOOD not in results
    assert frame.source == NOMINAL


def test_no_bow_in_time() -> None:
    results, frame, calibration = measure(Wearer(random_mount(1)).stand(30))
    assert results == [cal.STOOD, cal.NO_HINGE]
    assert frame.source == STAND
    assert calibration.state == cal.IDLE


def test_bow_that_never_comes_up() -> None:
    wearer = Wearer().stand(4).move(40, lambda t: (min(10 * t, 60.0), G_MPS2, 0.0))
    results, frame, _ = measure(wearer)
    assert results == [cal.STOOD, cal.NO_STAND]
    assert frame.source == NOMINAL


def held(wearer: Wearer, seconds: float, lean_deg: float) -> Wearer:
    return wearer.move(seconds, lambda _t: (lean_deg, G_MPS2, 0.0))


def risen(wearer: Wearer, from_deg: float) -> Wearer:
    return wearer.move(1.5, lambda t: (from_deg * (1 + math.cos(math.pi * t / 1.5)) / 2, G_MPS2, 0))


@pytest.mark.parametrize("mount", MOUNTS[:12], ids=range(12))
@pytest.mark.parametrize("bow_deg", [25.0, 35.0, 60.0])
def test_a_bow_held_for_the_stand_is_withdrawn(mount: np.ndarray, bow_deg: float) -> None:
    """Held until the clip says that it is measured, then up, and upright from then on."""
    wearer = risen(held(Wearer(mount), 3.2, bow_deg), bow_deg).stand(15)
    results, frame, calibration = measure(wearer)
    assert results == [cal.STOOD, cal.NO_STAND]
    assert frame.source == NOMINAL
    assert axes(frame).tolist() == axes(WearFrame()).tolist()
    assert calibration.state == cal.IDLE


def test_a_bow_held_for_the_stand_and_a_second_one_are_withdrawn() -> None:
    """The second bow ends where the first was held, and would pass for a hinge backwards."""
    wearer = risen(held(Wearer(random_mount(7)), 3.2, 35), 35).bow(35)
    calibration, frame, sample = cal.Calibration(), WearFrame(), Sample()
    calibration.begin()
    results = [
        calibration.step(vertical_of(values), fill(sample, values), 10, frame)
        for values in wearer.stand(6).rows
        if calibration.state != cal.IDLE or calibration.refining
    ]
    assert [result for result in results if result] == [cal.STOOD, cal.HINGED, cal.NO_STAND]
    assert frame.source == NOMINAL


def test_a_bow_held_after_the_stand_is_a_hinge_all_the_same() -> None:
    wearer = held(Wearer().stand(4), 3.2, 35)
    results, frame, _ = measure(risen(wearer, 35).stand(2))
    assert results == [cal.STOOD, cal.HINGED]
    assert frame.source == HINGE
    assert worst_degrees(axes(frame), body_axes(NOMINAL_MOUNT)) < 0.5


@pytest.mark.parametrize("lean_deg", [-18.0, 12.0, 18.0])
def test_a_seat_or_a_wall_after_the_stand_does_not_withdraw_it(lean_deg: float) -> None:
    results, frame, _ = measure(held(Wearer().stand(4), 25, lean_deg))
    assert results == [cal.STOOD, cal.NO_HINGE]
    assert frame.source == STAND


def test_shallow_bow_is_no_bow() -> None:
    results, frame, _ = measure(Wearer().stand(4).bow(17).stand(20))
    assert results == [cal.STOOD, cal.NO_HINGE]
    assert frame.source == STAND


def test_side_bend_is_no_bow() -> None:
    """The pelvis bends sideways by less than a hinge goes forward."""
    wearer = moved(Wearer().stand(4), 3, lambda _t: 0.0, lambda t: bell(t, 3, 17)).stand(20)
    results, frame, _ = measure(wearer)
    assert cal.HINGED not in results
    assert frame.source == STAND


def test_circling_hips_are_crooked() -> None:
    wearer = moved(
        Wearer().stand(4),
        4,
        lambda t: bell(t, 4, 1) * 30 * math.cos(math.pi * t / 2),
        lambda t: bell(t, 4, 1) * 30 * math.sin(math.pi * t / 2),
    ).stand(20)
    results, frame, calibration = measure(wearer)
    assert cal.HINGED not in results
    assert frame.source == STAND
    assert calibration.quality_permille < 930


def test_bow_that_twists_to_the_side_is_crooked() -> None:
    wearer = moved(
        Wearer().stand(4),
        4,
        lambda t: bell(t, 4, 35) if t < 2 else 0.3 * bell(t, 4, 35),
        lambda t: 0.0 if t < 1.5 else bell(t, 4, 30),
    ).stand(20)
    results, frame, _ = measure(wearer)
    assert cal.HINGED not in results
    assert frame.source == STAND


def test_begin_again_after_a_refusal() -> None:
    calibration, frame, sample = cal.Calibration(), WearFrame(), Sample()
    for wearer, wanted in ((restless("walks"), cal.NOT_STILL), (Wearer().stand(4), cal.STOOD)):
        calibration.begin()
        for values in wearer.rows:
            result = calibration.step(vertical_of(values), fill(sample, values), 10, frame)
            if result:
                break
        assert result == wanted


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
