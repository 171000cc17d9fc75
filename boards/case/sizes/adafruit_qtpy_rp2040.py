"""Adafruit QT Py RP2040 with its charger beside it. The smallest case that takes 400 mAh."""

from __future__ import annotations

from boards.case.sizes import Block, Part, Place, Variant
from boards.case.sizes.common import CELL, CHARGER, DRIVER, MOTOR, PCB, SENSOR, qt_socket

BOARD = Part(
    "Adafruit QT Py RP2040", 2.2,
    "board layout of Adafruit's product 4900: outline, places of the sockets",
    "height of the USB-C socket 3.2 mm; chip underneath, 0.9 mm high; board 1.6 mm thick; mass",
    (Block((0, 0, 0), (20.7, 17.78, PCB)), Block((-1.1, 4.42, PCB), (7.4, 8.94, 3.2)),
     Block((10.2, 5.6, -0.9), (7.0, 7.0, 0.9)), *qt_socket(20.7, 7.01, PCB, True)),
    press=((2.0, 1.9), (18.7, 1.9), (2.0, 15.9), (18.7, 15.9)),
    usb=(8.89, PCB + 1.6),
)  # fmt: skip
VARIANT = Variant(
    "qtpy", "Adafruit QT Py RP2040", ("adafruit_qtpy_rp2040",), "RP2040",
    inner=(56.4, 41.8, 9.4),
    places={
        "board": Place(BOARD, (0.3, 23.72, 1.2)),
        "sensor": Place(SENSOR, (30.7, 18.64, 4.6), guided=False),
        "cell": Place(CELL, (19.8, 0.6, 0.0)),
        "charger": Place(CHARGER, (0.3, 0.3, 1.0)),
        "motor": Place(MOTOR, (38.4, 25.07, 0.0), guided=False),
        "driver": Place(DRIVER, (22.65, 19.3, 0.3), guided=False),
    },
    button_x=25.85, usb_opening=(12.6, 7.0), lid_slot=(9.19, 4.1),
)  # fmt: skip
