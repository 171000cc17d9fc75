"""Possible mistakes in a recording's columns, and which of them explain the observations.

A mistake in the conventions changes the quaternion's components, the earth axis that is up, or the
axes of force and gyroscope. Combinations are tried: one explains a recording if undoing it makes
the mean force point up and the orientation rotate like the gyroscope.
"""

from __future__ import annotations

from itertools import permutations, product
from typing import NamedTuple

import numpy as np

from leancue.recordings.plausibility.content import (
    Content,
    Floats,
    Turning,
    mean_forces,
    thinned,
    turnings,
)

ALIKE = 0.85  # correlation of the two rates of turning: they are of one motion
# For stretches of 0.16 and 0.64 s: smaller rotations may be noise.
TURNS_RADPS = (0.25, 0.15)
_NO_CHANCE, _MANY = 0.95, 100
_PERHAPS, _WORSE = 0.65, 0.08  # in an explanation: so alike at least, so much less than the best
_UP_DEG = 8.0
_FORCE_MPS2 = (7.0, 14.5)  # sources that cut off below 0 g have shown 13.4
_COST_MOST = 3.2
_NEARLY = 0.25  # explanations that are only this much less simple are named too


class Mistake(NamedTuple):
    """A mistake: how unlikely (0 = none), its words, what to do; and how it is undone.

    ``of``: what it is of: q, e(arth), a, g, or ag = both. ``order``, ``signs``: where w, x, y, z
    stand, and their signs; ``up``: which way is up in the earth's frame; ``axes`` [3, 3]: what
    brings force or gyroscope into the sensor's axes.
    """

    cost: float
    words: str = ""
    way_out: str = ""
    of: str = ""
    order: tuple[int, ...] = (0, 1, 2, 3)
    signs: tuple[int, ...] = (1, 1, 1, 1)
    up: tuple[int, ...] = (0, 0, 1)
    axes: Floats = np.eye(3)  # never written to


class Direction(NamedTuple):
    """The mean force in the earth's frame: its length, and angles from up.

    ``tilt_deg`` of the whole; of the seconds ``usual_deg`` is the median, one in twenty is
    beyond ``far_deg``.
    """

    force_mps2: float
    tilt_deg: float
    usual_deg: float
    far_deg: float

    @property
    def has_gravity(self) -> bool:
        """Whether its length is that of gravity, nearly."""
        low, high = _FORCE_MPS2
        return low < self.force_mps2 < high

    @property
    def off_deg(self) -> float:
        """How far it is from up, in one number."""
        return max(self.tilt_deg, self.usual_deg, self.far_deg / 3)

    @property
    def is_up(self) -> bool:
        """Whether it is gravity, beyond doubt."""
        return self.has_gravity and max(self.tilt_deg, self.usual_deg) < _UP_DEG


AS_IS = Mistake(0)
_XYZW = (3, 0, 1, 2)
_INVERSE = (1, -1, -1, -1)
_QUATERNION = (
    AS_IS,
    Mistake(1, "the quaternion is inverted (it turns from the earth to the sensor)",
            "change the signs of qx, qy and qz", "q", signs=_INVERSE),
    Mistake(1, "the quaternion is in the order x, y, z, w",
            "name its columns qx, qy, qz, qw in their present order", "q", order=_XYZW),
    Mistake(1.4, "the quaternion is in the order x, y, z, w, and inverted",
            "name its columns qx, qy, qz, qw, and change the signs of the first three",
            "q", order=_XYZW, signs=_INVERSE),
    *(Mistake(2.2, "the quaternion's components are in a different order",
              "write them in the order w, x, y, z", "q", order=order)
      for order in permutations(range(4)) if order not in ((0, 1, 2, 3), _XYZW)),
)  # fmt: skip
_TURN_EARTH = "turn the orientation so that the earth's z axis points up"
_EARTH = (
    AS_IS,
    Mistake(1.1, "the earth's y axis points up, as in game engines", _TURN_EARTH, "e",
            up=(0, 1, 0)),
    Mistake(1.1, "the earth's z axis points down (north, east, down)", _TURN_EARTH, "e",
            up=(0, 0, -1)),
    Mistake(1.9, "the earth's y axis points down", _TURN_EARTH, "e", up=(0, -1, 0)),
    Mistake(1.7, "the earth's x axis points up", _TURN_EARTH, "e", up=(1, 0, 0)),
    Mistake(1.9, "the earth's x axis points down", _TURN_EARTH, "e", up=(-1, 0, 0)),
)  # fmt: skip


