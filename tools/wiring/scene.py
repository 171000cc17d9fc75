"""Picture of a board's wiring: the board, its parts beside it, and every wire between."""

from __future__ import annotations

from types import ModuleType

from tools.wiring import parts
from tools.wiring.canvas import Canvas
from tools.wiring.layout import BOARD_X, TOP, Layout
from tools.wiring.parts import COLOURS, GOLD, INK, METAL, MUTED, PCB
from tools.wiring.routes import CORRIDOR, Routes

_SOCKET, _PALE, _UNUSED, _WHITE = "#f2f2ee", "#c9d2dc", "#95a1b0", "#ffffff"
_WORDS = {
    "3v3": "3.3 V", "gnd": "ground", "SDA": "SDA, data", "SCL": "SCL, clock", "MOTOR": "motor",
    "BUTTON": "button", "supply": "supply", "cell": "cell +",
}  # fmt: skip


class Scene:
    """One board file as a picture; ``haptic`` overrides that of the file."""

    def __init__(self, board: str, spec: ModuleType, haptic: str | None = None) -> None:
        self.layout = Layout(board, spec, haptic)
        self.routes = Routes(self.layout)
        self._legend_y = max(self.layout.lowest, self.routes.lowest + CORRIDOR) + 34

    def svg(self) -> str:
        """Return the picture as SVG."""
        layout = self.layout
        to = Canvas(layout.page_width, layout.flip)
        self._draw_board(to)
        self._draw_wires(to)
        for part, y in layout.placed:
            part.draw(to, layout.parts_x, y)
        self._draw_chain(to)
        self._draw_pins(to)
        to.flip = False
        to.text(40, 46, layout.form.name, 22, weight=700)
        to.text(40, 70, self._subtitle(), 14, fill=MUTED)
        self._draw_legend(to)
        described = ", ".join(f"{_WORDS[net]}: {pin}" for net, pin in layout.pins.items())
        return to.svg(self._legend_y + 40, f"Wiring of {layout.form.name}", described)

    def _subtitle(self) -> str:
        pins, spec = self.layout.pins, self.layout.spec
        sensor = f"{pins['SDA']} (data) and {pins['SCL']} (clock)" if not self.layout.plug else (
            f"the {spec.SENSOR_PLUG} socket"
        )  # fmt: skip
        motor = f"motor {pins['MOTOR']} · " if "MOTOR" in pins else ""
        return f"{motor}button {pins['BUTTON']} · sensor on {sensor}"

    def _draw_board(self, to: Canvas) -> None:
        layout, middle = self.layout, self.layout.middle_x
        bottom, socket_y = layout.bottom, layout.socket_y
        to.rect(BOARD_X, TOP, layout.width, layout.height, PCB, 14)
        to.rect(middle - 28, TOP - 14, 56, 40, METAL, 5, stroke="#8b939c")
        to.text(middle, TOP + 10, "USB", 11, "middle", INK, 600)
        to.rect(middle - 26, TOP + layout.height * 0.42, 52, 52, "#0d1117", 4, stroke="#465264")
        if layout.spec.CELL == "socket":
            x = BOARD_X + layout.width - 26
            to.rect(x, socket_y - 22, 26, 44, _SOCKET, 3, stroke="#9aa2ab")
            to.text(x - 6, socket_y + 4, "cell", 11, "end", _WHITE)
        if layout.plug:
            to.rect(middle - 33, bottom - 20, 66, 20, _SOCKET, 3, stroke="#9aa2ab")
            to.text(middle, bottom - 26, layout.spec.SENSOR_PLUG, 10, "middle", _PALE)
        if layout.spec.CELL == "pads":
            to.text(middle, bottom - 40, "BAT, underneath", 10, "middle", _PALE)
            to.text(middle + 12, bottom - 23, "+", 13, "middle", _WHITE, 700)
            to.text(middle - 12, bottom - 23, "−", 13, "middle", _WHITE, 700)

    def _draw_pins(self, to: Canvas) -> None:
        layout = self.layout
        nets = {wire.net for wire in layout.wires if wire.way in ("right", "around")}
        used = {layout.pin_at(pin)[0]: COLOURS[net] for net, pin in layout.pins.items()
                if net in nets or net in layout.rails()}  # fmt: skip
        for is_left in (True, False):
            for pin, place in layout.column(is_left):
                ring = used.get(place)
                parts.pad(to, place, ring)
                to.text(place[0] + (14 if is_left else -14), place[1] + 4.5, _shown(pin),
                        12 if ring else 10.5, "start" if is_left else "end",
                        _WHITE if ring else _UNUSED, 700 if ring else 400)  # fmt: skip
        if layout.spec.CELL == "pads":
            for off in (-12, 12):
                to.circle((layout.middle_x + off, layout.bottom - 10), 6, GOLD)

    def _draw_wires(self, to: Canvas) -> None:
        """Draw the wires, each on a wider white one to show which crosses over which."""
        for net, points in self.routes.routes + self.routes.taps:
            to.line(points, _WHITE, 7)
            to.line(points, COLOURS[net], 3)
        for net, points in self.routes.taps:
            to.circle(points[0], 4.5, COLOURS[net])

    def _draw_chain(self, to: Canvas) -> None:
        """Draw the cable from the sensor's second socket to the motor's driver."""
        tops = {part.name: top for part, top in self.layout.placed}
        if "driver" not in tops:
            return
        x, sensor_y = self.layout.parts_x, tops["sensor"] + 142
        to.rect(x + 30, sensor_y - 16, 66, 20, _SOCKET, 3, stroke="#9aa2ab")
        for i, net in enumerate(("gnd", "3v3", "SDA", "SCL")):
            at = x + 42 + 14 * i
            to.line([(at, sensor_y - 6), (at, tops["driver"] + 6)], COLOURS[net], 3)

    def _draw_legend(self, to: Canvas) -> None:
        drawn = {wire.net for wire in self.layout.wires} | set(self.layout.rails())
        nets = [net for net in COLOURS if net in drawn]
        for i, net in enumerate(nets):
            x = 40 + (self.layout.page_width - 60) / len(nets) * i
            to.line([(x, self._legend_y), (x + 22, self._legend_y)], COLOURS[net], 4)
            to.text(x + 29, self._legend_y + 4.5, _WORDS[net], 12)


def _shown(pin: str) -> str:
    """Return a pin's label as printed on the board."""
    return pin.upper()
