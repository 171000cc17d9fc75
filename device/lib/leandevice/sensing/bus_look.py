"""The two lines of the bus, looked at one by one, and who answers on it. For a check only.

A line is let go after it was pulled low: what pulls it up again is a resistor outside the chip. A
chip's own pull-up then tells a line that nobody pulls from one that somebody holds.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from leandevice.wiring import Bus

    Pin = Any  # ``digitalio.DigitalInOut``
    I2C = Any  # ``busio.I2C``, ``bitbangio.I2C``

HELD = const(0)  # low, whatever pulls
PULLED = const(1)  # by a resistor outside
LOOSE = const(2)  # by nobody
HIGH = const(3)  # at the supply, although it is driven low; told where a pin says what it truly has


def look(bus: "Bus", sda_pin: "Any", scl_pin: "Any") -> "dict[str, Any]":
    """Look at the lines, and who answers on ``bus``, also with the lines swapped.

    The bus must be made anew afterwards: who held it has it no more.
    """
    import digitalio

    bus.release()
    sda, scl = digitalio.DigitalInOut(sda_pin), digitalio.DigitalInOut(scl_pin)
    try:
        found = lines(sda, scl, digitalio.Pull.UP)
    finally:
        sda.deinit()
        scl.deinit()
    found["found"] = scan(bus)
    found["swapped"] = []
    if not found["found"]:
        bus.release()
        found["swapped"] = _swapped(sda_pin, scl_pin)
    return found


def _swapped(sda: "Any", scl: "Any") -> "list[int]":
    """Who answers where the two lines are taken for each other."""
    try:
        import bitbangio
    except ImportError:  # a firmware without it
        return []
    return scan(lambda: bitbangio.I2C(sda, scl))


def lines(sda: "Pin", scl: "Pin", pull_up: object) -> "dict[str, Any]":
    """Return the state of each line, and whether one pulls the other down with it."""
    found = {"sda": _state(sda, pull_up), "scl": _state(scl, pull_up), "joined": 0}
    if found["sda"] != HELD and found["scl"] != HELD:
        sda.switch_to_output(False)
        found["joined"] = 0 if scl.value else 1
        sda.switch_to_input(pull_up)
    return found


def _state(pin: "Pin", pull_up: object) -> int:
    pin.switch_to_output(False)
    at_supply = pin.value  # an RP2040 tells the level, an nRF52840 what was asked for
    pin.switch_to_input(None)
    if pin.value:
        pin.switch_to_input(pull_up)
        return HIGH if at_supply else PULLED
    pin.switch_to_input(pull_up)
    return LOOSE if pin.value else HELD


def scan(make: "Callable[[], I2C]") -> "list[int]":
    """Return the addresses that answer on the bus that ``make`` gives; none if it gives none."""
    try:
        bus = make()
    except (RuntimeError, ValueError):  # nothing pulls its lines up; such pins have no bus
        return []
    if not bus.try_lock():
        return []
    try:
        found: list[int] = bus.scan()
        return found
    finally:
        bus.unlock()
