"""Positions derived from the sizes: placed parts, openings, screws, the belt clip."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, degrees, dist

from boards.case.rules import FOOT, GAP, WALL
from boards.case.sizes import Place, Variant
from boards.case.sizes.common import BUTTON, BUTTON_ACTUATOR, BUTTON_BODY, SWITCH

BUTTON_OUT = 1.5  # how far the button protrudes from the wall
BUTTON_Z = 1.8
SWITCH_Z = 2.6
SWITCH_OUT = 1.0
SCREW = 2.0  # M2 × 12, cylinder head, four of them
SCREW_LONG = 12.0
HEAD_ACROSS, HEAD_HIGH = 3.8, 1.2
PILOT, THROUGH, BOSS, POST = 1.7, 2.3, 5.6, 4.8


@dataclass(frozen=True)
class Opening:
    """A notch from the rim down to ``low``; above ``high`` the lid closes it."""

    middle: float
    width: float
    low: float
    high: float


def places(variant: Variant) -> dict[str, Place]:
    """All bought parts in place, also those in walls."""
    return {**variant.places, "button": button(variant), **_switch(variant)}


def button(variant: Variant) -> Place:
    """Behind the top wall, its actuator through it."""
    width, depth, _high = BUTTON_BODY
    y = variant.inner[1] + WALL + BUTTON_OUT - BUTTON_ACTUATOR[1] - depth
    return Place(BUTTON, (variant.button_x - width / 2, y, BUTTON_Z), guided=False)


def _switch(variant: Variant) -> dict[str, Place]:
    """Behind the bottom wall, its lever through it; none where the charger has one."""
    if variant.switch_x is None:
        return {}
    y = 4.0 - WALL - SWITCH_OUT
    return {"switch": Place(SWITCH, (variant.switch_x - 5.8, y, SWITCH_Z), guided=False)}


def usb(variant: Variant) -> Opening:
    """In the left wall, as large as the plug's overmould."""
    place = variant.places["board"]
    assert place.part.usb is not None
    y, z = place.part.usb
    width, high = variant.usb_opening
    middle_z = place.at[2] + z
    low = max(middle_z - high / 2, 0.4)
    return Opening(place.at[1] + y, width, low, low + high)


def button_opening(variant: Variant) -> Opening:
    """In the top wall; open to the rim, so that the button with its long end can be laid in."""
    reach = BUTTON_ACTUATOR[0] / 2 + GAP + 0.01
    middle_z = BUTTON_Z + BUTTON_BODY[2] / 2
    return Opening(variant.button_x, 2 * reach, middle_z - reach, middle_z + reach)


def lever(variant: Variant) -> Opening | None:
    """In the bottom wall, as wide as the lever's way."""
    if variant.switch_x is None:
        return None
    return Opening(variant.switch_x, 4.6, SWITCH_Z + 0.6, SWITCH_Z + 3.4)


def screws(variant: Variant) -> list[tuple[float, float]]:
    """They go through clip, lid and sensor into the back wall's bosses."""
    place = variant.places["sensor"]
    return [(place.at[0] + x, place.at[1] + y) for x, y in place.part.holes]


def sensor_tilt_deg(variant: Variant) -> tuple[float, float]:
    """Maximum misalignment of the sensor: out of the wall's plane, and within it; degrees.

    Out of the plane: the bosses' tops differ by a layer's error of 0.1 mm over the shorter side of
    the holes. In it: a screw of 2.0 mm in a hole of 2.5 mm, on both ends of the diagonal.
    """
    holes = variant.places["sensor"].part.holes
    across = min(dist(holes[0], hole) for hole in holes[1:])
    diagonal = max(dist(holes[0], hole) for hole in holes[1:])
    return degrees(atan2(0.1, across)), degrees(atan2(0.5, diagonal))


def screw_bite_mm(variant: Variant) -> float:
    """How much of each screw's thread is in the boss."""
    over = variant.inner[2] - variant.places["sensor"].at[2] + WALL + FOOT - HEAD_HIGH
    return SCREW_LONG - over
