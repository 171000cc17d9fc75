"""Our own orientation: the vertical, from gyroscope and accelerometer only.

Follows VQF, Laidig & Seel 2023, Information Fusion 91:187, doi 10.1016/j.inffus.2022.10.014: the
gyroscope is integrated, the specific force is low-passed in the resulting, nearly inertial frame
(``lowpass``), and its direction is the vertical; the gyroscope's bias is estimated as well
(``gyro_bias``).

Deviations: see ``gyro_integration``, which keeps nothing in an inertial frame, and
``gyro_readings``. The deferred work is spread over the samples between: filtering the accumulated
force (an update) and estimating the bias.
"""

from leancore.attitude.clipped_force import give_back_clipped, note_clipped
from leancore.attitude.curve_speed import CurveSpeed
from leancore.attitude.gyro_integration import ALONE, MS, PENDING, TICK, WEIGHT
from leancore.attitude.gyro_leap import SPIKE
from leancore.attitude.gyro_readings import (
    BLIND_MAX_MS,
    DOUBT,
    DT_MAX_MS,
    GAP_MS,
    LEAP,
    LEAP_MASK,
    MISSED_MS,
    SETTLE_MS,
    GyroReadings,
)
from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.sensor.sample import CLIPPED, GAP, HAS_A, HAS_G

if TYPE_CHECKING:
    from leancore.hints import Vector
    from leancore.sensor.sample import Sample

_BOTH = HAS_A | HAS_G
_TOLD = _BOTH | GAP
_WHOLE = _TOLD | CLIPPED
_ODD = const(384)  # an interval that differs by 3 ms from the usual one
_START_MS = const(10)  # an interval, until it is known
_UPDATE_MS = const(50)  # maximum time between updates if samples do not come in pairs
_UPDATE_MAX_MS = const(120)
_WEIGHT_MAX = const(120)  # in weights
_DEFERRED_PARTS = const(6)  # of the deferred work, see ``do_deferred``
# Square of the mean vertical's length: the tilt varies by 11° RMS at most.
_STEADY_Q14 = const(15730)
_MEAN_MS = const(3000)


