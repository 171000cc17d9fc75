"""Faults of single kinds of readings: frozen, leaping, late, offset."""

from __future__ import annotations

from typing import Any

from boards.sim.sensor.sensor_reports import (
    ACCELEROMETER,
    GAME_ROTATION_VECTOR,
    GYROSCOPE,
    Sample,
)

Vector = tuple[float, float, float]

#: Indices of the numbers of a kind of report in a sample.
PLACES = {
    GAME_ROTATION_VECTOR: slice(0, 4),
    ACCELEROMETER: slice(4, 7),
    GYROSCOPE: slice(7, 10),
}
STAMP_M_S2 = 25.0  # a force beyond that of a step in walking
STAMPS_TO_END = 1200  # number of such readings until the calibration error is largest


class ReadingFaults:
    """Knobs on the chip's measurements, by report id.

    - `frozen`: kinds whose reports repeat their last reading. `zeroed`: with zeros.
    - `spikes` {kind: (every, reading)}: a reading inserted once in this many reports. `skew_ms`
      {kind: ms}: measured this much earlier than reported.
    - `offset_m_s2`: added to the accelerometer; `offset_rad_s`: to the gyroscope.
    - `calibrates_accelerometer`: as the host has configured it. While it is on, hard steps disturb
      the calibration, and an offset grows to `miscalibration_m_s2` within some hundred steps, as
      users reported for stamping feet (SlimeVR-Tracker-ESP, issue 211). Its size and speed were not
      reported.
    """

    def __init__(self) -> None:
        self.frozen: set[int] = set()
        self.zeroed: set[int] = set()
        self.spikes: dict[int, tuple[int, tuple[float, ...]]] = {}
        self.skew_ms: dict[int, float] = {}
        self.offset_m_s2: Vector = (0.0, 0.0, 0.0)
        self.offset_rad_s: Vector = (0.0, 0.0, 0.0)
        self.calibrates_accelerometer = True
        self.miscalibration_m_s2: Vector = (0.0, 0.0, -0.3)
        self._stamps = 0
        self._made: dict[int, int] = {}
        self._readings: dict[int, tuple[float, ...]] = {}

    def forget_calibration(self) -> None:
        """Return to the calibration stored in the part."""
        self._stamps = 0

    def spoilt(self, kind: int, sample: Sample) -> Sample:
        """The sample as measured for this kind of report."""
        place = PLACES.get(kind)
        if place is None:
            return sample
        values: tuple[float, ...] = tuple(sample)[place]
        if kind == ACCELEROMETER:
            values = self._calibrated(values)
        if kind == GYROSCOPE:
            values = tuple(map(sum, zip(values, self.offset_rad_s, strict=True)))
        if kind in self.frozen:
            values = self._readings.get(kind, values)
        if kind in self.zeroed:
            values = (0.0,) * len(values)
        self._made[kind] = made = self._made.get(kind, 0) + 1
        every, spike = self.spikes.get(kind, (0, ()))
        if every and made % every == 0:
            values = spike
        if kind not in self.frozen:
            self._readings[kind] = values
        whole: Any = (*tuple(sample)[: place.start], *values, *tuple(sample)[place.stop :])
        spoilt: Sample = whole
        return spoilt

    def _calibrated(self, force: tuple[float, ...]) -> tuple[float, ...]:
        if self.calibrates_accelerometer and sum(part * part for part in force) > STAMP_M_S2**2:
            self._stamps = min(self._stamps + 1, STAMPS_TO_END)
        share = self._stamps / STAMPS_TO_END
        off = zip(force, self.offset_m_s2, self.miscalibration_m_s2, strict=True)
        return tuple(part + offset + share * moved for part, offset, moved in off)
