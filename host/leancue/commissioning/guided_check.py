"""Guides through a commissioning: measurements by the clip, manual steps by a person.

It takes two minutes: the clip lies flat, is turned over twice, its button is pressed once and its
light observed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from leancue.basis.errors import DeviceRefused
from leancue.basis.times import known_s
from leancue.clip import answers
from leancue.clip.client import Client
from leancue.commissioning.facts import (
    CELL_MV,
    Bus,
    Button,
    Cell,
    Driver,
    Facts,
    Kept,
    SensorReadings,
    Written,
)
from leancue.language.words import N_, _

T = TypeVar("T")

# The clip's postures in turn, and the case axis that then points up.
POSTURES = {
    "flat": (N_("Lay the clip on the table, its belt side up, and let go."), 2),
    "side": (N_("Stand it on its edge, with the edge that faces the wearer's left hand down."), 0),
    "upright": (N_("Stand it up as it is worn, top edge up."), 1),
}
PRESS = N_("Press the button once, briefly.")
LOOK = N_("Look at the light: it shows red, then green, then blue.")
LIGHTS = {
    "y": N_("red, green, blue"),
    "o": N_("three colours, in another order"),
    "1": N_("only one colour"),
    "n": N_("nothing"),
}
EDIT_MODE = "edit mode"  # the clip's name for it
BENCH = "bench"  # address of the simulated clip that is not worn
STRENGTHS_PERCENT = (40, 70, 100)
BRIGHT = 77  # of 255
_COLOURS = [[BRIGHT, 0, 0], [0, BRIGHT, 0], [0, 0, BRIGHT]]
_SHOWS = 2
_LIGHT_MS = 690  # for all three in one request, so that nothing else is shown in between
_LOOK_MS, _SENSE_MS, _SHORT_MS = 600, 500, 200
_PRESSES = 12  # polls of the button, until it was pressed
_DRIVER_LOOKS = 100
_SETTLE_LOOKS = 10
_CELL_LOOKS = 5
_ANSWERS = 5


class Operator(Protocol):
    """The person with the clip. Each method may report that it was not done (False, None)."""

    def told(self, text: str) -> None:
        """Show the current step."""

    def lays(self, posture: str, text: str) -> bool:
        """Put the clip in the requested posture."""

    def presses(self, text: str) -> bool:
        """Press the button within the next seconds."""

    def sees(self, text: str, show: Callable[[], None]) -> str | None:
        """Observe what ``show`` shows; a key of ``LIGHTS``."""


def gathered(
    client: Client, person: Operator, uid: str, board: str, now_s: Callable[[], float]
) -> Facts:
    """Gather all facts; ``now_s``: the desk's clock, any zero. DeviceGone, DeviceRefused.

    The clip must be able to write, so not in edit mode.
    """
    if client.info().mode == EDIT_MODE:
        raise DeviceRefused(
            _("The clip is in edit mode."),
            _("In this mode the desk writes to its drive, so the clip cannot save anything."),
            _("Unplug it, plug it in again, then check it."),
        )
    facts = Facts(uid, board)
    check = _GuidedCheck(client, person, facts)
    began_s = now_s()
    before = client.traffic
    first = facts.before = check.asked(Kept, "keep")
    facts.answer_s = check.answers_in_s(now_s)
    check.all()
    last = check.asked(Kept, "keep")
    facts.clock_off = _off(first, last, now_s() - began_s)
    facts.traffic = client.traffic.since(before)
    return facts


def require_unworn(wearer: str) -> None:
    """Refuse a simulated clip worn by a simulated runner, who stands without any tremor.

    Raises:
        DeviceRefused: with the simulated clip that can be checked.
    """
    if wearer != BENCH:
        raise DeviceRefused(
            _("A simulated clip cannot be checked while it is worn."),
            _("Its simulated runner stands perfectly still, which looks like a stuck sensor."),
            _("Use one that lies on a bench: `{command}`.", command=f"--device sim:{BENCH}"),
        )


def keep(client: Client, now_s: int, left: int, shakes_cmps2: list[int]) -> Kept:
    """Store the result on the clip, as ``Kept``; return its answer."""
    told = client.check("keep", s=known_s(now_s), left=left, shake=shakes_cmps2)
    return answers.read(Kept, told, "check keep")


def done(client: Client) -> None:
    """End the check: the clip restarts, because a check leaves some 4 kB of its heap in use."""
    client.check("done")
    client.command("reset")


def shakes(client: Client) -> Callable[[int], float]:
    """Return a function that runs the motor at a strength and measures the shake."""
    rest = answers.read(SensorReadings, client.check("sense", ms=_SENSE_MS), "check sense")

    def measured_mps2(percent: int) -> float:
        told = client.check("sense", ms=_SENSE_MS, percent=percent, about=rest.a)
        return answers.read(SensorReadings, told, "check sense").shake_mps2

    return measured_mps2


def _off(first: Kept, last: Kept, passed_s: float) -> float | None:
    """Relative error of the clip's clock; None if too little time has passed."""
    ticked_s = (last.t - first.t) % (1 << 29) / 1000
    return ticked_s / passed_s - 1 if passed_s > 5 else None


