"""Shapes of a picture, mirrored if the parts are to the left of the board."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

Point = tuple[float, float]
FONT = "Inter, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif"
_OTHER_END = {"start": "end", "end": "start", "middle": "middle"}


class Canvas:
    """SVG picture under construction; x runs from board to parts; ``flip``: parts to the left."""

    def __init__(self, width: float, flip: bool) -> None:
        self.width = width
        self.flip = flip
        self._shapes: list[str] = []

    def x(self, x: float) -> float:
        """Return the x in the picture."""
        return self.width - x if self.flip else x

    def rect(self, x: float, y: float, w: float, h: float, fill: str, radius: float = 0,
             **more: object) -> None:  # fmt: skip
        """Draw a rectangle, given its top corner nearest to the board."""
        left = self.x(x) - (w if self.flip else 0)
        self._add("rect", x=left, y=y, width=w, height=h, rx=radius, fill=fill, **more)

    def circle(self, at: Point, radius: float, fill: str, **more: object) -> None:
        """Draw a circle."""
        self._add("circle", cx=self.x(at[0]), cy=at[1], r=radius, fill=fill, **more)

    def line(self, points: Sequence[Point], colour: str, width: float = 2, **more: object) -> None:
        """Draw a line through points."""
        path = " ".join(f"{_n(self.x(x))},{_n(y)}" for x, y in points)
        self._add("polyline", points=path, fill="none", stroke=colour, stroke_width=width,
                  stroke_linejoin="round", stroke_linecap="round", **more)  # fmt: skip

    def shape(self, points: Sequence[Point], fill: str, **more: object) -> None:
        """Draw a filled polygon."""
        path = " ".join(f"{_n(self.x(x))},{_n(y)}" for x, y in points)
        self._add("polygon", points=path, fill=fill, **more)

    def text(self, x: float, y: float, words: str, size: float = 13, anchor: str = "start",
             fill: str = "#1b1f24", weight: int = 400) -> None:  # fmt: skip
        """Draw text; ``start`` is the end nearer to the board."""
        end = _OTHER_END[anchor] if self.flip else anchor
        self._shapes.append(
            f'<text x="{_n(self.x(x))}" y="{_n(y)}" font-size="{_n(size)}" text-anchor="{end}" '
            f'fill="{fill}" font-weight="{weight}">{escape(words)}</text>'
        )

    def svg(self, height: float, title: str, description: str) -> str:
        """Return the picture as SVG."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(self.width)} {_n(height)}" '
            f'width="{_n(self.width)}" height="{_n(height)}" font-family="{FONT}" role="img">\n'
            f"<title>{escape(title)}</title>\n<desc>{escape(description)}</desc>\n"
            f'<rect width="100%" height="100%" fill="#ffffff"/>\n'
            + "\n".join(self._shapes)
            + "\n</svg>\n"
        )

    def _add(self, name: str, **attributes: object) -> None:
        said = " ".join(
            f'{key.replace("_", "-")}="{_n(value) if isinstance(value, float | int) else value}"'
            for key, value in attributes.items()
        )
        self._shapes.append(f"<{name} {said}/>")


def _n(value: float) -> str:
    """Return a number without trailing zeros."""
    return f"{round(value, 1):g}"
