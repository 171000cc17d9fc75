"""Checks the sensor's orientation (the chip) against our own, and finds which of them is wrong.

The chip's orientation comes with every sample, or with every few to save time. Each one is stored
together with our vertical of the same sample; while ours is in use the two are compared some
fifteen times a second, in samples that have the time for it.
"""

from leancore.attitude.bias_shift import DOUBT_SAMPLES, BiasShift
from leancore.attitude.frozen_source import FrozenSource
from leancore.attitude.gyro_readings import SETTLE_MS
from leancore.attitude.own_orientation import OwnOrientation
from leancore.attitude.sensor_orientation import SensorOrientation
from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.schema import faults
from leancore.sensor.sample import G_LIMIT_Q9, HAS_A, HAS_G, HAS_Q

if TYPE_CHECKING:
    from leancore.sensor.sample import Sample

CHECK_MS = const(40)
_FROZEN_MS = const(100)
_MOVING_Q9 = const(100)  # 0.2 rad/s: at this rate the orientation must change
_JUMP_Q14 = const(950)  # 3.3° on one axis, relative to ours and the mean offset
_APART_Q14 = const(2860)  # 10°: one of the two is wrong
_DISTRUST_MS = const(10000)
SILENT_MS = const(300)
BETWEEN_MS = const(60)  # between two orientations of the chip, while it is in use
LONG_MS = const(60000)  # times are not counted beyond it
OUTAGE_MS = const(100)  # no reports: the chip may have restarted, with another tilt
_NO_GYRO_MS = const(15)  # single reports are missed now and then
_BLIND_MS = const(2000)  # after a rotation that the gyroscope could not follow


