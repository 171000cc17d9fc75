"""Raspberry Pi Pico or Pico 2, with the QT Py's charger beside it: one USB socket for all."""

from __future__ import annotations

from boards.case.sizes import Block, Part, Place, Variant
from boards.case.sizes.common import CELL, CHARGER, DRIVER, MOTOR, SENSOR_PLUG_RIGHT

PCB = 1.0
BOARD = Part(
    "Raspberry Pi Pico 2", 3.0,
    "Raspberry Pi Pico datasheet, chapter 2: 51 × 21 × 1 mm",
    "Micro-USB socket 2.7 mm high, 1.3 mm over the edge; that the Pico 2 has the same size; mass",
    (Block((0, 0, 0), (51.0, 21.0, PCB)), Block((-1.3, 6.5, PCB), (6.0, 8.0, 2.7)),
     Block((20.0, 5.5, PCB), (14.0, 10.0, 1.2))),
    press=((2.2, 2.0), (48.8, 2.0), (2.2, 19.0), (48.8, 19.0)),
    usb=(10.5, PCB + 1.35),
)  # fmt: skip
VARIANT = Variant(
    "pico", "Raspberry Pi Pico 2", ("raspberry_pi_pico", "raspberry_pi_pico2"), "RP2040",
    inner=(73.4, 46.8, 9.4),
    places={
        "board": Place(BOARD, (0.3, 0.3, 2.4)),
        "sensor": Place(SENSOR_PLUG_RIGHT, (38.5, 23.64, 4.6), guided=False),
        "cell": Place(CELL, (1.8, 29.2, 0.0)),
        "charger": Place(CHARGER, (55.2, 0.3, 1.0)),
        "motor": Place(MOTOR, (46.2, 30.07, 0.0), guided=False),
        "driver": Place(DRIVER, (64.9, 24.2, 0.3), guided=False),
    },
    button_x=68.8, usb_opening=(12.6, 8.0), lid_slot=(64.09, 4.1), hook_y=(30.0, 40.0),
)  # fmt: skip
