"""Selects the vertical from the sensor's orientation and our own, each checking the other.

Ours is the default: over a run its error is smaller than the chip's, whose tilt may be off by 2.5°
for minutes, and which may freeze or reset itself (see ``shared/docs/orientation.md``). The chip is
used where ours is unreliable: before it has settled, without a gyroscope, and after a rotation
beyond the gyroscope's range; ours then continues from the chip's vertical. The vertical never
jumps: the difference at a change of source fades out.

The chip's orientation comes with every sample, or with every few to save time. Each one is stored
together with our vertical of the same sample; while ours is in use the two are compared some
fifteen times a second, in samples that have the time for it.
"""

from leancore.attitude.bias_shift import BiasShift
from leancore.attitude.frozen_source import FrozenSource
from leancore.attitude.own_orientation import ALONE, PENDING, SETTLE_MS, OwnOrientation
from leancore.attitude.sensor_orientation import SensorOrientation
from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.fixed import unit_q14
from leancore.schema import faults
from leancore.sensor.sample import CLIPPED, G_LIMIT_Q9, HAS_A, HAS_G, HAS_Q

if TYPE_CHECKING:
    from leancore.hints import Vector
    from leancore.sensor.sample import Sample

# Sources; and the modes: the chip alone, ours alone, or both (the device's default).
CHIP = const(0)
OWN = const(1)
BOTH = const(2)

_FADE_MS = const(6000)
_CHECK_MS = const(40)
_FROZEN_MS = const(100)
_MOVING_Q9 = const(100)  # 0.2 rad/s: at this rate the orientation must change
_JUMP_Q14 = const(950)  # 3.3° on one axis, relative to ours and the mean offset
_NEAR_Q14 = const(860)  # 3°: the size of the chip's own error
_APART_Q14 = const(2860)  # 10°: one of the two is wrong
_DISTRUST_MS = const(10000)
_SILENT_MS = const(300)
_BETWEEN_MS = const(60)  # between two orientations of the chip, while it is in use
_LONG_MS = const(60000)  # times are not counted beyond it
_OUTAGE_MS = const(100)  # no reports: the chip may have restarted, with another tilt
_NO_GYRO_MS = const(15)  # single reports are missed now and then
_BLIND_MS = const(2000)  # after a rotation that the gyroscope could not follow


