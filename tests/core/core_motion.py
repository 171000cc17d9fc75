"""Motion made of formulas: a wearer who stands, bows, walks and runs, with the clip anywhere.

Earth: x = the wearer's right, y = forward, z = up (the heading turns it). A mount is the 3 x 3
matrix from sensor axes to the body's right, forward and up.
"""

from __future__ import annotations

import math

import numpy as np
from leancore.attitude.sensor_orientation import SensorOrientation
from leancore.numeric.fixed import dot_q14
from leancore.numeric.ticks import PERIOD_MS
from leancore.sensor.sample import A_LIMIT_Q8, CLIPPED, G_LIMIT_Q9, HAS_A, HAS_G, HAS_Q, Sample

G_MPS2 = 9.80665
ALL = HAS_Q | HAS_A | HAS_G
FIELDS = ("qw", "qx", "qy", "qz", "ax", "ay", "az", "gx", "gy", "gz")

Quaternion = tuple[float, ...]  # w x y z

#: Sensor x = right, y = up, z = backwards.
NOMINAL_MOUNT = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])


def rotation(axis, degrees: float) -> np.ndarray:
    """The matrix of a turn about ``axis``."""
    axis = np.asarray(axis, float) / np.linalg.norm(axis)
    angle = math.radians(degrees)
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross


def random_mount(seed: int) -> np.ndarray:
    """Any rotation, all equally likely."""
    w, x, y, z = unit(np.random.default_rng(seed).normal(size=4))
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


def unit(vector) -> np.ndarray:
    """The vector at length 1."""
    vector = np.asarray(vector, float)
    return vector / np.linalg.norm(vector)


def pose(lean_deg: float = 0.0, lateral_deg: float = 0.0, heading_deg: float = 0.0) -> np.ndarray:
    """The body's attitude: first to the right, then forward, then the heading."""
    lean = rotation((1, 0, 0), -lean_deg)
    return rotation((0, 0, 1), heading_deg) @ lean @ rotation((0, 1, 0), lateral_deg)


def quaternion(matrix: np.ndarray) -> np.ndarray:
    """The unit quaternion w x y z of a rotation matrix (Shepperd's choice of the largest)."""
    m = matrix
    four = np.array(
        [
            1 + m[0, 0] + m[1, 1] + m[2, 2],
            1 + m[0, 0] - m[1, 1] - m[2, 2],
            1 - m[0, 0] + m[1, 1] - m[2, 2],
            1 - m[0, 0] - m[1, 1] + m[2, 2],
        ]
    )
    k = int(np.argmax(four))
    columns = (
        (four[0], m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1]),
        (m[2, 1] - m[1, 2], four[1], m[0, 1] + m[1, 0], m[0, 2] + m[2, 0]),
        (m[0, 2] - m[2, 0], m[0, 1] + m[1, 0], four[2], m[1, 2] + m[2, 1]),
        (m[1, 0] - m[0, 1], m[0, 2] + m[2, 0], m[1, 2] + m[2, 1], four[3]),
    )
    return unit(columns[k])


def row(t_ms: int, attitude: np.ndarray, up_mps2: float = G_MPS2, mount=NOMINAL_MOUNT):
    """A sample of the clip at rest in a body of this attitude, pushed straight up."""
    return _row(t_ms, tuple(quaternion(attitude @ mount).tolist()), up_mps2, (0.0, 0.0, 0.0))


def _row(t_ms: int, q: Quaternion, up_mps2: float, rate_rad_s: tuple[float, ...]):
    w, x, y, z = q
    up = (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y))
    a = [_limited(256 * up_mps2 * part, 20090) for part in up]
    g = [_limited(512 * part, 17872) for part in rate_rad_s]
    clipped = max(map(abs, a)) >= A_LIMIT_Q8 or max(map(abs, g)) >= G_LIMIT_Q9
    flags = ALL | (CLIPPED if clipped else 0)
    return (t_ms % PERIOD_MS, flags, *(round(16384 * part) for part in q), *a, *g)


def _limited(value: float, limit: int) -> int:
    return max(-limit, min(limit, round(value)))


def _times(p: Quaternion, q: Quaternion) -> Quaternion:
    a, b, c, d = p
    w, x, y, z = q
    return (
        a * w - b * x - c * y - d * z,
        a * x + b * w + c * z - d * y,
        a * y - b * z + c * w + d * x,
        a * z + b * y - c * x + d * w,
    )


def _about(axis: int, degrees: float) -> Quaternion:
    half = math.radians(degrees) / 2
    q = [math.cos(half), 0.0, 0.0, 0.0]
    q[1 + axis] = math.sin(half)
    return tuple(q)


def _turned(before: Quaternion, after: Quaternion) -> tuple[float, ...]:
    """The rotation vector in the sensor's axes between two attitudes that are close."""
    w, x, y, z = _times((before[0], -before[1], -before[2], -before[3]), after)
    sign = 2 if w >= 0 else -2
    return (sign * x, sign * y, sign * z)


def fill(sample: Sample, values) -> Sample:
    """Put a row into ``sample``."""
    sample.t_ms, sample.flags = values[0], values[1]
    for name, value in zip(FIELDS, values[2:], strict=True):
        setattr(sample, name, value)
    return sample


