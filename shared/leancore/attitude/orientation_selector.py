"""Selects the vertical from the sensor's orientation and our own, each checking the other.

Ours is the default: over a run its error is smaller than the chip's, whose tilt may be off by 2.5°
for minutes, and which may freeze or reset itself (see ``shared/docs/orientation.md``). The chip is
used where ours is unreliable: before it has settled, without a gyroscope, and after a rotation
beyond the gyroscope's range; ours then continues from the chip's vertical. The vertical never
jumps: the difference at a change of source fades out.
"""

from leancore.attitude.chip_check import (
    BETWEEN_MS,
    CHECK_MS,
    LONG_MS,
    OUTAGE_MS,
    SILENT_MS,
    ChipCheck,
    saturates,
)
from leancore.attitude.gyro_integration import ALONE, PENDING
from leancore.attitude.gyro_readings import SETTLE_MS
from leancore.attitude.own_orientation import OwnOrientation
from leancore.attitude.sensor_orientation import SensorOrientation
from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.fixed import unit_q14
from leancore.sensor.sample import CLIPPED, HAS_A, HAS_G, HAS_Q

if TYPE_CHECKING:
    from leancore.hints import Vector
    from leancore.sensor.sample import Sample

# Sources; and the modes: the chip alone, ours alone, or both (the device's default).
CHIP = const(0)
OWN = const(1)
BOTH = const(2)

_FADE_MS = const(6000)
_NEAR_Q14 = const(860)  # 3°: the size of the chip's own error


