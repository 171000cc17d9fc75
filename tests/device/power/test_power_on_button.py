"""The button held while the clip is switched on."""

from __future__ import annotations

import pytest
from leandevice.feedback import feedback_patterns
from leandevice.power import power_on_button

BLUE, RED, DARK = (
    feedback_patterns.COLOURS[c]
    for c in (feedback_patterns.BLUE, feedback_patterns.RED, feedback_patterns.DARK)
)


class Finger:
    """Pin, light and clock in one: the button is let go after ``release_ms``, but it bounces."""

    def __init__(self, release_ms: int, bounce: tuple[int, ...] = ()) -> None:
        self.now_ms = 0
        self.start_ms = (1 << 29) - 7000  # the ticks wrap meanwhile
        self.release_ms, self.bounce = release_ms, bounce
        self.shown: list[tuple[int, tuple[int, int, int]]] = []

    @property
    def value(self) -> bool:
        return (self.now_ms >= self.release_ms) ^ (self.now_ms in self.bounce)

    def show(self, red: int, green: int, blue: int) -> None:
        self.shown.append((self.now_ms, (red, green, blue)))

    def ticks_ms(self) -> int:
        return (self.start_ms + self.now_ms) % (1 << 29)

    def idle(self, ms: int) -> None:
        self.now_ms += ms


def held(release_ms: int, bounce: tuple[int, ...] = ()) -> tuple[int, Finger]:
    finger = Finger(release_ms, bounce)
    return power_on_button.watch(finger, finger, finger), finger


@pytest.mark.parametrize(
    ("release_ms", "meant"),
    [
        (5, power_on_button.NOTHING),
        (40, power_on_button.NOTHING),
        (100, power_on_button.EDIT),
        (9_900, power_on_button.EDIT),
        (10_100, power_on_button.FORGET),
        (19_900, power_on_button.FORGET),
        (20_100, power_on_button.EDIT),
        (1 << 28, power_on_button.EDIT),
    ],
)
def test_when_it_is_released_says_what_is_meant(release_ms: int, meant: int) -> None:
    assert held(release_ms)[0] == meant


def test_it_is_blue_first_and_then_blinks_red_until_the_release() -> None:
    meant, finger = held(12_000)
    assert finger.shown[0] == (0, BLUE)
    later = finger.shown[1:]
    assert {colour for _, colour in later} == {RED, DARK}
    assert abs(later[0][0] - 10_000) < 20
    assert len(later) > 15  # fast
    assert finger.now_ms < 12_100


def test_a_contact_that_bounces_is_no_release() -> None:
    assert held(12_000, bounce=(500, 505, 9_000, 11_000))[0] == power_on_button.FORGET


def test_a_button_that_hangs_ends_after_a_while_and_nothing_is_forgotten() -> None:
    meant, finger = held(1 << 28)
    assert meant == power_on_button.EDIT
    assert finger.now_ms <= power_on_button.STUCK_MS + 10
