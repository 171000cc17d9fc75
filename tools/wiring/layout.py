"""Layout of a board's picture: positions of the board, the parts beside it and the wires' ends."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

from tools.wiring import parts
from tools.wiring.canvas import Point
from tools.wiring.forms import GROUND, POWER, edge_name, form_of
from tools.wiring.parts import Part

BOARD_X, TOP, EDGE = 120.0, 118.0, 22.0
RAILS = {GROUND: 44.0, POWER: 26.0}  # net shared by parts: px from its rail to them
_GAP = 30.0
_CLEAR = 9.0  # px between wires, for legibility


@dataclass(frozen=True)
class Wire:
    """A wire from a point of the board to a terminal.

    ``way``: "right" from a pin on the side of the parts, "around" from the far side, "below" from
    the lower edge, "straight" across.
    """

    net: str
    start: Point
    end: Point
    way: str


class Layout:
    """Positions, with x from the board to the parts; ``flip``: mirrored, parts to the left."""

    def __init__(self, board: str, spec: ModuleType, haptic: str | None = None) -> None:
        self.board, self.spec = board, spec
        self.form = form = form_of(board, spec)
        self.plug = spec.SENSOR_PLUG is not None
        self.chip = (haptic or spec.HAPTIC) == "drv2605"
        self.pins = self._pins()
        self.flip = self._is_left()
        self.left, self.right = form.left, form.right
        if self.flip:
            self.left, self.right = self.right, self.left
        rows = max(len(form.left), len(form.right) + form.right_from)
        self.width = form.columns * form.pitch + 2 * EDGE
        self.height = (rows - 1) * form.pitch + 2 * EDGE + 6
        self.bottom = TOP + self.height
        self.middle_x = BOARD_X + self.width / 2
        self.socket_y = TOP + EDGE + 3 + 1.2 * form.pitch
        self.parts_x = BOARD_X + self.width + 190
        self.page_width = self.parts_x + parts.WIDTH + 60
        self.placed = self._stacked(self._parts())
        self.wires = [
            wire for part, top in self.placed for net, down in part.terminals
            for wire in self._wire(part, net, (self.parts_x, top + down))
        ]  # fmt: skip

    @property
    def lowest(self) -> float:
        """The lower end of the lowest part."""
        return max(y + part.height for part, y in self.placed)

    def rails(self) -> list[str]:
        """Return the nets that several parts share."""
        return [net for net in RAILS if self.tap_ends(net)]

    def tap_ends(self, net: str) -> list[Point]:
        """Return the terminals of a net that have no wire of their own."""
        own = {wire.end for wire in self.wires}
        return [
            (self.parts_x, top + down)
            for part, top in self.placed for name, down in part.terminals
            if name == net and (self.parts_x, top + down) not in own
        ]  # fmt: skip

    def column(self, is_left: bool) -> list[tuple[str, Point]]:
        """Return the pins of a side, with their positions."""
        lower = self.form.right_from if is_left == self.flip else 0
        x = BOARD_X + (EDGE if is_left else self.width - EDGE)
        return [
            (pin, (x, TOP + EDGE + 3 + (row + lower) * self.form.pitch))
            for row, pin in enumerate(self.left if is_left else self.right)
        ]

    def pin_at(self, pin: str) -> tuple[Point, str]:
        """Return (place, way) of a pin; if several match, one on the side of the parts."""
        for is_left, way in ((False, "right"), (True, "around")):
            for name, place in self.column(is_left):
                if name == pin:
                    return place, way
        raise ValueError(f"{self.board} has no pin {pin}")

    def _pins(self) -> dict[str, str]:
        """Return the pin that each net is wired to, for single pins only."""
        spec = self.spec
        found = {"BUTTON": spec.BUTTON, POWER: POWER, GROUND: GROUND}
        if spec.MOTOR is not None:
            found["MOTOR"] = spec.MOTOR
        if not self.plug:
            found |= {"SDA": spec.SDA, "SCL": spec.SCL}
        if spec.CELL == "charger":
            found["supply"] = self.form.supply
        return {net: edge_name(self.board, pin) for net, pin in found.items()}

    def _is_left(self) -> bool:
        """Return whether most wires leave to the left; the cell's socket is on the right."""
        if self.spec.CELL == "socket":
            return False
        rights = sum(pin in self.form.right for pin in self.pins.values())
        return len(self.pins) - rights > rights

    def _y_of(self, net: str) -> float:
        (_x, y), way = self.pin_at(self.pins[net])
        return y if way == "right" else y + self.height

    def _parts(self) -> list[Part]:
        """Return the parts from top to bottom in the order of their pins, so few wires cross."""
        sense = [parts.sensor(self.plug, self._signals(), self.chip)]
        some = [(self._y_of("BUTTON"), [parts.button()])]
        if self.chip:
            sense.append(parts.driver("MOTOR" in self.pins))
        else:
            some.append((self._y_of("MOTOR"), [parts.motor()]))
        some.append((self.bottom if self.plug else self._y_of("SDA"), sense))
        some.sort(key=lambda one: one[0])
        found = [part for _, group in some for part in group]
        cell = parts.cell(self.spec.CELL == "charger", self.form.diode)
        return [cell, *found] if self.spec.CELL == "socket" else [*found, cell]

    def _signals(self) -> tuple[str, str]:
        """Return clock and data in the order of their pins, from top to bottom."""
        if self.plug or self._y_of("SCL") < self._y_of("SDA"):
            return "SCL", "SDA"
        return "SDA", "SCL"

    def _stacked(self, some: list[Part]) -> list[tuple[Part, float]]:
        """Stack parts beside the board, moved slightly so that no wire lies on another."""
        socket = self.spec.CELL == "socket"
        total = sum(part.height for part in some) + _GAP * (len(some) - 1)
        y = self.socket_y - 36 if socket else max(TOP - 20, (TOP + self.bottom - total) / 2)
        placed = []
        for part in some:
            placed.append((part, y))
            y += part.height + _GAP
        fixed, free = placed[: int(socket)], placed[int(socket) :]
        shift = max(range(-16, 30), key=lambda shift: self._clearance(free, shift))
        return fixed + [(part, y + shift) for part, y in free]

    def _clearance(self, placed: list[tuple[Part, float]], shift: float) -> float:
        """Return how far terminals are from the heights of pins; equal is fine for the same net."""
        pins = [(net, y) for net, pin in self.pins.items()
                for (_x, y), way in [self.pin_at(pin)] if way == "right"]  # fmt: skip
        apart = [abs(top + shift + down - y) or (_CLEAR if net == other else 0.0)
                 for part, top in placed for net, down in part.terminals
                 for other, y in pins]  # fmt: skip
        return min(_CLEAR, *apart) - abs(shift) / 1000

    def _wire(self, part: Part, net: str, end: Point) -> list[Wire]:
        """Return the wire to a terminal; none if the terminal taps a rail."""
        cell = self.spec.CELL if part.name == "cell" else ""
        if cell == "socket":
            return [Wire(net, (BOARD_X + self.width - 12, end[1]), end, "straight")]
        if cell == "pads":
            return [self._from_below(net, 12 if net == "cell" else -12, end)]
        if part.name == "sensor" and self.plug:
            place = ("gnd", "3v3", "SDA", "SCL").index(net)
            return [self._from_below(net, (place - 1.5) * 14, end)]
        if net in RAILS:
            return []
        return [Wire(net, *self._ends(net, end))]

    def _ends(self, net: str, end: Point) -> tuple[Point, Point, str]:
        start, way = self.pin_at(self.pins[net])
        return start, end, way

    def _from_below(self, net: str, off: float, end: Point) -> Wire:
        return Wire(net, (self.middle_x + off, self.bottom - 8), end, "below")