class OrientationSelector(ChipCheck):
    """The vertical ``ux uy uz`` (Q14, sensor frame), ``known``, and ``source`` (CHIP or OWN).

    ``fault``: number of the last fault found; the reader resets it to 0.
    """

    FIELDS = (
        "chip", "own", "frozen_source", "ux", "uy", "uz", "known", "source", "_offset", "_fade_ms",
        "_distrust_ms", "_silent_ms", "_same_ms", "_last_q", "_apart", "_jumped", "_blind_ms",
        "_lost", "_fast_path", "_spikes", "bias_shift", "fault", "_q", "_own_then", "_chip_fresh",
        "_led",
    )  # fmt: skip

    def __init__(self) -> None:
        self.mode = BOTH
        self._offset = [0, 0, 0]  # added to the source's vertical, Q14; fades out
        self._unit = [0, 0, 0]  # scratch
        self.ux = self.uy = self.uz = self.known = 0
        self.source = CHIP
        self._fade_ms = self._lost = 0
        super().__init__()

    def use(self, mode: int) -> None:
        """Set the mode."""
        self.mode = mode
        self._fast_path = 0

    @property
    def refused(self) -> int:
        """Number of invalid quaternions from the chip."""
        return self.chip.refused

    def step(self, sample: "Sample", dt_ms: int) -> int:
        """Take a sample; return 0, ``PENDING``, ``NEW`` or ``ALONE`` like ``OwnOrientation``."""
        if not self._fast_path:
            if not self.frozen_source.frozen:
                return self._step_watchful(sample, dt_ms)
            return self._step_without(sample, dt_ms)
        own = self.own
        fresh = own.step(sample, dt_ms)
        self._silent_ms += dt_ms
        flags = sample.flags
        if own.blind_ms or flags & CLIPPED and saturates(sample):
            return self._step_both(sample, dt_ms, fresh)
        if flags & HAS_Q:
            self._keep_chip(sample)
        if fresh != PENDING:
            if dt_ms > OUTAGE_MS:
                self._distrust_chip(0)
            self.ux = own.ux
            self.uy = own.uy
            self.uz = own.uz
        return fresh

    def do_deferred(self, sample: "Sample") -> None:
        """Do a part of the deferred work; call in pending samples."""
        if self.source == CHIP and self.mode != OWN:
            return
        frozen_source = self.frozen_source
        if not frozen_source.suspects_gyro and self.own.do_deferred(sample):
            return
        self._find_frozen(sample)
        if frozen_source.suspects_gyro or self.own.leap.pending():  # no judgement for now
            return
        if not frozen_source.frozen & HAS_G and self._chip_fresh and self._silent_ms >= CHECK_MS:
            self._check_chip(sample)

    def now(self) -> "Vector":
        """Return the vertical of this very sample (a list, Q14)."""
        own = self.own
        now = own.now()
        now[0] += self.ux - own.ux
        now[1] += self.uy - own.uy
        now[2] += self.uz - own.uz
        return now

    def force_is_usable(self, sample: "Sample") -> int:
        """Return 1 if ours is in use and the accelerometer is neither missing nor frozen."""
        usable = sample.flags & HAS_A & ~self.frozen_source.frozen
        return 1 if usable and self.mode != CHIP else 0

    def _step_without(self, sample: "Sample", dt_ms: int) -> int:
        """Take a sample without its frozen reports."""
        flags = sample.flags
        sample.flags = flags & ~self.frozen_source.frozen
        fresh = self._step_watchful(sample, dt_ms)
        sample.flags = flags
        self._find_frozen(sample)
        if not self.frozen_source.frozen & HAS_G and self._silent_ms >= CHECK_MS:
            self._check_chip(sample)
        self._fast_path = 0
        return fresh

    def _step_watchful(self, sample: "Sample", dt_ms: int) -> int:
        if self.mode == CHIP:
            self._silent_ms = min(self._silent_ms + dt_ms, LONG_MS)
            if self.chip.step(sample):
                self._silent_ms = 0
                return self._take(self.chip, ALONE)
            return self._take(self.chip, self._between_reports())
        if dt_ms > OUTAGE_MS:
            self._distrust_chip(0)
        own = self.own
        if self.mode == OWN:
            fresh = own.step(sample, dt_ms)
            if sample.flags & HAS_Q:
                self._keep_chip(sample)
            return self._take(own, fresh)
        fresh = own.step(sample, dt_ms) if self._leads() else own.step_alone(sample, dt_ms)
        self._silent_ms += dt_ms
        return self._step_both(sample, dt_ms, fresh)

    def _leads(self) -> int:
        """Whether ours is the source, with no reason to change."""
        return self.source == OWN and self._own_can_follow() and self.own.settled_ms >= SETTLE_MS

    def _between_reports(self) -> int:
        """Return the result for a sample without orientation while the chip is in use."""
        return PENDING if self.chip.known and self._silent_ms <= BETWEEN_MS else 0

    def _take(self, source: OwnOrientation | SensorOrientation, fresh: int) -> int:
        self.ux = source.ux
        self.uy = source.uy
        self.uz = source.uz
        self.known = source.known
        return fresh

    def _step_both(self, sample: "Sample", dt_ms: int, fresh: int) -> int:
        """Choose between the two."""
        if self._distrust_ms or self._blind_ms or sample.flags & CLIPPED:
            self._count_times(sample, dt_ms)
        if self.own.blind_ms and sample.flags & HAS_G:  # a reading came but was not used
            self._find_frozen(sample)
        if self.own.blind_ms > OUTAGE_MS and self._silent_ms > OUTAGE_MS:  # asleep
            self._distrust_chip(0)
        leads = self._leads()
        if not leads:
            self.own.flush()
        if sample.flags & HAS_Q:
            self._keep_chip(sample)
        fresh_chip = 0 if leads else self._check_chip(sample)
        fresh = self._update_vertical(fresh_chip, fresh, dt_ms)
        self._fast_path = 1 if self._leads() and not (self._fade_ms or self._distrust_ms) else 0
        if not self._distrust_ms:
            self.own.chip_trusted = 1 if self._own_can_follow() else 0
        return fresh

    def _update_vertical(self, fresh_chip: int, fresh_own: int, dt_ms: int) -> int:
        number = CHIP if self._waits_for_chip(fresh_chip) else self._choose()
        source = self.own if number == OWN else self.chip
        if not source.known:
            return 0
        if number != self.source and self.known:
            self._hand_over(number, source)
        self.source = number
        fresh = fresh_own if number == OWN else ALONE if fresh_chip else self._between_reports()
        return fresh if self._point(source, dt_ms) else 0

    def _waits_for_chip(self, fresh_chip: int) -> bool:
        """Whether ours, unreliable until now, can restart from the chip's next orientation.

        The last one is some samples old: a pelvis has turned by up to 5° since.
        """
        late = fresh_chip or self._distrust_ms or self._silent_ms > BETWEEN_MS
        return bool(self._lost and self.source == CHIP and not late)

    def _choose(self) -> int:
        own = self.own
        if self._own_can_follow() and (own.settled_ms >= SETTLE_MS or self._is_near()):
            return OWN
        reliable = not self._distrust_ms and self._silent_ms <= SILENT_MS
        if self.chip.known and (reliable or not own.known):
            return CHIP
        return OWN

    def _is_near(self) -> bool:
        """Whether ours, not yet settled, agrees with the chip, as it does at rest."""
        apart = self._apart
        return max(abs(apart[0]), abs(apart[1]), abs(apart[2])) < _NEAR_Q14

    def _hand_over(self, number: int, source: OwnOrientation | SensorOrientation) -> None:
        """Change the source but not the vertical; the difference fades out."""
        offset = self._offset
        if number == CHIP and not self._own_can_follow():
            self._lost = 1  # the chip keeps the offset it had while ours was reliable
            for i in range(3):
                offset[i] = offset[i] * self._fade_ms // _FADE_MS - self._apart[i]
        elif self._lost and number == OWN and self._own_can_follow():
            self._lost = 0
            if not self._distrust_ms:
                self._point(self.chip, 0)
                self.own.restart_at(self.ux, self.uy, self.uz)
            offset[0] = offset[1] = offset[2] = 0
        else:
            offset[0] = self.ux - source.ux
            offset[1] = self.uy - source.uy
            offset[2] = self.uz - source.uz
        self._fade_ms = _FADE_MS

    def _point(self, source: OwnOrientation | SensorOrientation, dt_ms: int) -> int:
        self._fade_ms = fade_ms = max(self._fade_ms - dt_ms, 0)
        unit = self._unit
        offset = self._offset
        unit[0] = source.ux + offset[0] * fade_ms // _FADE_MS
        unit[1] = source.uy + offset[1] * fade_ms // _FADE_MS
        unit[2] = source.uz + offset[2] * fade_ms // _FADE_MS
        if not unit_q14(unit):
            return 0
        self.ux = unit[0]
        self.uy = unit[1]
        self.uz = unit[2]
        self.known = 1
        return 1
