"""Checks the two lines of the bus one by one, and which addresses answer.

A line is released after it was pulled low: if it rises, an external resistor pulls it up. The
chip's own pull-up then distinguishes a floating line from one that is held.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from leandevice.hardware import Bus

    Pin = Any  # ``digitalio.DigitalInOut``
    I2C = Any  # ``busio.I2C``, ``bitbangio.I2C``

HELD = const(0)  # low, despite a pull-up
PULLED = const(1)  # by an external resistor
LOOSE = const(2)  # floating
HIGH = const(3)  # at the supply, although driven low; only on chips whose pins read the true level


def look(bus: "Bus", sda_pin: "Any", scl_pin: "Any") -> "dict[str, Any]":
    """Check the lines, and which addresses answer on ``bus``, also with the lines swapped.

    The bus must be recreated afterwards: its previous owner no longer has it.
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
    """The addresses that answer with the two lines swapped."""
    try:
        import bitbangio
    except ImportError:  # firmware without it
        return []
    return scan(lambda: bitbangio.I2C(sda, scl))


def lines(sda: "Pin", scl: "Pin", pull_up: object) -> "dict[str, Any]":
    """Return the state of each line, and whether one pulls the other down."""
    found = {"sda": _state(sda, pull_up), "scl": _state(scl, pull_up), "joined": 0}
    if found["sda"] != HELD and found["scl"] != HELD:
        sda.switch_to_output(False)
        found["joined"] = 0 if scl.value else 1
        sda.switch_to_input(pull_up)
    return found


def _state(pin: "Pin", pull_up: object) -> int:
    pin.switch_to_output(False)
    at_supply = pin.value  # an RP2040 reads the level, an nRF52840 the driven value
    pin.switch_to_input(None)
    if pin.value:
        pin.switch_to_input(pull_up)
        return HIGH if at_supply else PULLED
    pin.switch_to_input(pull_up)
    return LOOSE if pin.value else HELD


def scan(make: "Callable[[], I2C]") -> "list[int]":
    """Return the addresses that answer on the bus from ``make``; none if it fails."""
    try:
        bus = make()
    except (RuntimeError, ValueError):  # no pull-ups, or pins without a bus
        return []
    if not bus.try_lock():
        return []
    try:
        found: list[int] = bus.scan()
        return found
    finally:
        bus.unlock()