class OwnOrientation(GyroReadings):
    """The vertical ``ux uy uz`` (Q14, sensor frame) and ``known`` (1 once there was a sample).

    ``travel_q8``: velocity of the wearer in the sensor frame, m/s, as far as it is known; while
    ``travelling`` the centripetal acceleration of a curve is subtracted from the force, as long as
    the tilt is as steady as a runner's. In a corner the vertical follows the gyroscope only.
    ``settled_ms``: time since the start, up to 3 s. ``blind_ms``: time without gyroscope.
    ``gyro_spikes``: single gyroscope readings that were undone because the chip did not rotate.
    ``accel_spikes``: impossible accelerometer readings. ``chip_trusted``: 1 while the chip's
    orientation may be used to judge ours.
    """

    FIELDS = (
        "ux", "uy", "uz", "known", "settled_ms", "travel_q8", "travelling", "bias", "blind_ms",
        "lowpass", "_pending", "_last", "_early", "_drift", "_force", "_turned", "_update_ms",
        "_weight", "_is_even", "_period", "_time_error", "_dt_q17", "_part", "_learn_ms",
        "_follow_ms", "_mean_q20", "_steady",
        "gyro_spikes", "accel_spikes", "chip_trusted", "leap", "curve", "_clipped",
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.travel_q8 = [0, 0, 0]
        self.curve = CurveSpeed()
        self._clipped = [0, 0, 0]  # which axes were clipped lately
        self.chip_trusted = 0
        self._learn_ms = self._follow_ms = self._part = 0

    @property
    def resting(self) -> int:
        """1 while the sensor is at rest."""
        return self.bias.resting

    def restart_at(self, ux: int, uy: int, uz: int) -> None:
        """Continue from another vertical (Q14) and discard our estimate."""
        self.lowpass.restart_at(ux << 6, uy << 6, uz << 6)
        self.bias.forget()
        self.leap.reset()
        self._begin_update()
        self._drop_pending()
        self._point(self.lowpass.up_q20)

    def lead(self, off_q14: "Vector") -> None:
        """Go an eighth of the way to a vertical that is ``off_q14`` from ours; ten times a second.

        The bias is corrected by a twentieth of the angle per second, which settles both in 2 s.
        """
        up = self.lowpass.up_q20
        up[0] += off_q14[0] << 3
        up[1] += off_q14[1] << 3
        up[2] += off_q14[2] << 3
        self.bias.correct(self, off_q14)
        self.lowpass.speed_change.accel_shift.restart()

    def step(self, sample: "Sample", dt_ms: int) -> int:
        """Take a sample that came ``dt_ms`` after the last one.

        Returns 0, ``PENDING``, ``NEW`` or ``ALONE``. After ``PENDING`` call ``do_deferred``.
        """
        dt_q17 = self._dt_q17
        if (
            sample.flags & _WHOLE != _BOTH
            or not -_ODD < (dt_ms << 7) - dt_q17 < _ODD
            or self.blind_ms
            or not self.known
        ):  # fmt: skip
            if sample.flags & CLIPPED:
                return self._step_clipped(sample, dt_ms)
            return self.step_alone(sample, dt_ms)
        if not self._period:
            self._dt_q17 = dt_q17 = dt_ms * MS // TICK
        last = self._last
        x = sample.gx * dt_q17 >> 3
        y = sample.gy * dt_q17 >> 3
        z = sample.gz * dt_q17 >> 3
        p = x - last[0]
        q = y - last[1]
        r = z - last[2]
        leaps = (p + LEAP | q + LEAP | r + LEAP) & LEAP_MASK
        if leaps or not p | q | r or not x | y | z:
            if self._is_doubtful(x, y, z):
                return self._step_in_doubt(sample, dt_ms)
            if self._repeats(sample):
                return self._step_without_rate(sample, dt_ms)
        if not self._pending:
            last[0] = x
            last[1] = y
            last[2] = z
            last[3] = dt_q17
            early = self._early
            early[0] = sample.ax * WEIGHT
            early[1] = sample.ay * WEIGHT
            early[2] = sample.az * WEIGHT
            early[3] = dt_ms
            self._pending = 1
            if self._update_ms > _UPDATE_MAX_MS or self._weight > _WEIGHT_MAX:
                self._update(sample)
            return PENDING
        self._pending = 0
        return self._take_pair(sample, dt_ms, x, y, z)

    def do_deferred(self, sample: "Sample") -> int:
        """Do part of the deferred work, during a pending sample; return 0 if there was none."""
        part = self._part
        self._part = part + 1 if part < _DEFERRED_PARTS - 1 else 0
        if part == 0 or part == 3:
            self._update(sample)
        elif part == 1:  # soon after an update, from which the result is compared
            self._observe_bias()
        elif part == 2:
            self._follow_posture(sample)
        elif part == 4:
            self._learn_bias()
        else:
            return 0
        return 1

    def note_chip(self, sample: "Sample") -> None:
        """Note that the chip's orientation came with the last sample."""
        if not self.is_in_doubt:  # the rotation until now is known
            self.leap.note_chip(sample, self._turned, self._last, self._pending)

    # ---- anything but a normal pair -------------------------------------------------------

    def step_alone(self, sample: "Sample", dt_ms: int) -> int:
        """Process a sample without pairing; its deferred work is done at once.

        Used if a sample lacks something, or follows one that did.
        """
        flags = sample.flags
        if not self.known:
            return self._start(sample) if flags & HAS_A else 0
        self.flush()
        blind_ms = self.blind_ms + dt_ms
        dt_ms = min(dt_ms, DT_MAX_MS)
        weight = WEIGHT
        if not self._period:
            self._dt_q17 = min(dt_ms, _START_MS) * MS // TICK
        self._bridge(sample, blind_ms)
        if dt_ms > MISSED_MS or dt_ms << 9 < self._dt_q17 or flags & _TOLD != _BOTH:
            self._is_even = 0
            weight = dt_ms
        if flags & HAS_A:
            force = self._force
            force[0] += sample.ax * weight
            force[1] += sample.ay * weight
            force[2] += sample.az * weight
            self._weight += weight
        self._update_ms += dt_ms
        if self._update_ms >= _UPDATE_MS or self._weight > _WEIGHT_MAX:
            self._update(sample)
        elif self._learn_ms >= 2 * _UPDATE_MS:
            self._observe_bias()
            self._follow_posture(sample)
            self._learn_bias()
        lost = self.lowpass.lost_ms
        self._point(self._mean_q20 if lost else self.lowpass.up_q20)
        return ALONE if not lost and self.blind_ms < GAP_MS else 0

    def _step_clipped(self, sample: "Sample", dt_ms: int) -> int:
        """Take a sample with a reading at the end of its range."""
        flags = sample.flags
        spikes = self.accel_spikes
        sample.flags = flags & ~CLIPPED
        fresh = self.step(sample, dt_ms)
        sample.flags = flags
        if flags & HAS_A and self.known and spikes == self.accel_spikes:  # not dropped as a fault
            summed = self._early if self._pending else self._force
            note_clipped(self._clipped, sample, summed)
        return fresh

    def _step_without_rate(self, sample: "Sample", dt_ms: int) -> int:
        """Take a sample whose gyroscope reading counts as missing."""
        flags = sample.flags
        sample.flags = flags & ~HAS_G
        fresh = self.step_alone(sample, dt_ms)
        sample.flags = flags
        return fresh

    def _step_in_doubt(self, sample: "Sample", dt_ms: int) -> int:
        """Take a sample whose gyroscope reading may be a fault; the next one decides."""
        fresh = self._step_without_rate(sample, dt_ms)
        early = self._early
        early[0] = sample.gx
        early[1] = sample.gy
        early[2] = sample.gz
        early[3] = DOUBT
        return fresh

    def _start(self, sample: "Sample") -> int:
        if not self.lowpass.start(sample.ax << 8, sample.ay << 8, sample.az << 8):
            return 0
        self.known = 1
        self._point(self.lowpass.up_q20)
        return ALONE

    # ---- the deferred work --------------------------------------------------------------------

    def _update(self, sample: "Sample") -> None:
        """Filter the force accumulated since the last update."""
        ms = self._update_ms
        if not ms:
            return
        if self._is_even and self._learn_period(ms):
            self.leap.learn_anew()
        turned = self._turned
        leap = self.leap
        wrong = leap.judge(self.chip_trusted, turned)
        if wrong:
            self.gyro_spikes += wrong == SPIKE
            self._turn_more(leap.off_q17)
        lowpass = self.lowpass
        is_small = lowpass.turn_rate(turned)
        weight = self._weight
        if not weight:
            lowpass.coast()
        else:
            force = self._force
            force[0] = (force[0] << 7) // weight << 1
            force[1] = (force[1] << 7) // weight << 1
            force[2] = (force[2] << 7) // weight << 1
            if is_small and self.travelling and self._steady:
                self.curve.remove_pull(force, turned, self.travel_q8, lowpass.up_q20, ms)
            self._filter(force, ms)
        whole = self.bias.turned_q17
        whole[0] += turned[0]
        whole[1] += turned[1]
        whole[2] += turned[2]
        self._learn_ms += ms
        self._begin_update()

    def _filter(self, force_q16: "Vector", ms: int) -> None:
        lowpass = self.lowpass
        if lowpass.holds_mean:
            lowpass.hold_mean(self._mean_q20, force_q16, ms)
        elif self.settled_ms >= SETTLE_MS:
            bias = self.bias
            if bias.resting:
                lowpass.average_rest(force_q16, ms, bias.rest_ms, bias.holds_ms)
            elif self.curve.cornering and self.travelling:
                lowpass.coast()
                shift = lowpass.speed_change.accel_shift
                if shift.waits < 0:  # it settles only after the corner
                    shift.restart()
            else:
                lowpass.step(force_q16, ms)
                clipped = self._clipped
                if self.travelling and (clipped[0] or clipped[1] or clipped[2]):
                    give_back_clipped(clipped, lowpass, ms, self._now)
        else:
            self.settled_ms += ms
            lowpass.average(force_q16, ms, self.settled_ms)

    def _observe_bias(self) -> None:
        """Compute what the vertical shows of the gyroscope's bias."""
        self._follow_ms = ms = min(self._learn_ms, BLIND_MAX_MS)
        self._learn_ms = 0
        self.bias.observe(self, self.lowpass.rate_q22, 0 if self.blind_ms else ms)

    def _follow_posture(self, sample: "Sample") -> None:
        """Update the rest detection and the mean posture.

        Steady: the tilt stayed about the same in the last seconds, as a runner's does. This is
        judged by the length of the mean vertical, which is 1 for a constant tilt.
        """
        ms = self._follow_ms
        self._follow_ms = 0
        self.bias.rest(sample)
        if self.lowpass.holds_mean:
            return
        mean = self._mean_q20
        up = self.lowpass.up_q20
        x = mean[0]
        y = mean[1]
        z = mean[2]
        mean[0] = x = x + (up[0] - x) * ms // _MEAN_MS
        mean[1] = y = y + (up[1] - y) * ms // _MEAN_MS
        mean[2] = z = z + (up[2] - z) * ms // _MEAN_MS
        x >>= 7
        y >>= 7
        z >>= 7
        self._steady = 1 if (x * x + y * y + z * z) >> 12 >= _STEADY_Q14 else 0

    def _learn_bias(self) -> None:
        """Update the gyroscope's bias."""
        bias = self.bias
        lowpass = self.lowpass
        moving = 0 if lowpass.holds_mean or self.settled_ms < SETTLE_MS else 1
        bias.learn(moving)
        drift = self._drift
        q30 = bias.q30
        drift[0] = q30[0] >> 12
        drift[1] = q30[1] >> 12
        drift[2] = q30[2] >> 12
