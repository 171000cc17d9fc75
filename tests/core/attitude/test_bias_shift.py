"""A shift of the gyroscope's bias: what counts as evidence, and what is done about it."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from leancore.attitude.bias_shift import BiasShift
from leancore.attitude.orientation_selector import BOTH
from leancore.attitude.speed_change import SpeedChange
from leancore.coaching import prescription
from leancore.pipeline import FAULT, Pipeline
from leancore.schema import faults, settings
from leancore.sensor.sample import HAS_A, HAS_G, HAS_Q, Sample

from tools.expected import inputs

M_S3_Q22 = 1 << 22
NOISE, SHIFTED = 117_200, 440_000
STEP_S = 40.0


class Own:
    """In the place of our own orientation."""

    def __init__(self) -> None:
        self.lowpass: Any = SimpleNamespace(
            rate_q22=[0, 0, 0], coast=lambda: self.done.append(0), speed_change=SpeedChange()
        )
        self.done: list[Any] = []
        self.travelling = 1

    def lead(self, off_q14: list[int]) -> None:
        self.done.append(list(off_q14))


class Rig:
    """Looks one after the other, the first of which finds no difference."""

    def __init__(self) -> None:
        self.shift, self.own = BiasShift(), Own()
        self.look(0)

    def look(self, apart_q14: int, rate_m_s3: float = 0.0, blamed: int = 0, axis: int = 0) -> int:
        self.own.lowpass.rate_q22[:] = [0, 0, 0]
        self.own.lowpass.rate_q22[axis] = round(rate_m_s3 * M_S3_Q22)
        apart = [apart_q14 if i == axis else 0 for i in range(3)]
        found = self.shift.look(apart, self.own, blamed)  # type: ignore[arg-type]
        assert type(self.shift._evidence) is int
        return found


def test_the_first_difference_is_the_usual_one_and_is_followed_slowly() -> None:
    rig = Rig()
    rig.shift = BiasShift()
    for apart_q14, usual_q14 in ((300, 300), (300 + 640, 310), (310 - 640, 300)):
        rig.look(apart_q14)
        assert rig.shift.usual_q14 == [usual_q14, 0, 0]


def faded(evidence: int) -> int:
    return evidence - (evidence >> 6)


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("sign", [1, -1])
def test_the_evidence_is_the_way_apart_times_the_rate_back(axis: int, sign: int) -> None:
    rig = Rig()
    rig.look(sign * 200, sign * 1.0, axis=axis)
    first = faded((200 << 10) - NOISE)
    assert rig.shift._evidence == first
    usual = rig.shift.usual_q14[axis]
    rig.look(usual + sign * 300, sign * 0.5, axis=axis)
    second = faded(first + (300 << 9) - NOISE)
    assert rig.shift._evidence == second
    assert rig.shift.usual_q14[axis] == usual  # no more followed
    rig.look(usual + sign * 2860, sign * 0.125, axis=axis)
    assert rig.shift._evidence == faded(second + 1146 * 128 - NOISE)  # 4° at most


def test_a_single_look_decides_nothing() -> None:
    rig = Rig()
    assert [rig.look(5000, 2.0) for _ in range(5)] == [0, 0, 0, 0, 1]
    rig = Rig()
    rig.look(5000, 2.0)
    assert rig.shift._evidence == faded(SHIFTED // 4)


@pytest.mark.parametrize(("rate_m_s3", "evidence"), [(0.35, 0), (-0.35, 0), (-3.0, -SHIFTED)])
def test_noise_is_no_evidence_and_a_chip_left_behind_speaks_against_it(
    rate_m_s3: float, evidence: int
) -> None:
    rig = Rig()
    rig.look(64 if evidence == 0 else 1000, rate_m_s3)
    assert rig.shift._evidence == evidence


@pytest.mark.parametrize("evidence", [6400, -6400])
def test_evidence_fades(evidence: int) -> None:
    rig = Rig()
    rig.shift._evidence = evidence
    rig.look(0)
    assert rig.shift._evidence == evidence * 63 // 64


@pytest.mark.parametrize(("evidence", "found"), [(SHIFTED, 0), (SHIFTED + 1, 1)])
def test_from_enough_evidence_on_ours_is_led_for_fifty_looks(evidence: int, found: int) -> None:
    rig = Rig()
    rig.shift._evidence = evidence + 6984
    assert evidence + 6984 - (evidence + 6984 >> 6) == evidence
    assert rig.look(0) == found
    assert rig.own.done == [0] * found
    if found:
        assert rig.shift._evidence == 0
        for i in range(50):
            assert rig.look(3000 if i else 200, 5.0) == 0
            assert rig.shift.in_doubt == (60 if i < 19 else 0)
        assert rig.own.done == [0, [200, 0, 0], *[[2860, 0, 0]] * 49]
        assert rig.shift.usual_q14 == [0, 0, 0]
        rig.look(64)
        assert len(rig.own.done) == 51


@pytest.mark.parametrize(("more", "in_doubt"), [(0, 0), (1, 60)])
def test_steps_are_in_doubt_from_a_quarter_of_the_evidence_on(more: int, in_doubt: int) -> None:
    rig = Rig()
    rig.shift._evidence = 111_746 + more
    rig.look(0)
    assert rig.shift._evidence == SHIFTED // 4 + more
    assert rig.shift.in_doubt == in_doubt


def test_against_a_blamed_chip_it_takes_more_and_ours_is_not_led() -> None:
    rig = Rig()
    rig.look(640)
    for _ in range(20):
        assert rig.look(1100, 0.3, blamed=1) == 0
        assert rig.shift._evidence == 0
    assert rig.shift.usual_q14[0] == 10
    assert [rig.look(1300, 0.6, blamed=1) for _ in range(5)] == [0, 0, 0, 0, 1]
    assert (rig.own.done, rig.shift._leads) == ([0], 0)
    rig.look(500)  # the chip is trusted again, with another tilt
    assert (rig.shift.usual_q14[0], rig.shift._evidence) == (500, 0)


def test_ours_does_not_follow_a_chip_that_jumps_meanwhile() -> None:
    rig = Rig()
    rig.shift._leads = 50
    rig.look(2000, blamed=1)
    assert (rig.own.done, rig.shift._leads) == ([], 0)


def test_for_two_seconds_after_the_chip_was_blamed_no_step_is_judged() -> None:
    rig = Rig()
    rig.look(0)
    assert rig.shift.in_doubt == 0
    for look in range(25):
        rig.look(100, blamed=1)
        assert (rig.shift.in_doubt > 0) is (look < 19)
        rig.shift.in_doubt = 0
    rig.look(0)  # trusted again; the usual difference is taken anew
    rig.look(100, blamed=1)
    assert rig.shift.in_doubt > 0


def test_without_a_difference_before_nothing_is_known() -> None:
    rig = Rig()
    rig.shift = BiasShift()
    for _ in range(50):
        assert rig.look(1100, 2.0, blamed=1) == 0


def test_of_who_neither_walks_nor_runs_there_is_no_evidence() -> None:
    rig = Rig()
    rig.shift._evidence, rig.shift.in_doubt = 5, 60
    rig.own.travelling = 0
    assert rig.look(1000, 4.0) == 0
    assert (rig.shift._evidence, rig.shift.in_doubt) == (0, 0)
    rig.own.travelling = 1
    rig.look(1000, 4.0)
    assert rig.shift._evidence > 0


def test_while_speed_changes_there_is_no_evidence() -> None:
    rig = Rig()
    rig.shift._evidence = 5
    rig.shift.rest()
    for _ in range(80):
        assert rig.look(1000, 1.0) == 0
        assert rig.shift._evidence == 0
    rig.look(rig.shift.usual_q14[0] + 200, 1.0)
    assert rig.shift._evidence == faded((200 << 10) - NOISE)
    rig.shift.rest()
    rig.look(1300, 1.0, blamed=1)
    assert rig.shift._evidence == faded(SHIFTED // 4)  # whoever is blamed is heard at once


# ---- on a runner ------------------------------------------------------------------------------


def worn(offset_q9: tuple[int, int, int], wearer: str = "coached") -> tuple[Any, list[int]]:
    """Tilt errors [n, (s, °)] of a simulated runner's clip, and the faults it told of."""
    t_ms, rows = inputs.drawn(wearer)
    core = Pipeline(settings.checked({}), prescription.checked({}))
    core.vertical.use(BOTH)
    sample, errors, told = Sample(), [], []
    for at_ms, row in zip((t_ms - t_ms[0]).tolist(), rows.tolist(), strict=True):
        sample.t_ms, sample.flags = at_ms, HAS_Q | HAS_A | HAS_G
        sample.qw, sample.qx, sample.qy, sample.qz = row[:4]
        sample.ax, sample.ay, sample.az = row[4:7]
        shifted = offset_q9 if at_ms > 1000 * STEP_S else (0, 0, 0)
        sample.gx, sample.gy, sample.gz = (a + b for a, b in zip(row[7:], shifted, strict=True))
        if core.step(sample) & FAULT:
            told.append(core.fault)
        errors.append((at_ms / 1000, tilt_deg(core.vertical.now(), row[:4])))
    return np.array(errors), told


