"""Parts that several variants share. The heights of connectors are assumed."""

from __future__ import annotations

from boards.case.sizes import PLUG, Block, Part

PCB = 1.6
_PLUG_REACH = 5.0  # a JST SH plug and the bend of its wires, from the board's edge


def qt_socket(edge_x: float, y: float, pcb: float, right: bool) -> tuple[Block, ...]:
    """A JST SM04B-SRSS-TB (6.0 × 4.25 × 2.95 mm) at a board's edge, with room for its plug."""
    x = edge_x - 4.25 if right else edge_x
    plug_x = edge_x if right else edge_x - _PLUG_REACH
    return (
        Block((x, y - 3.0, pcb), (4.25, 6.0, 2.95)),
        Block((plug_x, y - 3.0, pcb), (_PLUG_REACH, 6.0, 2.6), PLUG),
    )


def _sensor(plug_right: bool) -> Part:
    sockets = qt_socket(0, 11.43, PCB, False), qt_socket(25.4, 11.43, PCB, True)
    plugged, free = sockets[plug_right], sockets[not plug_right]
    return Part(
        "BNO085 breakout", 2.4,
        "board layout of Adafruit's product 4754: outline, holes of 2.5 mm, 2.54 mm from the edges",
        "height of the sockets 2.95 mm and of the chip 1.1 mm; board 1.6 mm thick; mass",
        (Block((0, 0, 0), (25.4, 22.86, PCB)), Block((10.8, 9.7, PCB), (3.8, 5.2, 1.1)),
         *plugged, free[0]),
        holes=((2.54, 2.54), (22.86, 2.54), (2.54, 20.32), (22.86, 20.32)),
    )  # fmt: skip


SENSOR, SENSOR_PLUG_RIGHT = _sensor(plug_right=False), _sensor(plug_right=True)
CELL = Part(
    "LiPo cell, 400 mAh", 9.0, "", "all, for a cell like Adafruit 3898",
    (Block((0, 0, 0), (36.0, 17.0, 7.8)),),
)  # fmt: skip
MOTOR = Part(
    "coin motor", 0.9, "", "all, for a motor like Adafruit 1201",
    (Block((0, 0, 0), (10.0, 10.0, 2.7)),),
)  # fmt: skip
DRIVER = Part(
    "transistor, diode and resistor on a piece of stripboard", 1.0,
    "", "all: 3 × 3 holes of stripboard, a TO-92 housing laid flat",
    (Block((0, 0, 0), (7.6, 7.6, 6.0)),),
)  # fmt: skip
CHARGER = Part(
    "LiPo charger BFF", 2.0,
    "board layout of Adafruit's product 5397, revision C: outline, place of the cell's socket",
    "height of the cell's socket 5.5 mm and of the switch 2.5 mm; board 1.6 mm thick; mass",
    (Block((0, 0, 0), (17.78, 20.7, PCB)), Block((4.9, 12.0, PCB), (7.9, 7.6, 5.5)),
     Block((5.5, 2.4, PCB), (6.8, 2.8, 2.5)),
     Block((5.9, 19.6, PCB), (5.9, 2.8, 4.8), PLUG)),
    press=((1.9, 2.2), (15.9, 2.2), (1.9, 18.2), (15.9, 18.2)),
)  # fmt: skip
BUTTON_BODY, BUTTON_ACTUATOR = (6.0, 3.5, 6.0), (3.5, 6.0)  # width, depth, height; across, length
BUTTON = Part(
    "push button", 0.4, "", "all, for a button like Omron B3F-1070",
    (Block((0, 0, 0), BUTTON_BODY), Block((1.25, 3.5, 1.25), (3.5, 6.0, 3.5))),
)  # fmt: skip
SWITCH = Part(
    "slide switch", 0.8,
    "", "all, for a switch like E-Switch EG1218: lever 2 × 2 × 4 mm, way 2 mm",
    (Block((0, 0, 0), (11.6, 5.0, 4.0)), Block((3.8, -4.0, 1.0), (4.0, 4.0, 2.0))),
)  # fmt: skip
