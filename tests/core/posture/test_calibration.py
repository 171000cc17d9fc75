"""Standing and bowing with the clip in any mount, and what must not count as either."""

from __future__ import annotations

import math

import numpy as np
import pytest
from core_calibration import axes, body_axes, held, measure, worst_degrees
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