def _others(letters: str, than: str, handed: float, mirrored: float) -> tuple[Mistake, ...]:
    """Return the mistakes of axes that are swapped or of other signs."""
    found = []
    ours = " and ".join(", ".join(letter + axis for axis in "xyz") for letter in letters)
    for order, signs in product(permutations(range(3)), product((1, -1), repeat=3)):
        axes = np.zeros((3, 3))
        axes[range(3), order] = signs
        if abs(np.trace(axes)) == 3:
            continue
        put = " and ".join(
            ", ".join(("-" if s < 0 else "") + letter + "xyz"[i]
                      for i, s in zip(order, signs, strict=True)) for letter in letters
        )  # fmt: skip
        cost = handed if np.linalg.det(axes) > 0 else mirrored
        words = f"{ours} use other axes than {than}"
        found.append(Mistake(cost, words, f"replace {ours} by {put}", letters, axes=axes))
    return tuple(found)


_FORCE = (
    AS_IS,
    Mistake(1.2, "ax, ay, az have the opposite sign",
            "change their signs: at rest the axis that points up shows +9.81 m/s²",
            "a", axes=-np.eye(3)),
    *_others("a", "the orientation", 1.8, 2.0),
)  # fmt: skip
RATE = (
    AS_IS,
    Mistake(1.2, "gx, gy, gz have the opposite sign", "change their signs", "g", axes=-np.eye(3)),
    *_others("g", "the orientation", 1.8, 2.0),
)
_BOTH = _others("ag", "the orientation", 1.9, 3.0)


def undone(content: Content, mistakes: tuple[Mistake, ...]) -> Content:
    """Return the content with quaternion, force and rate as they should be."""
    for mistake in mistakes:
        if mistake.of == "q" and content.q is not None:
            content = content._replace(q=content.q[:, mistake.order] * np.array(mistake.signs))
        if "a" in mistake.of:
            content = content._replace(a=content.a @ mistake.axes.T)
        if "g" in mistake.of and content.g is not None:
            content = content._replace(g=content.g @ mistake.axes.T)
    return content


def direction(forces: Floats, up: tuple[float, ...] = (0, 0, 1)) -> Direction:
    """Return where the mean forces of windows [w, 3] point."""
    mean = forces.mean(axis=0)
    angles = _angles_deg(forces, up)
    return Direction(
        float(np.linalg.norm(mean)), float(_angles_deg(mean[None], up)[0]),
        float(np.median(angles)), float(np.quantile(angles, 0.95)),
    )  # fmt: skip


def widest_deg(forces: Floats) -> float:
    """Return the largest angle between two of the mean forces [w, 3]."""
    units = forces / np.maximum(np.linalg.norm(forces, axis=1, keepdims=True), 1e-9)
    return float(np.degrees(np.arccos(np.clip(units @ units.T, -1, 1).min())))


def _angles_deg(vectors: Floats, up: tuple[float, ...]) -> Floats:
    lengths = np.maximum(np.linalg.norm(vectors, axis=1) * np.linalg.norm(up), 1e-9)
    angles: Floats = np.degrees(np.arccos(np.clip(vectors @ np.array(up) / lengths, -1, 1)))
    return angles