def tilt_deg(up: list[int], q: list[int]) -> float:
    w, x, y, z = (part / 16384 for part in q)
    true = (2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z)
    cosine = sum(a * b for a, b in zip(up, true, strict=True)) / math.hypot(*up) / math.hypot(*true)
    return math.degrees(math.acos(min(cosine, 1.0)))


@pytest.mark.parametrize(
    "offset_q9", [(20, 0, 0), (-20, 0, 0), (0, 0, 30), (40, 10, 0)]
)
def test_a_shift_in_a_run_is_found_and_corrected(offset_q9: tuple[int, int, int]) -> None:
    errors, told = worn(offset_q9)
    assert told.count(faults.GYRO_OFFSET) == 1
    assert faults.CHIP_JUMPED not in told
    settled = errors[errors[:, 0] > STEP_S + 12, 1]
    assert math.sqrt(np.mean(settled**2)) < 1.0


@pytest.mark.parametrize(
    ("offset_q9", "rms_deg"),
    [((100, 0, 0), 1.5), ((0, 0, 200), 4.0), ((-150, 50, 100), 4.0), ((0, 150, 0), 4.0)],
)
def test_a_gyroscope_that_is_off_by_far_is_led_to_the_chip(
    offset_q9: tuple[int, int, int], rms_deg: float
) -> None:
    """By 11 to 23 °/s: the chip is used for ten seconds, in which ours learns it.

    What is left comes from turning about the vertical, which neither force nor chip shows.
    """
    errors, told = worn(offset_q9)
    assert faults.GYRO_OFFSET in told
    later = errors[errors[:, 0] > STEP_S + 10, 1]
    assert math.sqrt(np.mean(later**2)) < rms_deg
    assert later.max() < 12


@pytest.mark.parametrize("wearer", ["coached", "coached_rough", "activities", "changes"])
def test_without_a_shift_none_is_found(wearer: str) -> None:
    assert faults.GYRO_OFFSET not in worn((0, 0, 0), wearer)[1]
