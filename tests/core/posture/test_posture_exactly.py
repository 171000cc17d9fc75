"""The state of each part of the posture, in integers, and its bounds at the value itself."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest
from leancore.gait.activity import OTHER, STILL
from leancore.posture import calibration as cal
from leancore.posture.clip_shift import ClipShift
from leancore.posture.wear_frame import HINGE, NOMINAL, STAND, WearFrame

UPRIGHT = (0, 16384, 0)
TILTED = (0, 16367, 746)  # 2.6°


def whole(thing: Any) -> None:
    for name in thing.FIELDS:
        value = getattr(thing, name)
        assert all(type(part) is int for part in (value if isinstance(value, list) else [value]))


def vertical(up: tuple[int, int, int]) -> Any:
    return SimpleNamespace(ux=up[0], uy=up[1], uz=up[2])


# ---- the frame ------------------------------------------------------------------------------


def test_a_new_frame_has_lists_of_three_and_no_more() -> None:
    frame = WearFrame()
    whole(frame)
    for axis in (frame.right, frame.up, frame.forward, frame._scratch):
        assert len(axis) == 3


def test_a_reset_goes_back_to_the_board() -> None:
    frame = WearFrame()
    frame.set_up(3000, 4000, 5000)
    frame.set_forward(1, 20_000, 3)
    frame.source = HINGE
    frame.reset()
    assert (frame.right, frame.up, frame.forward) == ([16384, 0, 0], [0, 16384, 0], [0, 0, -16384])
    assert frame.source == NOMINAL


@pytest.mark.parametrize("way", [1, -1])
def test_with_the_label_up_or_down_forward_is_where_its_top_points(way: int) -> None:
    frame = WearFrame()
    assert frame.set_up(0, 0, way * 16384)
    assert (frame.forward, frame.up) == ([0, 16384, 0], [0, 0, way * 16384])
    assert frame.right == [way * 16384, 0, 0]


@pytest.mark.parametrize("by", range(3))
def test_the_level_part_of_a_slanting_forward(by: int) -> None:
    """Half of it is along up, which is along one axis: 12 000 and 5000 of 13 000 are left."""
    frame = WearFrame()

    def named(*parts: int) -> list[int]:
        return [parts[(i - by) % 3] for i in range(3)]

    frame.set_up(*named(0, 0, 9000))
    assert frame.set_forward(*named(12_000, -5000, 13_000))
    assert frame.forward == named(round(16384 * 12 / 13), round(-16384 * 5 / 13), 0)
    expected = named(-round(16384 * 5 / 13), -round(16384 * 12 / 13), 0)
    assert frame.right == expected


# ---- the calibration ------------------------------------------------------------------------


def test_a_new_calibration_is_idle_and_a_begun_one_stands() -> None:
    calibration = cal.Calibration()
    whole(calibration)
    lists = {"_sum": 3, "_stood_sum": 3, "_off": 4, "_low": 4, "_high": 4}
    for name, length in lists.items():
        assert getattr(calibration, name) == [0] * length, name
    for name in calibration.FIELDS:
        if name not in lists and name != "by_force":
            assert getattr(calibration, name) == 0, name
    assert calibration.by_force == 1
    for name in calibration.FIELDS:
        if name in lists:
            getattr(calibration, name)[:] = [7] * lists[name]
        elif name != "by_force":
            setattr(calibration, name, 7)
    calibration.begin()
    assert calibration.state == cal.STANDING
    for name in calibration.FIELDS:
        if name not in ("by_force", "state"):
            expected = [0] * lists[name] if name in lists else 0
            assert getattr(calibration, name) == expected, name


class Sums:
    """A calibration that has summed up a stand."""

    def __init__(self, mean: tuple[int, int, int] = UPRIGHT, count: int = 5, **fields: int) -> None:
        self.calibration, self.frame = cal.Calibration(), WearFrame()
        self.calibration._sum[:] = [part * count for part in mean]
        self.calibration._count = count
        for name, value in fields.items():
            setattr(self.calibration, name, value)


@pytest.mark.parametrize(("wait_ms", "state"), [(8000, cal.HINGING), (0, cal.IDLE),
                                                (1, cal.HINGING)])  # fmt: skip
def test_after_a_stand_a_bow_is_waited_for(wait_ms: int, state: int) -> None:
    sums = Sums(hinge_wait_ms=wait_ms, _waited_ms=5, _bow_ms=6, _path=7, depth_cdeg=8)
    calibration = sums.calibration
    assert calibration._stood(sums.frame) == cal.STOOD
    assert calibration.state == state
    assert (calibration._waited_ms, calibration._bow_ms, calibration._path) == (0, 0, 0)
    assert (calibration.depth_cdeg, calibration._sum) == (0, [0, 0, 0])
    assert (calibration._stood_sum, calibration._stood_count) == ([0, 5 * 16384, 0], 5)
    assert sums.frame.source == STAND
    whole(calibration)


def test_a_stand_does_not_unmeasure_the_forward_of_a_bow() -> None:
    sums = Sums()
    sums.frame.source = HINGE
    sums.calibration._stood(sums.frame)
    assert sums.frame.source == HINGE


def test_two_stands_are_averaged_by_their_samples() -> None:
    """5 samples at 0 and 15 at 400: 300/16384 aside."""
    sums = Sums((400, 16379, 0), 15, refining=1)
    sums.calibration._stood_sum[:] = [0, 5 * 16384, 0]
    sums.calibration._stood_count = 5
    assert sums.calibration._stood(sums.frame) == cal.NOTHING
    assert sums.frame.up[0] == pytest.approx(300, abs=1)
    assert (sums.calibration.refining, sums.calibration._stood_count) == (0, 20)
    whole(sums.calibration)


@pytest.mark.parametrize(("sine_q14", "result"), [(1428, cal.NO_STAND), (8192, cal.NO_STAND),
                                                  (-1428, cal.NO_STAND), (1425, cal.NOTHING)])
def test_who_stands_elsewhere_after_the_bow_had_not_stood_upright(
    sine_q14: int, result: int
) -> None:
    """5°: sine 1428."""
    sums = Sums((sine_q14, math.isqrt(16384**2 - sine_q14**2), 0), refining=1)
    sums.frame.source = HINGE
    assert sums.calibration._stood(sums.frame) == result
    assert sums.calibration.refining == 0
    assert sums.frame.source == (NOMINAL if result else HINGE)
    whole(sums.calibration)


@pytest.mark.parametrize("axis", [0, 2])
def test_the_tilt_from_the_stand_and_its_level_part(axis: int) -> None:
    """30° to one side."""
    calibration = cal.Calibration()
    x, z = (8192, 0) if axis == 0 else (0, 8192)
    assert calibration._tilt(x, 14189, z, list(UPRIGHT)) == 3000
    assert calibration._off == [x, 0, z, 8192]


def bowed(depth_cdeg: int, **fields: int) -> Any:
    calibration = cal.Calibration()
    calibration.state, calibration.depth_cdeg = cal.HINGING, depth_cdeg
    for name, value in fields.items():
        setattr(calibration, name, value)
    return calibration


def at(angle: str) -> Any:
    """A vertical so many degrees from upright, away along z."""
    parts = {"0": (0, 16384), "7.99": (2277, 16225), "8.01": (2283, 16224), "9.99": (2842, 16136),
             "10.02": (2851, 16134), "30": (8192, 14189)}[angle]  # fmt: skip
    return vertical((0, parts[1], parts[0]))


def test_ten_degrees_from_the_stand_are_a_bow() -> None:
    for angle, depth in (("9.99", 0), ("10.02", 1002)):
        calibration = bowed(0)
        assert calibration._hinge(at(angle), 10, WearFrame()) == cal.NOTHING
        assert calibration.depth_cdeg == pytest.approx(depth, abs=1)
        assert calibration._bow_ms == (10 if depth else 0)
        assert calibration._path == (2851 if depth else 0)
        assert calibration._sum == ([0, 0, 2851] if depth else [0, 0, 0])
    calibration._hinge(at("10.02"), 10, WearFrame())
    assert (calibration._path, calibration._sum[2], calibration._bow_ms) == (5702, 5702, 20)
    whole(calibration)


@pytest.mark.parametrize(("angle", "depth_cdeg", "judged"), [
    ("7.99", 2000, True), ("8.01", 2000, False), ("7.99", 1999, False), ("0", 3000, True),
])  # fmt: skip
def test_a_bow_is_judged_at_eight_degrees_from_the_stand(
    angle: str, depth_cdeg: int, judged: bool
) -> None:
    calibration = bowed(depth_cdeg, _path=20_000, _bow_ms=500)
    calibration._sum[:] = [0, 0, 19_000]
    result = calibration._hinge(at(angle), 10, WearFrame())
    assert result == (cal.HINGED if judged else cal.NOTHING)


@pytest.mark.parametrize(
    ("bow_ms", "waited_ms", "over"),
    [(8000, 9000, False), (8001, 9000, True), (0, 8000, False), (0, 8001, True),
     (10, 8001, False), (10, 16_000, False), (10, 16_001, True)],
)
def test_a_bow_is_not_waited_for_longer(bow_ms: int, waited_ms: int, over: bool) -> None:
    calibration = bowed(0, _bow_ms=bow_ms, _waited_ms=waited_ms)
    result = calibration._overdue(500, WearFrame())
    assert result == (cal.NO_HINGE if over else cal.NOTHING)
    assert calibration.state == (cal.IDLE if over else cal.HINGING)


@pytest.mark.parametrize(
    ("tilt_cdeg", "waited_ms", "result"),
    [(2000, 20_000, cal.NO_STAND), (1999, 20_000, cal.NO_HINGE), (2000, 20_001, cal.NO_HINGE)],
)
def test_who_is_away_for_good_had_no_stand(tilt_cdeg: int, waited_ms: int, result: int) -> None:
    calibration, frame = bowed(0, _bow_ms=8001, _waited_ms=waited_ms), WearFrame()
    frame.source = STAND
    assert calibration._overdue(tilt_cdeg, frame) == result
    assert frame.source == (NOMINAL if result == cal.NO_STAND else STAND)


@pytest.mark.parametrize(("straight", "result"), [(9300, cal.HINGED), (9299, cal.CROOKED)])
@pytest.mark.parametrize("axis", [0, 2])
def test_a_bow_is_straight_by_93_percent(straight: int, axis: int, result: int) -> None:
    calibration, frame = bowed(3000, _path=10_000, _waited_ms=5, _still_ms=6, _count=7), WearFrame()
    calibration._sum[axis] = straight
    assert calibration._judge(frame) == result
    assert calibration.quality_permille == straight // 10
    assert calibration.state == cal.IDLE
    hinged = result == cal.HINGED
    assert (calibration.refining, frame.source) == ((1, HINGE) if hinged else (0, NOMINAL))
    assert (calibration._waited_ms, calibration._still_ms) == ((0, 0) if hinged else (5, 6))
    if hinged:
        assert (calibration._count, frame.forward[axis]) == (0, -16384)  # the side it sank from
    whole(calibration)


def test_a_long_path_is_judged_as_a_short_one() -> None:
    """3, 4 of 5 in all, each 2^20 times: more than the integers take when squared."""
    calibration = bowed(3000, _path=5 << 20)
    calibration._sum[:] = [3 << 20, 0, -4 << 20]
    assert calibration._judge(WearFrame()) == cal.HINGED
    assert calibration.quality_permille == pytest.approx(1000, abs=1)
    whole(calibration)


# ---- a clip that moved ----------------------------------------------------------------------


def stood(shift: ClipShift, up: tuple[int, int, int], ms: int, now: int = STILL) -> int:
    activity: Any = SimpleNamespace(now=now)
    return shift.stand(vertical(up), WearFrame(), activity, ms)


@pytest.mark.parametrize(("away_ms", "moved"), [(2700, 0), (2701, 1)])
def test_nine_tenths_of_three_seconds_elsewhere_are_a_moved_clip(away_ms: int, moved: int) -> None:
    """After three seconds in which the vertical forgets the running."""
    shift = ClipShift()
    assert stood(shift, TILTED, 3000) == 0
    assert shift._away == 0
    assert stood(shift, TILTED, away_ms) == 0
    assert shift._away == away_ms
    assert stood(shift, UPRIGHT, 2999 - away_ms) == 0
    assert stood(shift, UPRIGHT, 1) == moved
    assert (shift._still_ms, shift._away) == (0, 0)
    whole(shift)


def test_one_millisecond_more_and_it_counts() -> None:
    shift = ClipShift()
    stood(shift, TILTED, 3001)
    assert shift._away == 3001


def test_two_and_a_half_degrees_are_the_same_place() -> None:
    shift = ClipShift()
    stood(shift, (0, 16368, 723), 4000)
    assert shift._away == 0


def test_who_moves_begins_to_stand_anew() -> None:
    shift = ClipShift()
    stood(shift, TILTED, 3000)
    stood(shift, TILTED, 2000)
    assert stood(shift, TILTED, 10, OTHER) == 0
    assert (shift._still_ms, shift._away) == (0, 0)


def test_a_new_spell_forgets_the_stride_and_a_reset_where_it_sits() -> None:
    shift = ClipShift()
    for name in ClipShift.FIELDS:
        setattr(shift, name, 7)
    shift.rest()
    for name in ("_turn", "_turn_mean", "_steps", "_still_ms", "_away"):
        assert getattr(shift, name) == 0, name
    assert [getattr(shift, n) for n in ("_strides", "_usual_cdeg", "_left", "_right")] == [7] * 4
    assert shift._wait == 10
    for name in ClipShift.FIELDS:
        setattr(shift, name, 7)
    shift.reset()
    for name in ClipShift.FIELDS:
        assert getattr(shift, name) == (10 if name == "_wait" else 0), name


def test_each_stand_begins_its_sum_anew() -> None:
    """The force × 6.5 on each axis, or the vertical where the force is unusable."""
    sample: Any = SimpleNamespace(ax=100, ay=2500, az=-200)
    for by_force, expected in ((1, [650, 16_250, -1300]), (0, [1, 16_380, 3])):
        calibration = cal.Calibration()
        calibration.begin()
        calibration.by_force = by_force
        calibration._sum[:] = [5, 6, 7]
        assert calibration.step(vertical((1, 16_380, 3)), sample, 10, WearFrame()) == cal.NOTHING
        assert calibration._sum == expected
        assert (calibration._count, calibration._still_ms) == (1, 0)
        assert calibration._low[:3] == calibration._high[:3] == [1, 16_380, 3]


def test_who_stays_bowed_withdraws_the_stand() -> None:
    calibration, frame = bowed(0, _bow_ms=8000, _waited_ms=9000), WearFrame()
    frame.source = STAND
    assert calibration._hinge(at("30"), 10, frame) == cal.NO_STAND
    assert frame.source == NOMINAL