def explanations(content: Content, has_gravity: bool = True) -> list[tuple[Mistake, ...]]:
    """Return the explanations of a content with an orientation: mistakes, the simplest first."""
    found: list[tuple[float, tuple[Mistake, ...]]] = []
    content = thinned(content)
    readings = [(of_q, _Reading(undone(content, (of_q,)))) for of_q in _QUATERNION]
    best = max((read_so.best() for _of_q, read_so in readings), default=0.0)
    alike = min(ALIKE, max(best - _WORSE, _PERHAPS))
    for of_q, read_so in readings:
        forces = read_so.fitting_forces() if has_gravity else [(AS_IS, AS_IS)]
        rates = read_so.fitting_rates(alike)
        found += [_sum(of_q, *pair, of_g) for of_g in rates for pair in forces]
        if has_gravity and read_so.rates:
            found += [_sum(of_q, both) for both in _BOTH if read_so.fits(both, alike)]
    found = sorted((row for row in found if 0 < row[0] <= _COST_MOST), key=lambda row: row[0])
    return [made for cost, made in found if cost <= found[0][0] + _NEARLY]


def _sum(*mistakes: Mistake) -> tuple[float, tuple[Mistake, ...]]:
    made = tuple(mistake for mistake in mistakes if mistake.cost)
    return sum(mistake.cost for mistake in made), made


class _Reading:
    """A content with one reading of its quaternion: quick to try axes of force and rate on.

    ``rates``: (mean products of the components of both rates [3, 3], product of their sizes);
    ``products`` [3, 3, w, 3]: of sensor axis i in the earth's frame with component j of the force,
    ``mean`` [3, 3, 3] of all windows.
    """

    def __init__(self, content: Content) -> None:
        self.rates = [
            (turning.of_q.T @ turning.of_g / len(turning.of_q), float(np.prod(turning.sizes)))
            for turning in comparable(content)
        ]
        means = [
            mean_forces(content._replace(a=content.a[:, j, None] * np.eye(3)[i]))
            for i in range(3) for j in range(3)
        ]  # fmt: skip
        self.products = np.stack(means).reshape(3, 3, *means[0].shape)
        self.mean = self.products.mean(axis=2)

    def best(self) -> float:
        """Return the best likeness of gyroscope and orientation in any axes."""
        return max(self._likeness(m.axes) for m in RATE)

    def fitting_rates(self, alike: float) -> list[Mistake]:
        """Return the mistakes of the gyroscope that make it turn as the orientation."""
        return [m for m in RATE if self._likeness(m.axes) > alike] if self.rates else [AS_IS]

    def fitting_forces(self) -> list[tuple[Mistake, Mistake]]:
        """Return (mistake of the earth, of the force) that make the mean force point up."""
        return [
            (earth, of_a) for of_a in _FORCE for earth in _EARTH if self._is_up(of_a, earth.up)
        ]  # fmt: skip

    def fits(self, both: Mistake, alike: float) -> bool:
        """Whether force and gyroscope fit in these axes."""
        return self._likeness(both.axes) > alike and self._is_up(both, (0, 0, 1))

    def _likeness(self, axes: Floats) -> float:
        alike = [float((axes * both).sum()) / max(size, 1e-12) for both, size in self.rates]
        return max(alike, default=0.0)

    def _is_up(self, of_a: Mistake, up: tuple[int, ...]) -> bool:
        mean = float((of_a.axes * (self.mean @ np.array(up))).sum())
        if mean < _FORCE_MPS2[0] * np.cos(np.radians(_UP_DEG)):  # fast, and excludes most
            return False
        return direction(np.einsum("ij,ijwe->we", of_a.axes, self.products), up).is_up


def comparable(content: Content) -> list[Turning]:
    """Return the meaningful comparisons of gyroscope and orientation."""
    seen = turnings(content)
    short, long = seen[:2], seen[2:]
    found = short if len(short) > 1 and max(short[1].sizes) > TURNS_RADPS[0] else []
    found = found + [turning for turning in long if max(turning.sizes) > TURNS_RADPS[1]]
    # Noise is never this similar, so even small rotations can be compared.
    return found or [t for t in seen if len(t.of_q) > _MANY and abs(t.likeness()) > _NO_CHANCE]
