"""The button, around a wrap of the ticks."""

from __future__ import annotations

import pytest
from device_rig import NEAR_WRAP_MS
from leancore.numeric.ticks import ticks_add
from leandevice.button import DOUBLE, HOLD, PRESS, Button

from boards.sim.parts import Pin

PASS_MS = 5


class Finger:
    """Presses a pin and collects what the button makes of it."""

    def __init__(self, pin: Pin | None = None, start_ms: int = NEAR_WRAP_MS) -> None:
        self.pin = pin or Pin()
        self.button = Button(self.pin)
        self.now_ms = start_ms
        self.done: list[int] = []

    def wait(self, ms: int, pass_ms: int = PASS_MS) -> Finger:
        for _ in range(ms // pass_ms):
            self.now_ms = ticks_add(self.now_ms, pass_ms)
            what = self.button.step(self.now_ms)
            if what:
                self.done.append(what)
        return self

    def press(self, ms: int) -> Finger:
        self.pin.press()
        self.wait(ms)
        self.pin.release()
        return self


@pytest.mark.parametrize("bounce_reads", [0, 1, 5])
@pytest.mark.parametrize("start_ms", [0, 12345, NEAR_WRAP_MS, (1 << 29) - 1])
def test_press_double_and_hold_are_told_apart(bounce_reads: int, start_ms: int) -> None:
    pin = Pin()
    pin.bounce_reads = bounce_reads
    finger = Finger(pin, start_ms).wait(100)
    finger.press(120).wait(600)
    assert finger.done == [PRESS]
    finger.press(120).wait(120).press(120).wait(600)
    assert finger.done == [PRESS, DOUBLE]
    finger.press(2500).wait(600)
    assert finger.done == [PRESS, DOUBLE, HOLD]


def test_hold_counts_while_the_button_is_still_down() -> None:
    finger = Finger().wait(100)
    finger.pin.press()
    assert finger.wait(1900).done == []
    assert finger.wait(200).done == [HOLD]
    assert finger.wait(5000).done == [HOLD]


def test_a_button_held_at_power_on_is_no_press() -> None:
    pin = Pin()
    pin.press()
    finger = Finger(pin).wait(3000)
    pin.release()
    assert finger.wait(1000).done == []
    assert finger.press(100).wait(600).done == [PRESS]


def test_a_spike_shorter_than_contacts_settle_is_nothing() -> None:
    finger = Finger().wait(100)
    for _ in range(10):
        finger.press(10).wait(100)
    assert finger.wait(600).done == []


def test_two_slow_presses_are_two_presses() -> None:
    finger = Finger().wait(100)
    assert finger.press(100).wait(500).press(100).wait(500).done == [PRESS, PRESS]


def test_a_press_across_a_late_pass_is_seen() -> None:
    finger = Finger().wait(100)
    finger.pin.press()
    finger.wait(200, pass_ms=100)
    finger.pin.release()
    assert finger.wait(600).done == [PRESS]
