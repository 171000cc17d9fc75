"""Seeed Studio XIAO with BAT pads (nRF52840, RP2350): the board charges the cell itself."""

from __future__ import annotations

from boards.case.sizes import Block, Part, Place, Variant
from boards.case.sizes.common import CELL, DRIVER, MOTOR, SENSOR

PCB = 1.2
BOARD = Part(
    "Seeed Studio XIAO", 3.0,
    "Seeed's wiki, XIAO RP2350: 21 × 17.8 mm",
    "USB-C socket 3.2 mm high, 1.3 mm over the edge; nothing underneath; board 1.2 mm thick; mass",
    (Block((0, 0, 0), (21.0, 17.8, PCB)), Block((-1.3, 4.43, PCB), (7.4, 8.94, 3.2)),
     Block((7.0, 3.0, PCB), (12.0, 11.8, 2.0))),
    press=((2.0, 1.9), (19.0, 1.9), (2.0, 15.9), (19.0, 15.9)),
    usb=(8.9, PCB + 1.6),
)  # fmt: skip
VARIANT = Variant(
    "xiao", "Seeed Studio XIAO nRF52840 Sense",
    ("Seeed_XIAO_nRF52840_Sense", "seeeduino_xiao_rp2350"), "nRF52840",
    inner=(56.6, 41.8, 9.4),
    places={
        "board": Place(BOARD, (0.3, 23.7, 2.0)),
        "sensor": Place(SENSOR, (30.9, 18.64, 4.6), guided=False),
        "cell": Place(CELL, (20.0, 0.6, 0.0)),
        "motor": Place(MOTOR, (38.6, 25.07, 0.0), guided=False),
        "driver": Place(DRIVER, (4.0, 13.6, 0.3), guided=False),
    },
    button_x=26.1, usb_opening=(12.6, 7.0), switch_x=9.6, hook_y=(11.0, 21.0),
)  # fmt: skip
