"""The sensor's orientation in the case, from the directions of up as the clip was turned over."""

from __future__ import annotations

import math

from leancue.commissioning.facts import Facts
from leancue.commissioning.guided_check import POSTURES
from leancue.language.words import N_, _

ALONG = (N_("to the wearer's right"), N_("up"), N_("backwards"))  # the case's axes x, y, z
AGAINST = (N_("to the wearer's left"), N_("down"), N_("forwards"))
_BACKWARDS = (2, 1)  # the sensor's z along the case's
_UPWARD = 0.5  # cosine of 60°: closer postures count as one


def directions(facts: Facts) -> list[tuple[float, ...]] | None:
    """Return, for each axis of the case, the sensor's direction of up; None if unknown."""
    found: dict[int, tuple[float, ...]] = {}
    for posture, (_text, axis) in POSTURES.items():
        sense = facts.postures.get(posture)
        if sense is None or not sense.n or sense.force_mps2 < 1.0:
            return None
        found[axis] = tuple(part / sense.force_mps2 for part in sense.up_mps2)
    return [found[axis] for axis in range(3)]


def unturned(facts: Facts) -> bool:
    """Whether two postures were the same: the clip was not turned over."""
    ups = directions(facts)
    if ups is None:
        return False
    pairs = ((0, 1), (0, 2), (1, 2))
    return any(abs(_cosine(ups[one], ups[other])) > _UPWARD for one, other in pairs)


def mirrored(facts: Facts) -> bool:
    """Whether no rotation of the sensor explains the postures: the clip lay on another side."""
    ups = directions(facts)
    return ups is not None and not unturned(facts) and _determinant(ups) < 0


def lying(facts: Facts) -> list[tuple[int, int]] | None:
    """Return for each axis of the case the sensor's axis along it, and the sign; None = unknown."""
    ups = directions(facts)
    if ups is None or unturned(facts) or mirrored(facts):
        return None
    found = []
    for up in ups:
        axis = max(range(3), key=lambda i, up=up: abs(up[i]))  # type: ignore[misc]
        found.append((axis, 1 if up[axis] > 0 else -1))
    return found


def is_turned_in_plane(facts: Facts) -> bool:
    """Whether it is only turned within its plane, which the stand calibrates."""
    found = lying(facts)
    return found is not None and found[2] == _BACKWARDS and found[0] != (0, 1)


def is_turned(facts: Facts) -> bool:
    """Whether the sensor's z does not point backwards, away from the wearer."""
    found = lying(facts)
    return found is not None and found[2] != _BACKWARDS


def tilt_deg(facts: Facts) -> float:
    """The sensor's angle from square to the case; 0 if unknown."""
    ups = directions(facts)
    found = lying(facts)
    if ups is None or found is None:
        return 0.0
    cosines = [sign * up[axis] for up, (axis, sign) in zip(ups, found, strict=True)]
    return math.degrees(math.acos(min(1.0, *cosines)))


def words(facts: Facts) -> str:
    """The directions of the arrows on the sensor, as text."""
    found = lying(facts)
    if found is None:
        return ""
    parts = []
    for sensor_axis, name in enumerate("xyz"):
        for case_axis, (axis, sign) in enumerate(found):
            if axis == sensor_axis:
                where = _((ALONG if sign > 0 else AGAINST)[case_axis])
                parts.append(f"{name} {where}")
    return ", ".join(parts)


def _cosine(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def _determinant(rows: list[tuple[float, ...]]) -> float:
    (a, b, c), (d, e, f), (g, h, i) = rows
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
