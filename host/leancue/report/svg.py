"""A little SVG: tags, points, and a scale from values to pixels."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Point = tuple[float, float]

# The font of the printed page first; a browser falls back to its own.
FONTS = "Source Sans Pro, system-ui, sans-serif"


def tag(name: str, content: str = "", **attributes: str | float) -> str:
    """Return an element. ``content`` is markup; attributes are escaped, ``_`` becomes ``-``."""
    words = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{words}>{content}</{name}>" if content else f"<{name}{words}/>"


def text(x: float, y: float, words: str, **attributes: str | float) -> str:
    """Return a text element; ``words`` are escaped."""
    return tag("text", escape(words), x=x, y=y, **attributes)


def _value(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else px(value)


def px(value: float) -> str:
    """Return a number of pixels, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


def points(where: Iterable[Point]) -> str:
    """Return the points of a polygon or polyline."""
    return " ".join(f"{px(x)},{px(y)}" for x, y in where)


def dots(where: npt.NDArray[np.float64]) -> str:
    """Return a path of dots [n, 2], one per half pixel, for a stroke with round ends."""
    seen = np.unique(np.rint(2 * where).astype(np.int64), axis=0).tolist()
    return "".join(f"M{px(x / 2)} {px(y / 2)}h0" for x, y in seen)


class Scale(NamedTuple):
    """From values to pixels: ``low`` maps to ``start``, ``high`` to ``end``."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def each(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Like a call, for many values at once."""
        share = (values - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def held(self, value: float) -> float:
        """Like a call, but limited to the scale."""
        return self(min(max(value, self.low), self.high))

    def ticks(self, most: int) -> list[float]:
        """Return at most about ``most`` round values on the scale."""
        rough = (self.high - self.low) / most
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * size for size in (1, 2, 5, 10) if power * size >= rough - 1e-9)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [i * step for i in range(first, last + 1)]
