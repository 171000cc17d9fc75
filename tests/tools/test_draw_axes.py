"""The picture of the axes: not stale, legible, and with the signs that the core has."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from itertools import combinations
from pathlib import Path

import pytest
from leancore.posture.lean import Lean
from leancore.posture.wear_frame import WearFrame

from tools import draw_axes

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"
_LETTER = 0.6  # width of a letter by its size


def _tilted_vertical_q14(about_x_deg: float, about_z_deg: float) -> tuple[int, int, int]:
    """The vertical in the frame of a sensor that was turned from its nominal mount."""
    x, z = math.radians(about_x_deg), math.radians(about_z_deg)
    # Turning the sensor by an angle turns what it sees by the opposite one.
    up = (math.sin(z) * math.cos(x), math.cos(z) * math.cos(x), -math.sin(x))
    vx, vy, vz = (round(part * 16384) for part in up)
    return vx, vy, vz


def test_the_picture_is_not_stale() -> None:
    assert (ROOT / draw_axes.PATH).read_text("utf-8") == draw_axes.picture()


def test_a_lean_forward_is_a_turn_about_minus_x_and_positive() -> None:
    vertical = _tilted_vertical_q14(-draw_axes.LEAN_DEG, 0)
    lean_cdeg, lateral_cdeg = Lean().angles_cdeg(vertical, WearFrame())
    assert lean_cdeg == pytest.approx(100 * draw_axes.LEAN_DEG, abs=5)
    assert lateral_cdeg == 0


def test_a_lean_to_the_right_is_a_turn_about_minus_z_and_positive() -> None:
    vertical = _tilted_vertical_q14(0, -draw_axes.LATERAL_DEG)
    lean_cdeg, lateral_cdeg = Lean().angles_cdeg(vertical, WearFrame())
    assert lateral_cdeg == pytest.approx(100 * draw_axes.LATERAL_DEG, abs=5)
    assert lean_cdeg == 0


def test_what_is_positive_tilts_to_the_right_of_the_picture() -> None:
    """There forward and the wearer's right are drawn."""
    x, y = draw_axes.tilted((10.0, 10.0), 30.0, 2.0)
    assert (x, y) == pytest.approx((11.0, 10.0 - math.sqrt(3)))


def test_no_two_words_lie_over_each_other_and_none_leaves_the_page() -> None:
    boxes = []
    for text in ET.fromstring(draw_axes.picture()).iter(f"{SVG}text"):
        size, x, y = (float(text.attrib[key]) for key in ("font-size", "x", "y"))
        wide = _LETTER * size * len(text.text or "")
        left = x - wide * {"start": 0, "middle": 0.5, "end": 1}[text.attrib["text-anchor"]]
        boxes.append((left, y - 0.75 * size, left + wide, y + 0.2 * size))
    assert len(boxes) > 20
    over = [(a, b) for a, b in combinations(boxes, 2)
            if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]]  # fmt: skip
    assert over == []
    assert all(box[0] >= 0 and box[2] <= draw_axes.WIDTH for box in boxes)
