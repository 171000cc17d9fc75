"""No axis of the sensor is special, to the last bit: with axes y, z, x the state is the same.

Of our own orientation and all that it holds, over readings that no body makes: steps of the rate
and the force, reports that are missing, gaps, and a chip that now and then contradicts.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from typing import Any

import pytest
from leancore.attitude.gyro_integration import PENDING
from leancore.attitude.own_orientation import OwnOrientation
from leancore.sensor.sample import A_LIMIT_Q8, G_LIMIT_Q9, GAP, HAS_A, HAS_G, HAS_Q, Sample

Axes = tuple[int, int, int]
PLAIN, TURNED = (0, 1, 2), (1, 2, 0)  # which of the true axes is named x, y, z
Q14 = 16384
XYZ = "xyz"
FORWARD = (3000, 9000, -13350)  # of the wearer, Q14


class Motion:
    """What a sensor reads along its true axes, and what is wrong with it now and then.

    ``swing_radps``: how fast it is turned to and fro; ``turn_radps``: all the while to one side.
    """

    def __init__(self, seed: int, swing_radps: float, turn_radps: float, faults: float) -> None:
        self.random = random.Random(seed)
        self.q = (1.0, 0.0, 0.0, 0.0)
        self.swing_radps, self.turn_radps, self.faults = swing_radps, turn_radps, faults
        self.t_s = 0.0

    def readings(self, count: int) -> Iterator[tuple[int, int, list[int], list[int], list[int]]]:
        """Of each sample the ms since the last, flags, quaternion, force, rate."""
        self._turn([0.7, 0.4, 0.0], 1.0)
        for _ in range(count):
            dt_ms = self.random.choice((10, 10, 9, 11, 10))
            if self._is_wrong(0.02):
                dt_ms = self.random.choice((18, 19, 30, 44, 45, 60, 61, 200))
            self.t_s += dt_ms / 1000
            g = self._rate(dt_ms / 1000)
            sway = 60 * self.swing_radps
            a = [_held(2510 * part + self.random.gauss(0, sway), A_LIMIT_Q8) for part in self._up()]
            if self._is_wrong(0.03):
                a = [_held(self.random.uniform(-20000, 20000), A_LIMIT_Q8) for _ in XYZ]
            flags = HAS_A | HAS_G
            if self._is_wrong(0.03):
                flags = self.random.choice((HAS_A, HAS_G, HAS_A | HAS_G | GAP, 0))
            flags |= HAS_Q if self.random.random() < 0.4 else 0
            yield dt_ms, flags, [round(Q14 * part) for part in self.q], a, g

    def _is_wrong(self, share: float) -> bool:
        return self.random.random() < share * self.faults

    def _rate(self, dt_s: float) -> list[int]:
        swing, t_s = self.swing_radps, self.t_s
        rate = [
            swing * weight * math.sin((8.7 + 3 * i) * t_s + i) + self.turn_radps * up
            for i, (weight, up) in enumerate(zip((1.0, -0.8, 0.5), self._up(), strict=True))
        ]
        if self.swing_radps > 1 and self._is_wrong(0.01):
            rate = [part * self.random.choice((4, 9, 30)) for part in rate]
        self._turn(rate, dt_s)
        kick = 0
        if self._is_wrong(0.02):
            kick = self.random.choice((600, 900, 9000, 17000))
        return [_held(512 * x + self.random.uniform(-kick, kick), G_LIMIT_Q9) for x in rate]

    def _turn(self, rate: list[float], dt_s: float) -> None:
        w, x, y, z = self.q
        u, v, r = (part * dt_s / 2 for part in rate)
        q = (w - x * u - y * v - z * r, x + w * u + y * r - z * v,
             y + w * v + z * u - x * r, z + w * r + x * v - y * u)  # fmt: skip
        length = math.hypot(*q)
        self.q = (q[0] / length, q[1] / length, q[2] / length, q[3] / length)

    def _up(self) -> tuple[float, float, float]:
        w, x, y, z = self.q
        return 2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)


def _held(value: float, limit: int) -> int:
    return max(-limit, min(limit, round(value)))


ROUNDED = {"rate_q22": 1000, "_effect_x": 64, "_effect_y": 64, "_effect_z": 64, "up_q20": 64,
           "length_q16": 64, "ux": 1, "uy": 1, "uz": 1, "moved_q20": 64,
           "_share_q8": 8}  # fmt: skip


class Kept:
    """One thing that is kept by both: a number, or a list with a vector in it."""

    def __init__(self, plain: Any, turned: Any, name: str) -> None:
        self.plain, self.turned, self.name = plain, turned, name
        self.name_turned = name  # of the field that has the same
        if name[:-1] in ("u", "_effect_"):
            self.name_turned = name[:-1] + XYZ[TURNED.index(XYZ.index(name[-1]))]
        first = 1 if "chip" in name else 0  # a quaternion begins with w
        value = getattr(plain, name)
        self.of_plain = range(len(value)) if isinstance(value, list) else None
        if self.of_plain:
            vector = [first + i for i in TURNED]
            self.of_plain = [*range(first), *vector, *range(first + 3, len(value))]

    def copy(self) -> None:
        """Have the turned one keep the same as the plain one."""
        value = getattr(self.plain, self.name)
        if self.of_plain:
            getattr(self.turned, self.name_turned)[:] = [value[i] for i in self.of_plain]
        else:
            setattr(self.turned, self.name_turned, value)

    def compare(self) -> None:
        """The same numbers; where a matrix of the second order is used, as near as it rounds."""
        value, other = getattr(self.plain, self.name), getattr(self.turned, self.name_turned)
        values = [value[i] for i in self.of_plain] if self.of_plain else [value]
        others = other if self.of_plain else [other]
        assert all(type(part) is int for part in values), self.name
        most = ROUNDED.get(self.name, 0)
        off = max(abs(a - b) for a, b in zip(values, others, strict=True))
        assert off <= most, self.name


def all_kept(plain: Any, turned: Any) -> Iterator[Kept]:
    """All that is kept between two samples."""
    for name in plain.FIELDS:
        if hasattr(getattr(plain, name), "FIELDS"):
            yield from all_kept(getattr(plain, name), getattr(turned, name))
        else:
            yield Kept(plain, turned, name)


def fill(sample: Sample, flags: int, q: list[int], a: list[int], g: list[int], axes: Axes) -> None:
    """Put readings along the true axes into a sample whose axes have other names."""
    sample.flags, sample.qw = flags, q[0]
    sample.qx, sample.qy, sample.qz = (q[1 + i] for i in axes)
    sample.ax, sample.ay, sample.az = (a[i] for i in axes)
    sample.gx, sample.gy, sample.gz = (g[i] for i in axes)


def stepped(own: OwnOrientation, sample: Sample, dt_ms: int, count: int) -> list[int]:
    """Take a sample as the selector does, and sometimes the pending one alone; all answers."""
    fresh = own.step(sample, dt_ms)
    if fresh == PENDING:
        own.do_deferred(sample)
    if sample.flags & HAS_Q:
        own.note_chip(sample)
    if count % 33 == 32:
        own.curve.strike()
        own.lowpass.strike(1)
    if count % 50 == 49:
        own.flush()
    if count % 500 == 499:
        own.restart_at(own.ux, own.uy, own.uz)
    return [*own.now(), *own.leap.off_q17, fresh]


@pytest.mark.parametrize(
    ("motion", "samples", "seen"),
    [(Motion(1, 5.0, 0.0, 1.0), 600, {"gyro", "accel"}),
     (Motion(2, 0.7, 0.5, 0.5), 1900, {"gyro", "accel", "corner", "gap"}),
     (Motion(3, 0.0, 0.01, 0.05), 500, {"rest"})], ids=["tumbles", "runs a curve", "lies"],
)  # fmt: skip
def test_each_step_of_our_own_orientation_does_alike(
    motion: Motion, samples: int, seen: set[str]
) -> None:
    sample, travel = Sample(), (300, 700, -100)
    plain, turned = OwnOrientation(), OwnOrientation()
    turned.lowpass.speed_change.forward = [FORWARD[i] for i in TURNED]
    plain.lowpass.speed_change.forward = list(FORWARD)
    both, happened = list(all_kept(plain, turned)), set()
    for count, (dt_ms, flags, q, a, g) in enumerate(motion.readings(samples)):
        plain.chip_trusted, plain.travelling = 1, 1 if count > 300 else 0
        plain.travel_q8[:] = travel
        for one in both:
            one.copy()
        fill(sample, flags, q, a, g, PLAIN)
        answers = stepped(plain, sample, dt_ms, count)
        fill(sample, flags, q, a, g, TURNED)
        others = stepped(turned, sample, dt_ms, count)
        assert all(type(part) is int for part in answers)
        expected = [answers[i] for i in (1, 2, 0, 4, 5, 3, 6)]
        assert max(abs(a - b) for a, b in zip(expected, others, strict=True)) <= 1
        for one in both:
            one.compare()
        counts = {"gyro": plain.gyro_spikes, "accel": plain.accel_spikes, "rest": plain.resting,
                  "gap": plain.lowpass.holds_mean, "corner": plain.curve.cornering}  # fmt: skip
        happened |= {name for name, value in counts.items() if value}
    assert seen <= happened
