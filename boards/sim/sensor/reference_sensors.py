"""The sensing half of the simulated BNO08x: reports on their schedules, and a bounded FIFO."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

from boards.sim.sensor import sensor_reports
from boards.sim.sensor.orientation_faults import OrientationFaults
from boards.sim.sensor.reading_faults import ReadingFaults
from boards.sim.sensor.sensor_reports import ENCODERS, GAME_ROTATION_VECTOR, Encoder, Sample

TICK_US = 100  # the unit of every time the chip sends
NEVER_US = 1 << 62

#: Phase of each kind: delay of its first sample after enabling beyond a whole interval, since the
#: part does not sample the kinds together.
PHASES_US = {0x08: 0, 0x02: 300, 0x01: 1700, 0x04: 500, 0x05: 200, 0x06: 900}

#: Accuracy (0 unreliable .. 3 high) by sequence number: mostly high, with dips.
ACCURACY = bytes(1 if n in (90, 91) else 2 if n % 32 < 5 else 3 for n in range(256))


class Motion(Protocol):
    """The motion of the sensor. An optional method `lost(t_s) -> bool` marks gaps."""

    def at(self, t_s: float) -> Sample:
        """Orientation, specific force (m/s2) and turning rate (rad/s) at a time in seconds."""


class Feature:
    """One enabled kind of report."""

    __slots__ = ("report_id", "encode", "interval_us", "next_us", "sequence")

    def __init__(self, report_id: int, interval_us: int, first_us: int, sequence: int) -> None:
        self.report_id = report_id
        self.encode: Encoder = ENCODERS[report_id]
        self.interval_us = interval_us
        self.next_us = first_us
        self.sequence = sequence


class Sensors(OrientationFaults, ReadingFaults):
    """Produce reports on their own schedule, in time order, whether they are read or not.

    Knobs: `motion`, `motion_start_us` (the clock's time at which the motion is at 0 s; before it
    the motion stands at 0 s), `grants` {report id: interval in us} over the part's own table,
    `clock_permille` (its clock error: it samples this much more often than granted), `phases_us`,
    `latency_us` (from sampling to the report being ready), `fifo_reports` (beyond it the oldest are
    lost, their sequence numbers gone), `refuse_feature` (a set-feature command is ignored and not
    answered), `refuse_calibration` (likewise the calibration command), `shaken` (the motor's effect
    on a sample at a time in us), and those of OrientationFaults and ReadingFaults. `reports_made`
    and `reports_lost` count.
    """

    def __init__(self, motion: Motion, motion_start_us: int) -> None:
        OrientationFaults.__init__(self)
        ReadingFaults.__init__(self)
        self.motion = motion
        self.motion_start_us = motion_start_us
        self.grants: dict[int, int] = {}
        self.clock_permille = 12
        self.phases_us = dict(PHASES_US)
        self.latency_us = 2000
        self.fifo_reports = 100
        self.refuse_feature = False
        self.refuse_calibration = False
        self.shaken: Callable[[Sample, int], Sample] | None = None
        self.reports_made = 0
        self.reports_lost = 0
        self.fifo: deque[tuple[int, bytes]] = deque()  # (sample time in 100 us, report)
        self._features: dict[int, Feature] = {}
        self._next_us = NEVER_US
        self._drop = 0

    def switch(self, report_id: int, asked_us: int, now_us: int) -> int:
        """Set the interval of one kind of report; gives the interval granted, 0 = off, in us."""
        self.sample_until(now_us)
        granted_us = self.grants.get(report_id, sensor_reports.granted_us(report_id, asked_us))
        if report_id not in ENCODERS or asked_us == 0:
            granted_us = 0
        before = self._features.pop(report_id, None)
        if granted_us:
            first_us = now_us + self._true_us(granted_us) + self.phases_us.get(report_id, 0)
            sequence = before.sequence if before else 0
            self._features[report_id] = Feature(report_id, granted_us, first_us, sequence)
        self._schedule()
        return granted_us

    def _true_us(self, granted_us: int) -> int:
        return granted_us * 1000 // (1000 + self.clock_permille)

    def interval_us(self, report_id: int) -> int:
        """The interval now in force, 0 = off."""
        feature = self._features.get(report_id)
        return feature.interval_us if feature else 0

    def forget(self) -> None:
        """Switch everything off and drop unread reports, as a reset does."""
        self.forget_calibration()
        self._features.clear()
        self.fifo.clear()
        self._schedule()

    def drop_next(self, count: int) -> None:
        """Lose the next `count` reports; their sequence numbers are used up."""
        self._drop += count

    def sample_extra(self, count: int, now_us: int) -> None:
        """Produce `count` extra reports of the enabled kinds at once."""
        self.sample_until(now_us)
        sampled_us = now_us - self.latency_us
        kinds = list(self._features.values())
        for index in range(count if kinds else 0):
            self._make(kinds[index % len(kinds)], sampled_us)

    def sample_until(self, now_us: int) -> None:
        """Produce every report whose sample is ready by `now_us`."""
        horizon_us = now_us - self.latency_us
        while self._next_us <= horizon_us:
            feature = self._next
            due_us = feature.next_us
            feature.next_us = due_us + self._true_us(feature.interval_us)
            self._make(feature, due_us)
            self._schedule()

    def _schedule(self) -> None:
        """Find the next report due; among equals the kind enabled first."""
        self._next_us = NEVER_US
        for feature in self._features.values():
            if feature.next_us < self._next_us:
                self._next = feature
                self._next_us = feature.next_us

    def _make(self, feature: Feature, due_us: int) -> None:
        sequence = feature.sequence
        feature.sequence = (sequence + 1) & 0xFF
        self.reports_made += 1
        t_s = max(0, due_us - self.motion_start_us) * 1e-6
        if self._is_lost(t_s):
            self.reports_lost += 1
            return
        sample = self.motion.at(max(0.0, t_s - self.skew_ms.get(feature.report_id, 0) / 1000))
        if self.shaken is not None:
            sample = self.shaken(sample, due_us)
        sample = self.spoilt(feature.report_id, sample)
        if feature.report_id == GAME_ROTATION_VECTOR:
            sample = self.fused(sample, t_s)
        report = feature.encode(sequence, ACCURACY[sequence], sample)
        self.fifo.append(((due_us + TICK_US // 2) // TICK_US, report))
        if len(self.fifo) > self.fifo_reports:
            self.fifo.popleft()
            self.reports_lost += 1

    def _is_lost(self, t_s: float) -> bool:
        if self._drop:
            self._drop -= 1
            return True
        lost = getattr(self.motion, "lost", None)
        return lost is not None and lost(t_s)
