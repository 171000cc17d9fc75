"""Motor, button, LED, battery and watchdog of the simulated board."""

from __future__ import annotations

import pytest

from boards.sim.clock import Clock
from boards.sim.parts import Battery, Light, Motor, Pin, Pulse, RgbLed, Watchdog


def test_motor_remembers_its_pulses() -> None:
    clock = Clock()
    motor = Motor(clock)
    clock.advance_us(10_000)
    motor.duty_cycle = 40_000
    motor.duty_cycle = 40_000
    clock.advance_us(120_000)
    assert motor.is_on
    motor.duty_cycle = 65_535
    clock.advance_us(5_000)
    motor.deinit()
    assert not motor.is_on
    assert motor.pulses == [Pulse(10, 130, 40_000), Pulse(130, 135, 65_535)]
    with pytest.raises(ValueError, match="duty_cycle"):
        motor.duty_cycle = 65_536


def test_button_is_high_until_pressed_and_may_bounce() -> None:
    button = Pin()
    assert button.value
    button.press()
    assert not button.value
    button.bounce_reads = 4
    button.release()
    levels = [button.value for _ in range(6)]
    assert False in levels[:4] and levels[4:] == [True, True]


def test_led_remembers_changes_only() -> None:
    clock = Clock()
    led = RgbLed(clock)
    led.show(0, 255, 0)
    clock.advance_us(3_000_000)
    led.show(0, 255, 0)
    led.show(0, 0, 0)
    assert led.changes == [Light(0, 0, 255, 0), Light(3000, 0, 0, 0)]
    with pytest.raises(ValueError, match="colour"):
        led.show(0, 256, 0)


def test_battery_lies_first() -> None:
    battery = Battery(3700, wrong_mv=(0, 5100))
    assert [battery.read_mv() for _ in range(4)] == [0, 5100, 3700, 3700]


def test_watchdog_remembers_the_worst_gap_and_bites_late_feeding() -> None:
    clock = Clock()
    dog = Watchdog(clock, timeout_ms=8000)
    clock.sleep(7.0)
    dog.feed()
    assert not dog.bitten(clock.now_ms())
    assert dog.bitten(clock.now_ms() + 8001)
    clock.sleep(8.5)
    dog.feed()
    assert dog.worst_gap_ms == 8500
    assert dog.bitten(clock.now_ms())
