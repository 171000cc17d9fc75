"""Faults of the chip's orientation while accelerometer and gyroscope keep working."""

from __future__ import annotations

from collections.abc import Callable

from boards.sim.sensor.sensor_reports import Sample

Quaternion = tuple[float, float, float, float]
ZERO: Quaternion = (0.0, 0.0, 0.0, 0.0)
NON_UNIT_SCALE = 0.6


class OrientationFaults:
    """Knobs on the game rotation vector only.

    `freeze_orientation`: the value stays, the reports keep coming (fusion stuck; seen with the
    gravity report in strong vibration). `zero_orientation`: all four parts 0, as before the first
    fusion result. `non_unit`: a quaternion of length 0.6. `tilt_error`: called with the motion's
    time in s, returns a quaternion (w, x, y, z) that rotates the chip's earth frame: the error of
    its fusion, caused by the accelerations of running.
    """

    def __init__(self) -> None:
        self.freeze_orientation = False
        self.zero_orientation = False
        self.non_unit = False
        self.tilt_error: Callable[[float], Quaternion] | None = None
        self._last: Quaternion | None = None

    def fused(self, sample: Sample, t_s: float) -> Sample:
        """The sample with the orientation that the chip reports."""
        if self.freeze_orientation and self._last is not None:
            return self._last + sample[4:]
        if self.tilt_error is not None:
            sample = multiply(self.tilt_error(t_s), sample[:4]) + sample[4:]
        if self.non_unit:
            w, x, y, z = (part * NON_UNIT_SCALE for part in sample[:4])
            sample = (w, x, y, z) + sample[4:]
        if self.zero_orientation:
            sample = ZERO + sample[4:]
        self._last = sample[:4]
        return sample


def multiply(left: Quaternion, right: Quaternion) -> Quaternion:
    """Product of two quaternions (w, x, y, z)."""
    a, b, c, d = left
    w, x, y, z = right
    return (
        a * w - b * x - c * y - d * z,
        a * x + b * w + c * z - d * y,
        a * y - b * z + c * w + d * x,
        a * z + b * y - c * x + d * w,
    )