class _GuidedCheck:
    def __init__(self, client: Client, person: Operator, facts: Facts) -> None:
        self._client = client
        self._person = person
        self._facts = facts

    def asked(self, cls: type[T], do: str, **values: Any) -> T:
        """Request a measurement; return its facts."""
        return answers.read(cls, self._client.check(do, **values), f"check {do}")

    def answers_in_s(self, now_s: Callable[[], float]) -> float:
        """Duration of a short answer: the median of some, since one may be delayed."""
        took_s = []
        for _time in range(_ANSWERS):
            began_s = now_s()
            self.asked(Kept, "keep")
            took_s.append(now_s() - began_s)
        return sorted(took_s)[_ANSWERS // 2]

    def all(self) -> None:
        """Check each part in turn."""
        self._bus()
        self._lie("flat")
        facts = self._facts
        facts.still = facts.postures.get("flat") or self._rests()
        self._motor()
        self._rest()
        self._button()
        self._light()
        for posture in ("side", "upright"):
            self._lie(posture)

    def _sense(self, **values: Any) -> SensorReadings:
        return self.asked(SensorReadings, "sense", ms=_SENSE_MS, **values)

    def _rests(self) -> SensorReadings:
        """Measure the sensor at rest, relative to its own mean, which is measured first."""
        first = self.asked(SensorReadings, "sense", ms=_SHORT_MS)
        return self._sense(about=first.a)

    def _bus(self) -> None:
        self._person.told(_("Bus and sensor"))
        self._facts.bus = self.asked(Bus, "bus")
        for _time in range(_SETTLE_LOOKS):  # the sensor is back a moment later
            if self.asked(SensorReadings, "sense", ms=_SHORT_MS).up:
                return

    def _lie(self, posture: str) -> None:
        text, _axis = POSTURES[posture]
        if self._person.lays(posture, _(text)):
            self._facts.postures[posture] = self._rests()
        else:
            self._facts.skipped["axes"] = _("the clip was not turned to its other sides")

    def _motor(self) -> None:
        facts = self._facts
        self._person.told(_("Motor, at three strengths"))
        facts.driver = self._driver()
        if facts.still is None or not facts.still.n:
            facts.skipped["motor"] = _("its vibration cannot be measured without the sensor")
            return
        try:
            for percent in STRENGTHS_PERCENT:
                facts.shakes[percent] = self._sense(percent=percent, about=facts.still.a)
        except DeviceRefused as error:  # a driver on the bus that does not answer
            facts.skipped["motor"] = error.why

    def _driver(self) -> Driver:
        before = self.asked(Driver, "driver")
        if not before.driver:
            return before
        state = self.asked(Driver, "driver", go=1)
        for _time in range(_DRIVER_LOOKS):
            if not state.testing:
                break
            self.asked(Button, "button", ms=1)  # let passes go by; measuring the shake would end it
            state = self.asked(Driver, "driver")
        self._facts.driver_errors = state.errors - before.errors
        return state

    def _rest(self) -> None:
        facts = self._facts
        self._person.told(_("Cell and memory"))
        for _time in range(_CELL_LOOKS):  # gauges are wrong at first
            facts.cell = self.asked(Cell, "cell")
            if not facts.cell.gauge or CELL_MV[0] <= facts.cell.mv <= CELL_MV[1]:
                break
            self._sense()
        try:
            facts.written = self.asked(Written, "write")
        except DeviceRefused as error:
            facts.write_error = error.why

    def _button(self) -> None:
        facts = self._facts
        facts.idle = self.asked(Button, "button", ms=_LOOK_MS)
        if not self._person.presses(_(PRESS)):
            facts.skipped["button"] = _("nobody pressed it")
            return
        for _time in range(_PRESSES):
            seen = self.asked(Button, "button", ms=_LOOK_MS)
            if facts.pressed is None or seen.turns > facts.pressed.turns:
                facts.pressed = seen
            if facts.pressed.turns and not seen.turns:
                return

    def _light(self) -> None:
        self._facts.lights = self._person.sees(_(LOOK), self._show)
        if self._facts.lights is None:
            self._facts.skipped["light"] = _("nobody looked at it")

    def _show(self) -> None:
        for _time in range(_SHOWS):
            self._client.check("light", colours=_COLOURS, ms=_LIGHT_MS)