def vertical_of(values) -> SensorOrientation:
    """The core's vertical for one row."""
    vertical = SensorOrientation()
    assert vertical.step(fill(Sample(), values))
    return vertical


class Wearer:
    """Rows of a day of the wearer, made movement after movement; ``t_ms`` goes on by itself."""

    def __init__(self, mount=NOMINAL_MOUNT, heading_deg: float = 0.0, rate_hz: int = 100, t_ms=0):
        self.mount = mount
        self.rate_hz = rate_hz
        self.start_ms = t_ms
        self.count = 0
        self.rows: list[tuple[int, ...]] = []
        self._heading = _about(2, heading_deg)
        self._mount = tuple(quaternion(mount).tolist())
        self._before: Quaternion | None = None
        self._posture: tuple[float, float] | None = None

    @property
    def t_ms(self) -> int:
        """The time of the next sample, not wrapped."""
        return self.start_ms + round(1000 * self.count / self.rate_hz)

    def add(self, lean_deg: float, up_mps2: float, lateral_deg: float, turn_deg: float) -> None:
        """One sample; ``turn_deg``: of the pelvis, from the heading to the left."""
        heading = _times(self._heading, _about(2, turn_deg))
        now = _times(_times(heading, _about(0, -lean_deg)), _about(1, lateral_deg))
        now = _times(now, self._mount)
        before = now if self._before is None else self._before
        self._before = now
        rate_rad_s = tuple(part * self.rate_hz for part in _turned(before, now))
        self.rows.append(_row(self.t_ms, now, up_mps2, rate_rad_s))
        self.count += 1

    def move(self, seconds: float, shape) -> Wearer:
        """Samples of ``shape(t_s) -> (lean_deg, up_mps2, lateral_deg[, turn_deg])``.

        Goes over from the posture before within a second: nobody tilts at 2000 °/s.
        """
        last_lean_deg, last_lateral_deg = self._posture or shape(0.0)[:3:2]
        for i in range(round(seconds * self.rate_hz)):
            t_s = i / self.rate_hz
            lean_deg, up_mps2, lateral_deg, *turn_deg = shape(t_s)
            stays = max(0.0, 1 - t_s)
            lean_deg += (last_lean_deg - lean_deg) * stays
            lateral_deg += (last_lateral_deg - lateral_deg) * stays
            self.add(lean_deg, up_mps2, lateral_deg, turn_deg[0] if turn_deg else 0.0)
            self._posture = (lean_deg, lateral_deg)
        return self

    def stand(self, seconds: float = 4.0) -> Wearer:
        """Stand upright with a little sway."""
        return self.move(seconds, lambda t: (0.1 * math.sin(2 * t), G_MPS2, 0.1 * math.cos(3 * t)))

    def bow(self, depth_deg: float = 40.0, seconds: float = 3.0) -> Wearer:
        """A hip hinge down and up again."""
        return self.move(seconds, lambda t: (_bell(t / seconds) * depth_deg, G_MPS2, 0.0))

    def run(self, seconds: float, lean_deg=10.0, cadence_spm: float = 180.0, **shape) -> Wearer:
        """Run; ``lean_deg`` is a number or a function of the time since the start of the run.

        The pelvis swings once a step forward, and turns from side to side once a stride.
        """
        held = lean_deg if callable(lean_deg) else lambda _t: lean_deg
        step_s = 60 / cadence_spm

        def at(t: float):
            swing_deg = 2.0 * math.sin(2 * math.pi * t / step_s)
            turn_deg = 4.0 * math.sin(math.pi * t / step_s)
            return held(t) + swing_deg, running_up(t / step_s, **shape), 0.0, turn_deg

        return self.move(seconds, at)

    def walk(self, seconds: float, cadence_spm: float = 110.0, bump_mps2: float = 2.2) -> Wearer:
        """Walk: a soft bump around 1 g with every step."""
        step_s = 60 / cadence_spm
        return self.move(
            seconds,
            lambda t: (2.0, G_MPS2 + bump_mps2 * math.sin(2 * math.pi * t / step_s), 0.0),
        )


def _bell(x: float) -> float:
    return (1 - math.cos(2 * math.pi * x)) / 2


def running_up(phase: float, stance: float = 0.65, flight_mps2: float = 0.0) -> float:
    """Vertical specific force of running at ``phase`` steps: contact at every whole number.

    A half sine in stance, ``flight_mps2`` in flight, 1 g in the mean.
    """
    part = phase % 1.0
    if part >= stance:
        return flight_mps2
    peak = (G_MPS2 - flight_mps2 * (1 - stance)) * math.pi / (2 * stance)
    return peak * math.sin(math.pi * part / stance)


def up_q8(values) -> int:
    """The vertical specific force of a row, as the pipeline computes it."""
    vertical = vertical_of(values)
    return dot_q14(*values[6:9], vertical.ux, vertical.uy, vertical.uz)


def turn_q9(values) -> int:
    """The turning rate about the vertical of a row, as the pipeline computes it."""
    vertical = vertical_of(values)
    return dot_q14(*values[9:12], vertical.ux, vertical.uy, vertical.uz)