class ChipCheck:
    """``chip``, ``own``: the two. ``fault``: number of the last fault found, until set to 0."""

    def __init__(self) -> None:
        self.chip = SensorOrientation()
        self.own = OwnOrientation()
        self.frozen_source = FrozenSource()
        self.bias_shift = BiasShift()
        self._last_q = [0, 0, 0, 0]
        self._apart = [0, 0, 0]  # mean of the chip's vertical minus ours, while ours was reliable
        self._q = [0, 0, 0, 0]  # the chip's newest quaternion,
        self._own_then = [0, 0, 0]  # and our vertical then
        self._off = [0, 0, 0]  # scratch
        self._chip_fresh = 0  # 1: not checked yet
        self._distrust_ms = self._silent_ms = self._same_ms = self._blind_ms = 0
        self._jumped = self._spikes = self._fast_path = self.fault = 0
        self._led = 0  # 1: the gyroscope is blamed, and ours led to the chip's vertical

    def _find_frozen(self, sample: "Sample") -> None:
        found = self.frozen_source.look(sample, self._q)
        if not found:
            return
        self._fast_path = 0
        if found & HAS_A:
            self.fault = faults.ACCELEROMETER_FROZEN
        if found & HAS_G:
            self.fault = faults.GYRO_FROZEN
            if not self.own.blind_ms:  # its repeated readings were used
                self._trust_chip_again()

    def _trust_chip_again(self) -> None:
        """Trust the chip again: the gyroscope was wrong."""
        if not (self._jumped or self._distrust_ms):
            return
        self._jumped = self._distrust_ms = 0
        for i in range(3):
            self._apart[i] = self.bias_shift.usual_q14[i]

    def _count_times(self, sample: "Sample", dt_ms: int) -> None:
        self._distrust_ms = max(self._distrust_ms - dt_ms, 0)
        self._blind_ms = max(self._blind_ms - dt_ms, 0)
        if not self._blind_ms:
            self._led = 0
        if saturates(sample) and not self.own.is_in_doubt:  # a spike may be as large
            if not self._blind_ms:
                self.fault = faults.GYRO_SATURATED
            self._blind_ms = _BLIND_MS
            self._led = 0

    def _keep_chip(self, sample: "Sample") -> None:
        """Store the chip's orientation with our vertical of the same sample."""
        q = self._q
        q[0] = sample.qw
        q[1] = sample.qx
        q[2] = sample.qy
        q[3] = sample.qz
        own = self.own
        own.note_chip(sample)
        now = own.now()
        own_then = self._own_then
        own_then[0] = now[0]
        own_then[1] = now[1]
        own_then[2] = now[2]
        if self._chip_fresh and self._silent_ms <= SILENT_MS:
            self._silent_ms = min(self._silent_ms, CHECK_MS)  # it came, though none looked at it
        self._chip_fresh = 1
        self.frozen_source.chip_came = HAS_Q

    def _check_chip(self, sample: "Sample") -> int:
        """Check the chip's newest orientation; return 1 if there is one."""
        since_ms = self._silent_ms = min(self._silent_ms, LONG_MS)
        if not self._chip_fresh:
            return 0
        self._chip_fresh = 0
        q = self._q
        if not self.chip.take(q[0], q[1], q[2], q[3]):
            return 0
        self._silent_ms = 0
        if since_ms > SILENT_MS:  # its vertical may have changed
            self._distrust_chip(faults.CHIP_SILENT)
        if self._chip_stays(sample):
            self._same_ms = min(self._same_ms, _FROZEN_MS) + min(since_ms, BETWEEN_MS)
            if self._same_ms >= _FROZEN_MS:
                self._jumped = 0
                self._distrust_chip(faults.CHIP_FROZEN)
            return 1
        self._same_ms = 0
        if self._spikes != self.own.gyro_spikes:  # ours was wrong then, not the chip
            self._spikes = self.own.gyro_spikes
            self._jumped = 0
            return 1
        if self._jumped:
            self._distrust_chip(faults.CHIP_JUMPED)  # at the next check, not a freeze
        self._jumped = 0
        if self._led or self._own_can_follow() and not self.own.lowpass.lost_ms:
            self._compare()
        return 1

    def _own_can_follow(self) -> bool:
        """Whether ours has a gyroscope that could follow."""
        return not self._blind_ms and self.own.blind_ms <= _NO_GYRO_MS

    def _distrust_chip(self, number: int) -> None:
        """Stop using the chip for some time; ``number`` of the fault, 0 if it is none.

        A chip that may have restarted has another tilt but still turns as the body does, so it can
        still judge a leap of the gyroscope.
        """
        if number and not self._distrust_ms:
            self.fault = number
            self.own.chip_trusted = 0
        self._distrust_ms = _DISTRUST_MS
        self._fast_path = 0

    def _chip_stays(self, sample: "Sample") -> int:
        """Whether the chip's orientation stays the same while the body turns."""
        last = self._last_q
        q = self._q
        same = last[0] == q[0] and last[1] == q[1] and last[2] == q[2] and last[3] == q[3]
        last[0] = q[0]
        last[1] = q[1]
        last[2] = q[2]
        last[3] = q[3]
        return same and abs(sample.gx) + abs(sample.gy) + abs(sample.gz) > _MOVING_Q9

    def _compare(self) -> None:
        """Check whether the chip suddenly diverged from ours, or is far off.

        After a short gap ours comes from the mean posture before it. The chip kept running and
        knows better: ours is corrected to the chip's vertical, less its previous offset.
        """
        own = self.own
        chip = self.chip
        apart = self._apart
        own_then = self._own_then
        off = self._off
        off[0] = x = chip.ux - own_then[0] - apart[0]
        off[1] = y = chip.uy - own_then[1] - apart[1]
        off[2] = z = chip.uz - own_then[2] - apart[2]
        if self._led:
            own.lead(off)
            return
        jumped = max(abs(x), abs(y), abs(z)) > _JUMP_Q14
        if own.lowpass.holds_mean:
            if not (jumped or self._distrust_ms):
                up = own.lowpass.up_q20
                up[0] += x << 4  # a quarter of the way
                up[1] += y << 4
                up[2] += z << 4
        else:
            shift = 0 if jumped else 2
            apart[0] += x >> shift
            apart[1] += y >> shift
            apart[2] += z >> shift
            far = max(abs(apart[0]), abs(apart[1]), abs(apart[2])) > _APART_Q14
            jumped = far or jumped
            if own.settled_ms < SETTLE_MS:
                return
            is_blamed = 1 if jumped or self._distrust_ms else 0
            if self.bias_shift.look(apart, own, is_blamed):
                self._blame_gyro(is_blamed)
                return
        self._jumped = 1 if jumped and own.settled_ms >= SETTLE_MS else 0
        self._heed_accelerometer()

    def _heed_accelerometer(self) -> None:
        """Judge no step while the accelerometer's zero may have shifted; tell if it has."""
        shift = self.own.lowpass.speed_change.accel_shift
        if shift.found:
            shift.found = 0
            self.fault = faults.ACCELEROMETER_OFFSET
        if shift.waits > 0:
            self.bias_shift.in_doubt = DOUBT_SAMPLES
            self._jumped = 0  # ours may have been moved back

    def _blame_gyro(self, chip_was_blamed: int) -> None:
        """The gyroscope is off; if by far, the chip is used instead for some time."""
        self.fault = faults.GYRO_OFFSET
        if chip_was_blamed:
            self._trust_chip_again()
            self._blind_ms = _DISTRUST_MS
            self._led = 1
            self._fast_path = 0


def saturates(sample: "Sample") -> bool:
    """Whether the gyroscope is at the end of its range."""
    return max(abs(sample.gx), abs(sample.gy), abs(sample.gz)) >= G_LIMIT_Q9
