"""Building a clip step by step: what to do, and what to check before the next step.

Text in {braces} is filled in from the variant. The pictures show the case after each step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from boards.case import layout
from boards.case.sizes import Variant

ALWAYS = ""


@dataclass(frozen=True)
class Step:
    """``only``: a place that the variant must have, otherwise the step is omitted.

    ``shown``: new parts in the picture.
    """

    does: str
    check: str
    shown: tuple[str, ...] = ()
    only: str = ALWAYS


STEPS = (
    Step(
        "Print body, lid and belt clip in PETG, 0.2 mm layers, 4 walls, no supports: the body on "
        "the wall that touches the back, the lid on its outer face, the clip on its side. Natural "
        "or light PETG lets the board's light through.",
        "The board and the sensor drop into place without force; the lid hooks in on the side of "
        "the USB socket and closes flat.",
    ),
    Step(
        "Install CircuitPython and LeanCue on the bare board: `leancue install`.",
        "The board's light answers; `leancue info` names the board.",
    ),
    Step(
        "Solder transistor, diode and resistor on 3 × 3 holes of stripboard as the wiring picture "
        "shows, with 60 mm of thin wire to the motor and to the board's {motor}, 3.3 V and ground. "
        "Shrink a tube over it.",
        "With a meter: no short from 3.3 V to ground; the diode's ring is on the side of 3.3 V.",
    ),
    Step(
        "Glue the motor into its ring on the back wall: clean with alcohol, a thin film of "
        "cyanoacrylate or the motor's own tape, press for a minute. Lead its wires out between "
        "the bosses.",
        "It does not turn on the wall when pushed with a finger's nail.",
        ("body", "motor"),
    ),
    Step("Lay the driver in its place on a piece of foam tape.", "Nothing bare touches the motor.",
         ("driver",)),
    Step(
        "Solder two wires to the button, lay it into its pocket, its end in the notch of the top "
        "wall, and fix it with a drop of glue. One wire goes to {button}, one to ground.",
        "It clicks and comes back; from outside {out} mm stand out.",
        ("button",),
    ),
    Step(
        "Lay the slide switch into its pocket at the bottom, its lever in the notch. {switch}",
        "With a meter: it opens and closes.",
        ("switch",), only="switch",
    ),
    Step(
        "Solder two wires to the charger's 5V and GND, and to nothing else (its A2 carries a "
        "divider that would pull at the button), and lay it in, its socket up. {charger}",
        "No short from 5V to GND. Its slide switch moves freely and is off.",
        ("charger",), only="charger",
    ),
    Step(
        "Solder the wires to the board as its wiring picture shows, and lay it on its seats, the "
        "USB socket in its opening.",
        "A USB cable goes in to its stop. Connected, `leancue info` answers; `leancue feel` makes "
        "the motor shake.",
        ("board",),
    ),
    Step(
        "Join sensor and board ({sensor}), and lay the sensor on the four bosses, its label up. "
        "Its arrows may point anywhere in the plane: the stand finds them.",
        "It lies on all four bosses and does not rock. `leancue live` shows a lean that follows.",
        ("sensor",),
    ),
    Step(
        "Read the page's safety of the cell first. Look at the polarity with a meter, then lay the "
        "cell into its corner, wires free of edges, a sheet of foam of 1 mm on it, and connect it: "
        "{cell}.",
        "It lies loose by half a millimetre all round: it must be free to swell. Nothing hard or "
        "sharp is above or below it. Switched on, the clip answers with a tick.",
        ("cell",),
    ),
    Step(
        "Stick 1 mm of foam on the lid's round posts. Hook the lid in on the side of the USB "
        "socket, close it, and see that no wire is caught.",
        "The gap to the body is even; the lid does not spring back.",
        ("lid",),
    ),
    Step(
        "Lay the belt clip on and drive four screws M2 × 12 through it, the lid and the sensor "
        "into the bosses, crosswise, until they just hold; they bite {bite} mm of plastic.",
        "Lid, sensor and back wall are one: nothing rattles when shaken.",
        ("clip",),
    ),
    Step(
        "Close the USB opening with a silicone plug{slot}. Press the button and stand still, then "
        "bow; run the strength test by two presses.",
        "The clip calibrates; the cues are felt at the back through clothes. On a cable, `leancue "
        "check` leads through each part and says what is wired wrong; `--level` sets the motor.",
    ),
)  # fmt: skip

SAFETY = (
    "Only a protected cell with the maker's plug; measure plus and minus before it is connected: "
    "makers differ, and a reversed cell destroys board and cell.",
    "Never charge it unattended, nor below 0 °C or above 45 °C, and never at more than its "
    "capacity an hour. These boards and chargers stay at or below 200 mA.",
    "Charge it with the clip taken off. Nothing is charged on a person.",
    "Never solder on it, bend, squeeze, pierce or wet it. Swollen, dented, hot, or with a sweet "
    "smell: switch off, take it outside, away from what burns, and bring it to a collection point.",
    "After a hard fall open the case and look at it.",
    "Store the clip half charged, switched off, at room temperature. Send it only as the rules "
    "for lithium cells in equipment say.",
)
CLEANING = (
    "Switch off. Wipe the case with a damp cloth and mild soap after each wearer, then with 70 % "
    "isopropyl alcohol; let it dry before it is charged.",
    "Never under running water, into a machine or an autoclave. The case sheds sweat; it is not "
    "watertight.",
    "Once a month, and for each new wearer: open it, look for sweat, rust and loose glue; the two "
    "holes at the bottom must be free.",
    "PETG bears soap and alcohol; acetone and hot water (above 60 °C) deform it.",
)

_SENSOR = {True: "STEMMA QT cable of 50 mm", False: "four wires of 60 mm, as the picture shows"}
_CELL = {
    "socket": "into the board's socket",
    "pads": "plus over the slide switch to BAT+, minus to BAT−, soldered to the cell's plug, "
    "never to the cell",
    "charger": "into the charger's socket",
}
_SWITCH = {
    "socket": "Its wires go to EN and ground: closed is off.",
    "pads": "It lies in the cell's plus wire.",
    "charger": "",
}


def of(variant: Variant) -> list[tuple[int, Step]]:
    """The steps of a variant, numbered from 1."""
    there = layout.places(variant)
    own = [step for step in STEPS if step.only == ALWAYS or step.only in there]
    return list(enumerate(own, 1))


def filled(variant: Variant, pins: dict[str, str], cell: str, plug: bool,
           bite_mm: float) -> Iterator[tuple[int, str, str]]:  # fmt: skip
    """Yield number, action and check of the steps of a variant.

    ``pins``: motor and button; ``cell``, ``plug``: as in the board's file.
    """
    words = {
        **pins, "cell": _CELL[cell], "sensor": _SENSOR[plug], "switch": _SWITCH[cell],
        "out": f"{layout.BUTTON_OUT:g}", "bite": f"{bite_mm:.1f}",
        "charger": _charger(variant), "slot": _slot(variant),
    }  # fmt: skip
    for number, step in of(variant):
        yield number, step.does.format(**words).strip(), step.check.format(**words)


def _slot(variant: Variant) -> str:
    slot = ", and the slot over the charger's switch with tape"
    return slot if variant.lid_slot is not None else ""


def _charger(variant: Variant) -> str:
    if variant.key == "pico":
        return (
            "They go to VSYS and ground, and the diode 1N5817 is left out: the charger has one, "
            "and it charges from the same pin."
        )
    return "They go to the board's 5V and ground."
