"""The real Adafruit driver on the simulated bus: it must work, and fail, as on a board."""

from __future__ import annotations

import math
import time

import adafruit_bno08x
import pytest
from sim_rig import ACCELEROMETER, GAME, GYRO, Fixed, Rig


def test_bring_up_takes_a_simulated_second() -> None:
    rig = Rig()
    with rig.driver():
        assert rig.clock.monotonic() == pytest.approx(1.0, abs=0.05)
    assert adafruit_bno08x.time is time  # given back


def test_values_read_through_the_driver_are_those_of_the_motion() -> None:
    half = math.radians(20) / 2
    q = (math.cos(half), math.sin(half), 0.0, 0.0)
    rig = Rig(Fixed(acceleration=(1.0, 3.0, 9.0), gyro=(0.5, -0.25, 0.125), q=q))
    with rig.driver() as bno:
        for report_id in (GAME, ACCELEROMETER, GYRO):
            bno.enable_feature(report_id, 10_000)
        rig.clock.sleep(0.05)
        assert bno.game_quaternion == pytest.approx((q[1], q[2], q[3], q[0]), abs=1e-4)
        assert bno.acceleration == pytest.approx((1.0, 3.0, 9.0), abs=0.004)
        assert bno.gyro == pytest.approx((0.5, -0.25, 0.125), abs=0.002)
    assert rig.chip.interval_us(ACCELEROMETER) == 8000


def test_mute_sensor_fails_after_fifteen_simulated_seconds() -> None:
    rig = Rig()
    rig.chip.mute = True
    with pytest.raises(RuntimeError, match="Could not read ID"), rig.driver():
        pass
    assert rig.clock.monotonic() == pytest.approx(15.0, abs=0.5)


def test_absent_sensor_is_reported_at_once() -> None:
    rig = Rig()
    rig.chip.absent = True
    with pytest.raises(ValueError, match="No I2C device"), rig.driver():
        pass


def test_bus_of_ones_breaks_the_constructor() -> None:
    rig = Rig()
    rig.bus.all_ones = True
    with pytest.raises(IndexError), rig.driver():
        pass


def test_spontaneous_reset_raises_and_then_gives_stale_values_for_ever() -> None:
    rig = Rig()
    with rig.driver() as bno:
        bno.enable_feature(GAME, 10_000)
        rig.clock.sleep(2.0)
        before = bno.game_quaternion
        rig.chip.self_reset()
        rig.clock.sleep(0.2)
        with pytest.raises(KeyError):  # the advertisement is no report
            _ = bno.game_quaternion
        with pytest.raises(RuntimeError, match="Unprocessable Batch bytes"):  # nor is `01`
            _ = bno.game_quaternion
        for _ in range(3):
            rig.clock.sleep(1.0)
            assert bno.game_quaternion == before


def test_enabling_a_known_feature_again_does_not_notice_a_refusal() -> None:
    rig = Rig()
    with rig.driver() as bno:
        bno.enable_feature(GAME, 10_000)
        rig.chip.self_reset()
        rig.clock.sleep(0.2)
        rig.drain()
        rig.chip.refuse_feature = True
        bno.enable_feature(GAME, 10_000)  # returns as if all were well
        assert rig.chip.interval_us(GAME) == 0


def test_refused_feature_times_out_after_two_seconds() -> None:
    rig = Rig()
    with rig.driver() as bno:
        rig.chip.refuse_feature = True
        began_s = rig.clock.monotonic()
        with pytest.raises(RuntimeError, match="Was not able to enable feature"):
            bno.enable_feature(GAME, 10_000)
        assert rig.clock.monotonic() - began_s == pytest.approx(2.0, abs=0.1)


def test_undocumented_report_and_short_cargo_break_the_driver(capsys) -> None:
    rig = Rig()
    with rig.driver() as bno:
        bno.enable_feature(GAME, 10_000)
        rig.chip.unknown_every = 1
        rig.clock.sleep(0.02)
        with pytest.raises(KeyError):
            _ = bno.game_quaternion
        rig.chip.unknown_every = 0
        rig.drain()
        rig.chip.short_cargo = True
        rig.clock.sleep(0.02)
        with pytest.raises(RuntimeError, match="Unprocessable Batch bytes"):
            _ = bno.game_quaternion
    assert "Packet" in capsys.readouterr().out  # and prints a dump each time
