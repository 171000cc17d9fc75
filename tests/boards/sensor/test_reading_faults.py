"""Wrong readings of the simulated part, knob by knob."""

from __future__ import annotations

import pytest
from sim_rig import ACCELEROMETER, GAME, GYRO, Fixed, Rig, Tilting, vector

STAMPING = (0.0, 30.0, 0.0)
CONFIGURE = bytes((0xF2, 0, 7, *bytes(9)))


def accelerations(rig: Rig, seconds: float = 1.0) -> list[list[int]]:
    return [vector(report) for _, report in rig.run(seconds) if report[0] == ACCELEROMETER]


def stamping() -> Rig:
    rig = Rig(Fixed(acceleration=STAMPING))
    rig.chip.miscalibration_m_s2 = (0.0, 0.0, -0.5)
    rig.enable(ACCELEROMETER)
    return rig


def test_as_delivered_it_calibrates_itself_wrong_while_stamped_with() -> None:
    z_q8 = [z for _, _, z in accelerations(stamping(), 20.0)]
    assert z_q8[0] == 0
    assert z_q8[-1] == -128
    assert sorted(z_q8, reverse=True) == z_q8


def test_at_rest_it_does_not() -> None:
    rig = Rig(Fixed())
    rig.chip.miscalibration_m_s2 = (0.0, 0.0, -0.5)
    rig.enable(ACCELEROMETER)
    assert len(set(map(tuple, accelerations(rig, 20.0)))) == 1


def test_the_host_may_switch_that_off_until_the_next_reset() -> None:
    rig = stamping()
    rig.write(2, CONFIGURE)
    channel, payload = rig.cargo()
    assert (channel, payload[0], payload[2], payload[5]) == (2, 0xF1, 7, 0)
    assert {z for _, _, z in accelerations(rig, 20.0)} == {0}
    rig.chip.self_reset()
    assert rig.chip.calibrates_accelerometer


def test_a_part_that_refuses_says_so_and_goes_on() -> None:
    rig = stamping()
    rig.chip.refuse_calibration = True
    rig.write(2, CONFIGURE)
    assert rig.cargo()[1][5] != 0
    assert accelerations(rig, 20.0)[-1][2] == -128


@pytest.mark.parametrize("knob", ["frozen", "zeroed"])
def test_a_source_that_stands_still_goes_on_reporting(knob: str) -> None:
    rig = Rig(Tilting())
    rig.enable(ACCELEROMETER, GAME)
    last = accelerations(rig)[-1]
    getattr(rig.chip, knob).add(ACCELEROMETER)
    reports = rig.run(1.0)
    held = {tuple(vector(report)) for _, report in reports if report[0] == ACCELEROMETER}
    assert held == {tuple(last) if knob == "frozen" else (0, 0, 0)}
    assert len({report[4:] for _, report in reports if report[0] == GAME}) > 10


def test_spikes_come_every_so_many_reports() -> None:
    rig = Rig(Fixed(gyro=(0.0, 0.0, 1.0)))
    rig.enable(GYRO)
    rig.chip.spikes[GYRO] = (10, (30.0, 0.0, 0.0))
    values = [vector(report)[0] for _, report in rig.run(1.0)]
    assert values.count(30 * 512) == pytest.approx(len(values) / 10, abs=1)


def test_an_offset_is_added_and_a_skew_is_earlier() -> None:
    rig = Rig(Tilting())
    rig.chip.offset_m_s2 = (0.0, 0.0, 0.5)
    rig.chip.skew_ms[ACCELEROMETER] = 500.0
    rig.chip.motion_start_us = rig.clock.now_us()
    rig.enable(ACCELEROMETER)
    for sampled_us, report in rig.run(3.0)[100:]:
        x, _, z = vector(report)
        assert x / 256 == pytest.approx(
            (sampled_us - rig.chip.motion_start_us) / 1e6 - 0.5, abs=0.01
        )
        assert z == round((9.81 + 0.5) * 256)
