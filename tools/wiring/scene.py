"""The picture of a board's wiring: the board, its parts beside it, and every wire between."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

from tools.wiring import parts
from tools.wiring.canvas import Canvas, Point
from tools.wiring.forms import GROUND, POWER, edge_name, form_of
from tools.wiring.parts import COLOURS, GOLD, INK, METAL, MUTED, PCB, Part

_BOARD_X, _TOP, _EDGE, _LANE = 120.0, 118.0, 22.0, 15.0
_RAILS = {GROUND: 44.0, POWER: 26.0}  # px before the parts
_CORRIDOR = 18.0  # px between wires below the board
_GAP = 30.0
_WORDS = {
    "3v3": "3.3 V", "gnd": "ground", "SDA": "SDA, data", "SCL": "SCL, clock", "MOTOR": "motor",
    "BUTTON": "button", "supply": "supply", "cell": "cell +",
}  # fmt: skip


@dataclass(frozen=True)
class Wire:
    """From a point of the board to a terminal. ``way``: "right", "around" or "below"."""

    net: str
    start: Point
    end: Point
    way: str


class Scene:
    """One board file, drawn."""

    def __init__(self, board: str, spec: ModuleType, haptic: str | None = None) -> None:
        self.board, self.spec = board, spec
        self.form = form_of(board, spec)
        self.plug = spec.SENSOR_PLUG is not None
        self.chip = (haptic or spec.HAPTIC) == "drv2605"
        self.pins = self._pins()
        self.flip = self._is_left()
        self.left, self.right = self.form.left, self.form.right
        if self.flip:
            self.left, self.right = self.right, self.left
        self._place()

    def _pins(self) -> dict[str, str]:
        """Net: the pin that it is wired to, single pins only."""
        spec = self.spec
        found = {"BUTTON": spec.BUTTON, "MOTOR": spec.MOTOR, POWER: POWER, GROUND: GROUND}
        if not self.plug:
            found |= {"SDA": spec.SDA, "SCL": spec.SCL}
        if spec.CELL == "charger":
            found["supply"] = self.form.supply
        return {net: edge_name(self.board, pin) for net, pin in found.items()}

    def _is_left(self) -> bool:
        """Whether most wires leave the board to the left; the cell's socket is on the right."""
        if self.spec.CELL == "socket":
            return False
        lefts = sum(pin in self.form.left and pin not in self.form.right
                    for pin in self.pins.values())  # fmt: skip
        rights = sum(pin in self.form.right for pin in self.pins.values())
        return lefts > rights

    # Places.

    def _place(self) -> None:
        form = self.form
        rows = max(len(form.left), len(form.right) + form.right_from)
        self.width = form.columns * form.pitch + 2 * _EDGE
        self.height = (rows - 1) * form.pitch + 2 * _EDGE + 6
        self.bottom = _TOP + self.height
        self.parts_x = _BOARD_X + self.width + 190
        self.page_width = self.parts_x + parts.WIDTH + 60
        self.placed = self._stacked(self._parts())
        self.wires = self._wires()
        lowest = max(y + part.height for part, y in self.placed)
        around = sum(wire.way != "right" for wire in self.wires)
        self.legend_y = max(lowest, self.bottom + _CORRIDOR * (around + 1)) + 34

    def _parts(self) -> list[Part]:
        """From the top down, as the pins lie, so that few wires cross."""
        spec = self.spec
        movers: list[tuple[float, list[Part]]] = [(self._y_of("BUTTON"), [parts.button()])]
        if not self.chip:
            movers.append((self._y_of("MOTOR"), [parts.motor()]))
        sense = [parts.sensor(self.plug, self._signals(), self.chip)]
        sense += [parts.driver()] if self.chip else []
        movers.append((self.bottom if self.plug else self._y_of("SDA"), sense))
        movers.sort(key=lambda mover: mover[0])
        found = [part for _, some in movers for part in some]
        cell = parts.cell(spec.CELL == "charger", self.form.diode)
        return [cell, *found] if spec.CELL == "socket" else [*found, cell]

    def _signals(self) -> tuple[str, str]:
        """Clock and data as their pins lie, from the top down."""
        if self.plug or self._y_of("SCL") < self._y_of("SDA"):
            return "SCL", "SDA"
        return "SDA", "SCL"

    def _stacked(self, some: list[Part]) -> list[tuple[Part, float]]:
        total = sum(part.height for part in some) + _GAP * (len(some) - 1)
        y = max(_TOP - 20, (_TOP + self.bottom - total) / 2)
        if self.spec.CELL == "socket":
            y = self._socket_y - 36
        placed = []
        for part in some:
            placed.append((part, y))
            y += part.height + _GAP
        first = 1 if self.spec.CELL == "socket" else 0
        shift = max(range(-16, 30), key=lambda shift: self._clearance(placed[first:], shift))
        return placed[:first] + [(part, y + shift) for part, y in placed[first:]]

    def _clearance(self, placed: list[tuple[Part, float]], shift: float) -> float:
        """How far wires stay apart that go straight to the side, up to what the eye needs."""
        pins = [(net, y) for net, pin in self.pins.items()
                for (_x, y), way in [self._pin_at(pin)] if way == "right"]  # fmt: skip
        apart = [abs(top + shift + down - y) or (9.0 if net == other else 0.0)
                 for part, top in placed for net, down in part.terminals
                 for other, y in pins]  # fmt: skip
        return min(9.0, *apart) - abs(shift) / 1000 if apart else -abs(shift)

    @property
    def _socket_y(self) -> float:
        return _TOP + _EDGE + 3 + 1.2 * self.form.pitch

    def _pin_at(self, pin: str) -> tuple[Point, str]:
        """(place, way) of a pin; of several that are alike the one nearest to the parts."""
        form = self.form
        shift = {True: self.left, False: self.right}
        for is_left in (False, True):
            if pin in shift[is_left]:
                lower = form.right_from if is_left == self.flip else 0
                row = shift[is_left].index(pin) + lower
                x = _BOARD_X + (_EDGE if is_left else self.width - _EDGE)
                return (x, _TOP + _EDGE + 3 + row * form.pitch), "around" if is_left else "right"
        raise ValueError(f"{self.board} has no pin {pin}")

    def _y_of(self, net: str) -> float:
        (_x, y), way = self._pin_at(self.pins[net])
        return y if way == "right" else y + self.height

    def _wires(self) -> list[Wire]:
        """All wires but the taps of the rails, which share their source."""
        found = []
        for part, top in self.placed:
            for net, down in part.terminals:
                end = (self.parts_x, top + down)
                found += self._wire(part, net, end)
        return found

    def _wire(self, part: Part, net: str, end: Point) -> list[Wire]:
        if part.name == "sensor" and self.plug:
            order = ("gnd", "3v3", "SDA", "SCL")
            x = _BOARD_X + self.width / 2 + (order.index(net) - 1.5) * 14
            return [Wire(net, (x, self.bottom - 8), end, "below")]
        if part.name == "cell" and self.spec.CELL == "socket":
            return [Wire(net, (_BOARD_X + self.width - 12, end[1]), end, "straight")]
        if part.name == "cell" and self.spec.CELL == "pads":
            x = _BOARD_X + self.width / 2 + (12 if net == "cell" else -12)
            return [Wire(net, (x, self.bottom - 8), end, "below")]
        if net in _RAILS:
            return []  # a tap
        start, way = self._pin_at(self.pins[net])
        return [Wire(net, start, end, way)]

    # Drawing.

    def svg(self) -> str:
        """The picture."""
        to = Canvas(self.page_width, self.flip)
        title = self.form.name
        self._draw_board(to)
        self._draw_wires(to)
        for part, y in self.placed:
            part.draw(to, self.parts_x, y)
        self._draw_chain(to)
        self._draw_pins(to)
        to.flip = False
        to.text(40, 46, title, 22, weight=700)
        to.text(40, 70, self._subtitle(), 14, fill=MUTED)
        self._draw_legend(to)
        described = ", ".join(f"{_WORDS[net]}: {pin}" for net, pin in self.pins.items())
        return to.svg(self.legend_y + 40, f"Wiring of {title}", described)

    def _subtitle(self) -> str:
        words = [f"motor {self.pins['MOTOR']}", f"button {self.pins['BUTTON']}"]
        if self.plug:
            words.append(f"sensor on the {self.spec.SENSOR_PLUG} socket")
        else:
            words.append(f"sensor on {self.pins['SDA']} (data) and {self.pins['SCL']} (clock)")
        return " · ".join(words)

    def _draw_board(self, to: Canvas) -> None:
        middle = _BOARD_X + self.width / 2
        to.rect(_BOARD_X, _TOP, self.width, self.height, PCB, 14)
        to.rect(middle - 28, _TOP - 14, 56, 40, METAL, 5, stroke="#8b939c")
        to.text(middle, _TOP + 10, "USB", 11, "middle", INK, 600)
        chip_y = _TOP + self.height * 0.42
        to.rect(middle - 26, chip_y, 52, 52, "#0d1117", 4, stroke="#465264")
        if self.spec.CELL == "socket":
            x = _BOARD_X + self.width - 26
            to.rect(x, self._socket_y - 22, 26, 44, "#f2f2ee", 3, stroke="#9aa2ab")
            to.text(x - 6, self._socket_y + 4, "cell", 11, "end", "#ffffff")
        if self.plug:
            to.rect(middle - 33, self.bottom - 20, 66, 20, "#f2f2ee", 3, stroke="#9aa2ab")
            to.text(middle, self.bottom - 26, "STEMMA QT", 10, "middle", "#c9d2dc")
        if self.spec.CELL == "pads":
            to.text(middle, self.bottom - 40, "BAT, underneath", 10, "middle", "#c9d2dc")
            to.text(middle + 12, self.bottom - 23, "+", 13, "middle", "#ffffff", 700)
            to.text(middle - 12, self.bottom - 23, "−", 13, "middle", "#ffffff", 700)

    def _draw_pins(self, to: Canvas) -> None:
        nets = {wire.net for wire in self.wires if wire.way in ("right", "around")}
        used = {pin: COLOURS[net] for net, pin in self.pins.items()
                if net in nets or net in self._rails()}  # fmt: skip
        for column, is_left in ((self.left, True), (self.right, False)):
            lower = self.form.right_from if is_left == self.flip else 0
            x = _BOARD_X + (_EDGE if is_left else self.width - _EDGE)
            for row, pin in enumerate(column):
                y = _TOP + _EDGE + 3 + (row + lower) * self.form.pitch
                ring = used.get(pin) if self._pin_at(pin)[0] == (x, y) else None
                parts.pad(to, (x, y), ring)
                to.text(x + (14 if is_left else -14), y + 4.5, _shown(pin), 12 if ring else 10.5,
                        "start" if is_left else "end", "#ffffff" if ring else "#95a1b0",
                        700 if ring else 400)  # fmt: skip
        if self.spec.CELL == "pads":
            for x in (-12, 12):
                to.circle((_BOARD_X + self.width / 2 + x, self.bottom - 10), 6, GOLD)

    def _draw_wires(self, to: Canvas) -> None:
        routes = self._rail_routes() + self._routes()
        for net, points in routes:
            to.line(points, "#ffffff", 7)
            to.line(points, COLOURS[net], 3)
        for net, points in self._taps():
            to.line(points, "#ffffff", 7)
            to.line(points, COLOURS[net], 3)
            to.circle(points[0], 4.5, COLOURS[net])

    def _below(self) -> dict[tuple[str, Point], float]:
        """The height below the board at which a wire goes to the side of the parts."""
        plugs = sorted((w for w in self.wires if w.way == "below"), key=lambda w: -w.start[0])
        ways = [(wire.net, wire.start) for wire in plugs]
        rounds = [(wire.net, wire.start) for wire in self.wires if wire.way == "around"]
        rounds += [(net, self._pin_at(net)[0]) for net in self._rails() if self._is_around(net)]
        rounds.sort(key=lambda way: -way[1][1])
        return {way: self.bottom + _CORRIDOR * (i + 1) for i, way in enumerate(ways + rounds)}

    def _is_around(self, net: str) -> bool:
        return self._pin_at(net)[1] == "around"

    def _rails(self) -> list[str]:
        return [net for net in _RAILS if self._tap_ends(net)]

    def _tap_ends(self, net: str) -> list[Point]:
        own = {wire.end for wire in self.wires}
        return [
            (self.parts_x, top + down)
            for part, top in self.placed for name, down in part.terminals
            if name == net and (self.parts_x, top + down) not in own
        ]  # fmt: skip

    def _out(self, net: str, start: Point) -> list[Point]:
        """From a pin on the far side around the board to below it."""
        below = self._below()
        order = [way for way in below if way[1][0] < _BOARD_X + self.width / 2 - 30]
        lane_x = _BOARD_X - 22 - _LANE * order.index((net, start))
        y = below[net, start]
        return [start, (lane_x, start[1]), (lane_x, y)]

    def _rail_routes(self) -> list[tuple[str, list[Point]]]:
        found = []
        for net in self._rails():
            x = self.parts_x - _RAILS[net]
            ends = [y for _, y in self._tap_ends(net)]
            start, way = self._pin_at(net)
            if way == "around":
                path = self._out(net, start)
                source_y = path[-1][1]
                found.append((net, [*path, (x, source_y)]))
            else:
                source_y = start[1]
                found.append((net, [start, (x, source_y)]))
            found.append((net, [(x, min(*ends, source_y)), (x, max(*ends, source_y))]))
        return found

    def _taps(self) -> list[tuple[str, list[Point]]]:
        return [
            (net, [(self.parts_x - _RAILS[net], end[1]), end])
            for net in self._rails() for end in self._tap_ends(net)
        ]  # fmt: skip

    def _routes(self) -> list[tuple[str, list[Point]]]:
        """Signals: out of the board, up or down in a lane of their own, and to the terminal."""
        begun = []
        for wire in self.wires:
            if wire.way == "straight":
                path = [wire.start]
            elif wire.way == "around":
                path = self._out(wire.net, wire.start)
            elif wire.way == "below":
                path = [wire.start, (wire.start[0], self._below()[wire.net, wire.start])]
            else:
                path = [wire.start]
            begun.append((wire, path))
        lanes = self._lanes(begun)
        found = []
        for wire, path in begun:
            y = path[-1][1]
            if wire.way == "straight":
                found.append((wire.net, [*path, wire.end]))
            else:
                x = lanes[wire.net, wire.start]
                found.append((wire.net, [*path, (x, y), (x, wire.end[1]), wire.end]))
        return found

    def _lanes(self, begun: list[tuple[Wire, list[Point]]]) -> dict[tuple[str, Point], float]:
        """Upward wires from the left in the order of their pins, downward ones from the right."""
        turned = [(wire, path[-1][1]) for wire, path in begun if wire.way != "straight"]
        up = sorted((t for t in turned if t[0].end[1] < t[1]), key=lambda t: t[1])
        down = sorted((t for t in turned if t[0].end[1] >= t[1]), key=lambda t: -t[1])
        order = [(wire.net, wire.start) for wire, _ in up + down]
        room = self.parts_x - max(_RAILS.values()) - 16
        first = max(room - _LANE * (len(order) - 1), _BOARD_X + self.width + 18)
        step = (room - first) / max(len(order) - 1, 1)
        return {way: first + step * i for i, way in enumerate(order)}

    def _draw_chain(self, to: Canvas) -> None:
        """The cable from the sensor's second socket to the motor's driver."""
        tops = {part.name: (top, part) for part, top in self.placed}
        if "driver" not in tops:
            return
        sensor_y = tops["sensor"][0] + 142
        driver_y = tops["driver"][0]
        to.rect(self.parts_x + 30, sensor_y - 16, 66, 20, "#f2f2ee", 3, stroke="#9aa2ab")
        for i, net in enumerate(("gnd", "3v3", "SDA", "SCL")):
            x = self.parts_x + 42 + 14 * i
            to.line([(x, sensor_y - 6), (x, driver_y + 6)], COLOURS[net], 3)

    def _draw_legend(self, to: Canvas) -> None:
        drawn = {wire.net for wire in self.wires} | set(self._rails())
        nets = [net for net in COLOURS if net in drawn]
        step = (self.page_width - 60) / len(nets)
        for i, net in enumerate(nets):
            x = 40 + step * i
            to.line([(x, self.legend_y), (x + 22, self.legend_y)], COLOURS[net], 4)
            to.text(x + 29, self.legend_y + 4.5, _WORDS[net], 12)


def _shown(pin: str) -> str:
    return {"3v3": "3V3", "gnd": "GND", "vsys": "VSYS", "5v": "5V"}.get(pin, pin.upper())
