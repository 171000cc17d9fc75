"""Adafruit Feather RP2040 or RP2350: the board has the cell's socket and charges it."""

from __future__ import annotations

from boards.case.sizes import PLUG, Block, Part, Place, Variant
from boards.case.sizes.common import CELL, DRIVER, MOTOR, PCB, SENSOR_PLUG_RIGHT, qt_socket

BOARD = Part(
    "Adafruit Feather RP2040", 5.0,
    "board layout of Adafruit's product 4884: outline, places of the sockets",
    "height of the USB-C socket 3.2 mm and of the cell's socket 5.5 mm; board 1.6 mm thick; mass",
    (Block((0, 0, 0), (50.8, 22.86, PCB)), Block((-0.9, 6.96, PCB), (7.4, 8.94, 3.2)),
     Block((6.97, 14.2, PCB), (7.9, 7.6, 5.5)), Block((30.9, 7.9, PCB), (7.0, 7.0, 0.9)),
     Block((7.97, 21.8, PCB), (5.9, 4.0, 4.8), PLUG), *qt_socket(50.8, 8.26, PCB, True)),
    press=((2.5, 2.4), (48.3, 2.4), (2.5, 20.4), (48.3, 20.4)),
    usb=(11.43, PCB + 1.6),
)  # fmt: skip
VARIANT = Variant(
    "feather", "Adafruit Feather RP2040",
    ("adafruit_feather_rp2040", "adafruit_feather_rp2350"), "RP2040",
    inner=(73.2, 47.2, 9.4),
    places={
        "board": Place(BOARD, (0.3, 0.3, 1.2)),
        "sensor": Place(SENSOR_PLUG_RIGHT, (38.5, 24.04, 4.6), guided=False),
        "cell": Place(CELL, (1.8, 29.6, 0.0)),
        "motor": Place(MOTOR, (46.2, 30.47, 0.0), guided=False),
        "driver": Place(DRIVER, (62.0, 13.5, 0.3), guided=False),
    },
    button_x=68.6, usb_opening=(12.6, 7.0), switch_x=65.0, hook_y=(30.0, 40.0),
)  # fmt: skip
