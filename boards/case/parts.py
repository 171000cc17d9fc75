"""The bill of materials: every part, its maker's number, the quantity, and alternatives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from boards.case.sizes import Variant


@dataclass(frozen=True)
class Item:
    """``stands_for``: its place in the case, or "". ``else_``: alternatives."""

    name: str
    number: str
    else_: str
    stands_for: str = ""


BOARDS = {
    "feather": Item("Adafruit Feather RP2040", "Adafruit 4884", "Adafruit 6000 (RP2350): more room "
                    "and speed, same case", "board"),
    "qtpy": Item("Adafruit QT Py RP2040", "Adafruit 4900", "no other board fits this case",
                 "board"),
    "xiao": Item("Seeed Studio XIAO nRF52840 Sense", "Seeed 102010469", "XIAO RP2350 (Seeed "
                 "102010550), same case, shorter life", "board"),
    "pico": Item("Raspberry Pi Pico 2", "Raspberry Pi SC1631", "Pico (SC0915)", "board"),
}  # fmt: skip
SENSOR = Item("BNO085 breakout", "Adafruit 4754", "another BNO08x breakout at 0x4A; in this case "
              "only with 25.4 × 22.86 mm and the same holes", "sensor")  # fmt: skip
CELL = Item("LiPo cell 3.7 V, 400 mAh, protected, JST-PH", "Adafruit 3898",
            "any protected cell of at most 36 × 17 × 7.8 mm", "cell")  # fmt: skip
MOTOR = Item("coin motor 10 mm, 3 V", "Adafruit 1201",
             "any eccentric coin motor of 10 × 2.7 mm, up to 100 mA", "motor")  # fmt: skip
DRIVER = (
    Item("NPN transistor", "onsemi PN2222A", "2N2222A, BC337, any NPN for 200 mA", "driver"),
    Item("diode", "onsemi 1N4148", "1N4001, 1N5817"),
    Item("resistor 1 kΩ, 0.25 W", "Yageo CFR-25JB-52-1K", "820 Ω to 1.2 kΩ"),
    Item("stripboard, 2.54 mm, 3 × 3 holes", "any", "soldered in the air, in a tube"),
)  # fmt: skip
BUTTON = Item("push button 6 × 6 mm, 9.5 mm high", "Omron B3F-1070",
              "any 6 × 6 mm button that is 9.5 mm high", "button")  # fmt: skip
SWITCH = Item("slide switch", "E-Switch EG1218", "any of 11.6 × 4 mm with a lever of 4 mm",
              "switch")  # fmt: skip
CHARGER = Item("LiPo charger BFF", "Adafruit 5397",
               "none inside: then the cell is charged at its plug", "charger")  # fmt: skip
CABLE = Item("STEMMA QT cable, 50 mm", "Adafruit 4399", "SparkFun PRT-14426 (Qwiic)")
COMMON = (
    (
        Item(
            "screw M2 × 12, cylinder head", "ISO 4762 M2 × 12", "any M2 × 12, head of 4 mm at most"
        ),
        4,
    ),
    (Item("foam sheet, EVA, 1 mm, self-adhesive", "any", "felt of 1 mm"), 1),
    (Item("thin stranded wire, 0.5 m", "30 AWG, silicone", "0.05 to 0.1 mm²"), 1),
    (Item("silicone plug for the USB socket", "any, USB-C or Micro-USB as the board's", "tape"), 1),
    (Item("PETG filament, natural or light", "30 g, 1.75 mm", "ASA; PLA softens in a hot car"), 1),
)


def of(variant: Variant, cell: str, plug: bool) -> list[tuple[Item, int]]:
    """Items and quantities; ``cell`` and ``plug`` as in the board's file."""
    return list(_listed(variant, plug, cell))


def _listed(variant: Variant, plug: bool, cell: str) -> Iterator[tuple[Item, int]]:
    yield BOARDS[variant.key], 1
    for item in (SENSOR, CELL, MOTOR, *DRIVER, BUTTON):
        yield item, 1
    if cell == "charger":
        yield CHARGER, 1
    else:
        yield SWITCH, 1
    if plug:
        yield CABLE, 1
    yield from COMMON