class OrientationSelector:
    """The vertical ``ux uy uz`` (Q14, sensor frame), ``known``, and ``source`` (CHIP or OWN).

    ``fault``: number of the last fault found; the reader resets it to 0.
    """

    FIELDS = (
        "chip", "own", "frozen_source", "ux", "uy", "uz", "known", "source", "_offset", "_fade_ms",
        "_distrust_ms", "_silent_ms", "_same_ms", "_last_q", "_apart", "_jumped", "_blind_ms",
        "_lost", "_fast_path", "_spikes", "bias_shift", "fault", "_q", "_own_then", "_chip_fresh",
    )  # fmt: skip

    def __init__(self) -> None:
        self.mode = BOTH
        self.chip = SensorOrientation()
        self.own = OwnOrientation()
        self.frozen_source = FrozenSource()
        self._offset = [0, 0, 0]  # added to the source's vertical, Q14; fades out
        self._last_q = [0, 0, 0, 0]
        self._apart = [0, 0, 0]  # mean of the chip's vertical minus ours, while ours was reliable
        self.bias_shift = BiasShift()
        self._q = [0, 0, 0, 0]  # the chip's newest quaternion,
        self._own_then = [0, 0, 0]  # and our vertical then
        self._chip_fresh = 0  # 1: not checked yet
        self._unit = [0, 0, 0]  # scratch
        self.reset()

    def use(self, mode: int) -> None:
        """Set the mode."""
        self.mode = mode
        self._fast_path = 0

    @property
    def refused(self) -> int:
        """Number of invalid quaternions from the chip."""
        return self.chip.refused

    def reset(self) -> None:
        """Forget everything."""
        self.chip.reset()
        self.own.reset()
        self.frozen_source.reset()
        self.bias_shift.reset()
        self.ux = self.uy = self.uz = self.known = 0
        self.source = OWN if self.mode == OWN else CHIP
        self._distrust_ms = self._silent_ms = self._same_ms = 0
        self._blind_ms = self._fade_ms = self._lost = self._jumped = self.fault = 0
        self._fast_path = self._spikes = self._chip_fresh = 0
        for vector in (
            self._offset, self._last_q, self._apart, self._q, self._own_then,
        ):  # fmt: skip
            for i in range(len(vector)):
                vector[i] = 0

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
        if own.blind_ms or flags & CLIPPED and _saturates(sample):
            return self._step_both(sample, dt_ms, fresh)
        if flags & HAS_Q:
            self._keep_chip(sample)
        if fresh != PENDING:
            if dt_ms > _OUTAGE_MS:
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
        if not frozen_source.frozen & HAS_G and self._chip_fresh and self._silent_ms >= _CHECK_MS:
            self._check_chip(sample)

    @property
    def is_in_doubt(self) -> bool:
        """Whether the lean may be wrong: no step is judged by it."""
        return self.bias_shift.is_in_doubt

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
        if not self.frozen_source.frozen & HAS_G and self._silent_ms >= _CHECK_MS:
            self._check_chip(sample)
        self._fast_path = 0
        return fresh

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

    def _step_watchful(self, sample: "Sample", dt_ms: int) -> int:
        if self.mode == CHIP:
            self._silent_ms = min(self._silent_ms + dt_ms, _LONG_MS)
            if self.chip.step(sample):
                self._silent_ms = 0
                return self._take(self.chip, ALONE)
            return self._take(self.chip, self._between_reports())
        if dt_ms > _OUTAGE_MS:
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
        return PENDING if self.chip.known and self._silent_ms <= _BETWEEN_MS else 0

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
        if self.own.blind_ms > _OUTAGE_MS and self._silent_ms > _OUTAGE_MS:  # asleep
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

    # ---- which source is reliable ----------------------------------------------------------

    def _count_times(self, sample: "Sample", dt_ms: int) -> None:
        self._distrust_ms = max(self._distrust_ms - dt_ms, 0)
        self._blind_ms = max(self._blind_ms - dt_ms, 0)
        if _saturates(sample) and not self.own.is_in_doubt:  # a spike may be as large
            if not self._blind_ms:
                self.fault = faults.GYRO_SATURATED
            self._blind_ms = _BLIND_MS

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
        if self._chip_fresh and self._silent_ms <= _SILENT_MS:
            self._silent_ms = min(self._silent_ms, _CHECK_MS)  # it came, though none looked at it
        self._chip_fresh = 1
        self.frozen_source.chip_came = HAS_Q

    def _check_chip(self, sample: "Sample") -> int:
        """Check the chip's newest orientation; return 1 if there is one."""
        since_ms = self._silent_ms = min(self._silent_ms, _LONG_MS)
        if not self._chip_fresh:
            return 0
        self._chip_fresh = 0
        q = self._q
        if not self.chip.take(q[0], q[1], q[2], q[3]):
            return 0
        self._silent_ms = 0
        if since_ms > _SILENT_MS:  # its vertical may have changed
            self._distrust_chip(faults.CHIP_SILENT)
        if self._chip_stays(sample):
            self._same_ms = min(self._same_ms, _FROZEN_MS) + min(since_ms, _BETWEEN_MS)
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
        if self._own_can_follow() and not self.own.lowpass.lost_ms:
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
        x = chip.ux - own_then[0] - apart[0]
        y = chip.uy - own_then[1] - apart[1]
        z = chip.uz - own_then[2] - apart[2]
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

    def _blame_gyro(self, chip_was_blamed: int) -> None:
        """The gyroscope is off; if by far, the chip is used instead for some time."""
        self.fault = faults.GYRO_OFFSET
        if chip_was_blamed:
            self._trust_chip_again()
            self._blind_ms = _DISTRUST_MS
            self._fast_path = 0

    # ---- the vertical ---------------------------------------------------------------------

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
        late = fresh_chip or self._distrust_ms or self._silent_ms > _BETWEEN_MS
        return bool(self._lost and self.source == CHIP and not late)

    def _choose(self) -> int:
        own = self.own
        if self._own_can_follow() and (own.settled_ms >= SETTLE_MS or self._is_near()):
            return OWN
        reliable = not self._distrust_ms and self._silent_ms <= _SILENT_MS
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


def _saturates(sample: "Sample") -> bool:
    """Whether the gyroscope is at the end of its range."""
    return max(abs(sample.gx), abs(sample.gy), abs(sample.gz)) >= G_LIMIT_Q9
