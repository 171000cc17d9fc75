"""The parts of a clip as drawn, each with its terminals on the side of the board."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tools.wiring.canvas import Canvas, Point

INK, MUTED, PCB, GOLD, METAL = "#1b1f24", "#5b6570", "#26313f", "#d9a741", "#c3c9d0"
# Okabe and Ito's colours, black for ground.
COLOURS = {
    "3v3": "#d55e00", "gnd": "#1b1f24", "SDA": "#0072b2", "SCL": "#e69f00", "MOTOR": "#009e73",
    "BUTTON": "#cc79a7", "supply": "#8c3b00", "cell": "#8c3b00",
}  # fmt: skip
WIDTH = 250

Draw = Callable[[Canvas, float, float], None]


@dataclass(frozen=True)
class Part:
    """A part; ``terminals``: (net, px from its top); ``draw(canvas, x, y)`` from its corner."""

    name: str
    height: float
    terminals: tuple[tuple[str, float], ...]
    draw: Draw


def sensor(plug: bool, signals: tuple[str, str], chained: bool) -> Part:
    """Return the BNO085 breakout, wired to pins or its socket; ``signals`` from top to bottom."""
    first, step = (52.0, 14.0) if plug else (32.0, 26.0)
    nets = (*signals, "3v3", "gnd")
    terminals = tuple((net, first + step * i) for i, net in enumerate(nets))

    def draw(to: Canvas, x: float, y: float) -> None:
        to.rect(x, y, 190, 142, PCB, 8)
        if plug:
            to.rect(x - 4, y + 40, 22, 66, "#f2f2ee", 3, stroke="#9aa2ab")
            to.text(x + 26, y + 77, "STEMMA QT", 10, fill="#c9d2dc")
        for net, at in terminals:
            if not plug:
                _pad(to, x + 4, y + at)
                to.text(x + 16, y + at + 4, {"3v3": "VIN", "gnd": "GND"}.get(net, net), 11,
                        fill="#ffffff")  # fmt: skip
        to.rect(x + 112, y + 44, 52, 52, "#0d1117", 4, stroke="#465264")
        to.circle((x + 120, y + 52), 2.6, "#c9d2dc")
        to.text(x + 138, y + 116, "0x4A", 10, "middle", "#c9d2dc")
        to.text(x + 12, y + 19, "BNO085", 13, fill="#ffffff", weight=700)
        to.text(x + 104 * chained, y + 160, "sensor: lean and steps", 12, fill=MUTED)

    return Part("sensor", 164, terminals, draw)


def motor() -> Part:
    """Return a coin motor with its transistor, resistor and diode."""
    terminals = (("3v3", 28.0), ("MOTOR", 106.0), ("gnd", 146.0))

    def draw(to: Canvas, x: float, y: float) -> None:
        top, low, gate, ground = y + 28, y + 86, y + 106, y + 146
        mx, dx = x + 132, x + 196
        for points in (
            [(x, top), (dx, top)], [(mx, top), (mx, y + 36)], [(mx, y + 78), (mx, low + 6)],
            [(mx, low), (dx, low)], [(dx, top), (dx, y + 48)], [(dx, y + 66), (dx, low)],
            [(x, gate), (x + 36, gate)], [(x + 80, gate), (x + 114, gate)],
            [(mx, low + 6), (x + 114, gate - 6)], [(x + 114, gate + 6), (mx, y + 122)],
            [(mx, y + 122), (mx, ground), (x, ground)],
        ):  # fmt: skip
            to.line(points, INK, 1.8)
        for at in ((mx, top), (mx, low)):
            to.circle(at, 3, INK)
        to.line([(x + 114, gate - 14), (x + 114, gate + 14)], INK, 4)
        to.shape([(mx - 1, y + 121), (mx - 11, y + 119), (mx - 6, y + 111.5)], INK)
        to.rect(x + 36, gate - 8, 44, 16, "#f3e3c3", 3, stroke=INK)
        to.text(x + 58, gate + 4, "1 kΩ", 11, "middle")
        to.circle((mx, y + 57), 21, METAL, stroke=INK, stroke_width=1.8)
        to.text(mx, y + 62, "M", 15, "middle", weight=700)
        to.shape([(dx - 9, y + 66), (dx + 9, y + 66), (dx, y + 49)], INK)
        to.line([(dx - 9, y + 48), (dx + 9, y + 48)], INK, 2.4)
        to.text(dx + 14, y + 56, "diode", 11)
        to.text(dx + 14, y + 69, "1N4148", 11)
        to.text(mx + 10, y + 110, "NPN transistor", 11)
        to.text(mx + 10, y + 123, "2N2222", 11)
        to.text(x, y + 172, "coin motor: the cues", 12, fill=MUTED)

    return Part("motor", 176, terminals, draw)


def driver(enabled: bool) -> Part:
    """Return the DRV2605L breakout with its motor, connected to the sensor's second socket.

    ``enabled``: a pin of the board is wired to its EN.
    """
    terminals = (("MOTOR", 62.0),) if enabled else ()

    def draw(to: Canvas, x: float, y: float) -> None:
        to.rect(x, y, 128, 112, PCB, 8)
        to.rect(x + 30, y - 4, 66, 20, "#f2f2ee", 3, stroke="#9aa2ab")
        to.rect(x + 54, y + 44, 32, 32, "#0d1117", 3, stroke="#465264")
        _pad(to, x + 4, y + 62)
        to.text(x + 16, y + 66, "EN", 11, fill="#ffffff")
        to.text(x + 12, y + 100, "DRV2605L", 13, fill="#ffffff", weight=700)
        for at in (y + 48, y + 72):
            to.line([(x + 124, at), (x + 168, at)], COLOURS["MOTOR"], 3)
            _pad(to, x + 122, at)
        to.circle((x + 190, y + 60), 24, METAL, stroke=INK, stroke_width=1.8)
        to.text(x + 190, y + 65, "M", 15, "middle", weight=700)
        to.text(x, y + 132, "motor driver with its coin motor: the cues", 12, fill=MUTED)

    return Part("driver", 136, terminals, draw)


def button() -> Part:
    """Return a push button between its pin and ground."""
    terminals = (("BUTTON", 20.0), ("gnd", 54.0))

    def draw(to: Canvas, x: float, y: float) -> None:
        for at in (y + 20, y + 54):
            to.line([(x, at), (x + 30, at)], INK, 1.8)
        to.rect(x + 28, y + 8, 58, 58, "#3a424d", 6, stroke=INK)
        to.circle((x + 57, y + 37), 17, "#15181c", stroke="#6b7480")
        to.text(x + 98, y + 35, "push button", 13, weight=600)
        to.text(x + 98, y + 52, "press: calibrate", 12, fill=MUTED)

    return Part("button", 74, terminals, draw)


def cell(charger: bool, diode: bool) -> Part:
    """Return a LiPo cell, on the board's socket or pads, or with a charger and perhaps a diode."""
    terminals = (("supply", 24.0), ("gnd", 52.0)) if charger else (("cell", 26.0), ("gnd", 46.0))

    def draw(to: Canvas, x: float, y: float) -> None:
        if not charger:
            to.line([(x, y + 26), (x + 10, y + 26)], COLOURS["cell"], 3)
            to.line([(x, y + 46), (x + 10, y + 46)], COLOURS["gnd"], 3)
            _pouch(to, x + 10, y)
            return
        at = x + (54 if diode else 0)
        if diode:
            to.line([(x, y + 24), (at, y + 24)], COLOURS["supply"], 3)
            to.line([(x, y + 52), (at, y + 52)], COLOURS["gnd"], 3)
            to.shape([(x + 34, y + 15), (x + 34, y + 33), (x + 18, y + 24)], INK)
            to.line([(x + 17, y + 15), (x + 17, y + 33)], INK, 2.4)
            to.text(x + 26, y + 9, "1N5817", 11, "middle")
        to.rect(at, y, 74, 76, PCB, 6)
        to.text(at + 37, y + 69, "charger", 11, "middle", "#ffffff")
        for down, name in ((24, "out +"), (48, "out −")):
            _pad(to, at + 4, y + (52 if down == 48 else down))
            to.text(at + 15, y + down + 4, name, 11, fill="#ffffff")
        to.line([(at + 74, y + 28), (at + 92, y + 28)], COLOURS["cell"], 3)
        to.line([(at + 74, y + 44), (at + 92, y + 44)], COLOURS["gnd"], 3)
        _pouch(to, at + 92, y)

    return Part("cell", 78, terminals, draw)


def _pouch(to: Canvas, x: float, y: float) -> None:
    to.rect(x, y, 136, 74, "#dfe4ea", 8, stroke="#9aa2ab")
    to.rect(x, y, 14, 74, "#c7b07a", 4)
    to.text(x + 76, y + 34, "LiPo cell 3.7 V", 13, "middle", weight=600)
    to.text(x + 76, y + 52, "with a switch", 11, "middle", MUTED)


def _pad(to: Canvas, x: float, y: float) -> None:
    to.circle((x, y), 5, GOLD)
    to.circle((x, y), 2.2, "#ffffff")


def pad(to: Canvas, at: Point, ring: str | None = None) -> None:
    """Draw a pin of the board, ringed in its wire's colour."""
    if ring:
        to.circle(at, 9, ring)
    to.circle(at, 6, GOLD)
    to.circle(at, 2.6, "#ffffff")
