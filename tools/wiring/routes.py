"""Routes of the wires: each in a lane of its own, in an order in which few cross."""

from __future__ import annotations

from tools.wiring.canvas import Point
from tools.wiring.layout import BOARD_X, RAILS, Layout, Wire

CORRIDOR = 18.0  # px between wires below the board
_LANE = 15.0

Route = tuple[str, list[Point]]


class Routes:
    """The wires' routes; ``taps``: from a rail to a terminal, each starting with a dot."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._below, self._far = self._corridors()
        self.routes = self._rails() + self._wires()
        self.taps: list[Route] = [
            (net, [(layout.parts_x - RAILS[net], end[1]), end])
            for net in layout.rails() for end in layout.tap_ends(net)
        ]  # fmt: skip

    @property
    def lowest(self) -> float:
        """Height of the lowest wire."""
        return max(self._below.values(), default=self._layout.bottom)

    def _corridors(self) -> tuple[dict[Point, float], list[Point]]:
        """Return the heights of wires below the board, and their starts on the far side."""
        layout = self._layout
        plugs = [wire.start for wire in layout.wires if wire.way == "below"]
        far = [wire.start for wire in layout.wires if wire.way == "around"]
        sources = [layout.pin_at(net) for net in layout.rails()]
        far += [start for start, way in sources if way == "around"]
        plugs.sort(key=lambda start: -start[0])
        far.sort(key=lambda start: -start[1])
        return {
            start: layout.bottom + CORRIDOR * (i + 1) for i, start in enumerate(plugs + far)
        }, far  # fmt: skip

    def _begun(self, start: Point, way: str) -> list[Point]:
        """Return the start of a wire's route, up to the side of the parts."""
        if way == "around":
            lane_x = BOARD_X - 22 - _LANE * self._far.index(start)
            return [start, (lane_x, start[1]), (lane_x, self._below[start])]
        if way == "below":
            return [start, (start[0], self._below[start])]
        return [start]

    def _rails(self) -> list[Route]:
        """Return the routes from pins to rails, and the rails themselves."""
        layout = self._layout
        found: list[Route] = []
        for net in layout.rails():
            x = layout.parts_x - RAILS[net]
            path = self._begun(*layout.pin_at(net))
            ys = [y for _, y in layout.tap_ends(net)] + [path[-1][1]]
            found += [(net, [*path, (x, path[-1][1])]), (net, [(x, min(ys)), (x, max(ys))])]
        return found

    def _wires(self) -> list[Route]:
        begun = [(wire, self._begun(wire.start, wire.way)) for wire in self._layout.wires]
        lanes = self._lanes([(wire, path[-1][1]) for wire, path in begun if wire.way != "straight"])
        found: list[Route] = []
        for wire, path in begun:
            if wire.way != "straight":
                x = lanes[wire]
                path = [*path, (x, path[-1][1]), (x, wire.end[1])]
            found.append((wire.net, [*path, wire.end]))
        return found

    def _lanes(self, turning: list[tuple[Wire, float]]) -> dict[Wire, float]:
        """Assign lanes from left to right: first the upward wires, then the downward ones."""
        layout = self._layout
        up = sorted((t for t in turning if t[0].end[1] < t[1]), key=lambda t: t[1])
        down = sorted((t for t in turning if t[0].end[1] >= t[1]), key=lambda t: -t[1])
        order = [wire for wire, _ in up + down]
        last = layout.parts_x - max(RAILS.values()) - 16
        first = max(last - _LANE * (len(order) - 1), BOARD_X + layout.width + 18)
        step = (last - first) / max(len(order) - 1, 1)
        return {wire: first + step * i for i, wire in enumerate(order)}
