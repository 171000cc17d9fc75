"""Our own orientation: the vertical, from gyroscope and accelerometer only.

Follows VQF, Laidig & Seel 2023, Information Fusion 91:187, doi 10.1016/j.inffus.2022.10.014: the
gyroscope is integrated, the specific force is low-passed in the resulting, nearly inertial frame
(``lowpass``), and its direction is the vertical; the gyroscope's bias is estimated as well
(``gyro_bias``).

Deviations: nothing is kept in an inertial frame. All vectors are in the sensor frame and are
rotated against each measured rotation, which is equivalent in exact arithmetic and needs no
quaternion; heading is not computed. Two samples are applied to the vertical and the accumulated
force at once; their combined rotation vector accounts for non-commuting rotations (Bortz 1971, doi
10.1109/TAES.1971.310252). The deferred work is spread over the samples between: filtering the
accumulated force (an update) and estimating the bias. A missing gyroscope reading is replaced by
the mean of its neighbours. After a longer gap, in which the pelvis' rotation is unknown, the
vertical starts from the posture before it, if that was steady.

The sensor reports at a constant rate, but sample times are whole milliseconds. With those an
interval of 11.1 ms would be 11 or 12, and a clip that oscillates at 14 Hz would appear to turn by
up to 1° back and forth within seconds. So the interval is estimated from the times of many samples
(``_learn_period``), and every sample between two gaps has the same weight.

Fixed point: the vertical Q20, angles rad Q17, as measured rad Q23 (Q9 rad/s × s Q17 >> 3).
"""

from leancore.attitude.clipped_force import give_back_clipped, note_clipped
from leancore.attitude.curve_speed import CurveSpeed
from leancore.attitude.force_lowpass import LowPass
from leancore.attitude.force_spike import EARLY, LATE, spike_of
from leancore.attitude.gyro_bias import GyroBias
from leancore.attitude.gyro_leap import GyroLeap
from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.fixed import clamp
from leancore.numeric.rotation import turn
from leancore.sensor.sample import CLIPPED, G_LIMIT_Q9, GAP, HAS_A, HAS_G

if TYPE_CHECKING:
    from leancore.hints import Vector
    from leancore.sensor.sample import Sample

SETTLE_MS = const(3000)  # at first a plain mean, which needs no history

# Results of a step (0: the vertical is not reliable).
PENDING = const(1)  # the sample waits for the next one: the vertical is still the previous one
NEW = const(2)  # the vertical is that of this sample
ALONE = const(3)  # likewise, and no sample is pending

_BOTH = HAS_A | HAS_G
_TOLD = _BOTH | GAP
_WHOLE = _TOLD | CLIPPED
_MISSED_MS = const(18)  # longer than the slowest granted rate: a reading was missed
_GAP_MS = const(45)  # ignore a running pelvis' rotation rather than guess it: 0.9° against 1.3° RMS
_DT_MAX_MS = const(60)  # the rotation over a longer time cannot be inferred from two readings
_BLIND_MAX_MS = const(1000)
_UPDATE_MS = const(50)  # maximum time between updates if samples do not come in pairs
_UPDATE_MAX_MS = const(120)
_WEIGHT_MAX = const(120)  # in weights
_DEFERRED_PARTS = const(6)  # of the deferred work, see ``do_deferred``
# Square of the mean vertical's length: the tilt varies by 11° RMS at most.
_STEADY_Q14 = const(15730)
_MEAN_MS = const(3000)
# Measured angles of one sample, and of two, below which second order is enough (0.13 rad).
_ONE = const(1 << 19)
_TWO = const(1 << 20)
_FAR_MASK = const(-1 << 20)
_FAR = const(6291456)  # 0.75 rad on one axis
_WEIGHT = const(10)  # of the force of a sample on time; of others: their ms
# Times of samples: a ms is 16384 parts, 1/131072 s is 125 of them.
_MS = const(16384)
_TICK = const(125)
_LATE_MAX = const(262144)  # 16 ms off: another rate
# Two forces of a pair, × their weight, that differ by 26 m/s² on one axis.
_KICK = const(1 << 16)
_KICK_MASK = const(-1 << 17)
# A gyroscope reading that leaps from the previous one by more, as an angle (0.016 rad: 1.6 rad/s in
# 10 ms), is compared with the chip's rotation at the next update.
_LEAP = const(1 << 17)
_LEAP_MASK = const(-1 << 18)
# One that leaps by more (0.125 rad: 12.5 rad/s in 10 ms) is accepted only if the next one has not
# leapt back: no body turns like that for one sample. Half of that is too little: a clip that
# oscillates in a hop reaches it, and a runner gets a third more false cues.
_SPIKE = const(1 << 20)
# Three zeros right after a turn by more than 0.002 rad (0.2 rad/s in 10 ms) are just as doubtful:
# they are accepted if the next reading is near zero too.
_STOP = const(1 << 14)
_STILL_Q9 = const(12)  # 0.02 rad/s
_SPINNING_Q9 = const(102)  # 0.2 rad/s
_DOUBT = const(-1)  # instead of the ms of a pending sample: a doubtful reading
_STEP_Q17 = const(16384)  # the most that ``turn`` can handle


class OwnOrientation:
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
        self.travel_q8 = [0, 0, 0]
        self.travelling = 0
        self.bias = GyroBias()
        self.lowpass = LowPass()
        self.curve = CurveSpeed()
        self.leap = GyroLeap()
        self._clipped = [0, 0, 0]  # which axes were clipped lately
        self._drift = [0, 0, 0]  # the bias: rad/s Q18
        self._last = [0, 0, 0, 1]  # the last reading as an angle, and its time, s Q17
        self._early = [0, 0, 0, 0]  # the force × weight of the pending sample, and its ms
        self._force = [0, 0, 0]  # m/s² Q8 × weight since the last update
        self._turned = [0, 0, 0]  # rad Q17 since the last update
        self._mean_q20 = [0, 0, 0]  # of the vertical over some seconds, as the sensor sees it
        self._now = [0, 0, 0]  # scratch
        self.reset()

    def reset(self) -> None:
        """Forget everything: start from the next sample."""
        self.ux = self.uy = self.uz = self.known = self.settled_ms = 0
        self.gyro_spikes = self.accel_spikes = self.chip_trusted = 0
        self.bias.reset()
        self.lowpass.reset()
        self.leap.reset()
        for vector in (self._drift, self._last, self._mean_q20, self._clipped):
            vector[0] = vector[1] = vector[2] = 0
        self._last[3] = 1
        self._learn_ms = self._follow_ms = self.blind_ms = self._steady = self._part = 0
        self._pending = self._time_error = self._period = 0
        self._dt_q17 = 10 * _MS // _TICK
        self._begin_update()
        self._drop_pending()

    @property
    def resting(self) -> int:
        """1 while the sensor is at rest."""
        return self.bias.resting

    @property
    def is_in_doubt(self) -> bool:
        """Whether the last gyroscope reading may be a fault; the next one decides."""
        return self._early[3] == _DOUBT

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

    def step(self, sample: "Sample", dt_ms: int) -> int:
        """Take a sample that came ``dt_ms`` after the last one.

        Returns 0, ``PENDING``, ``NEW`` or ``ALONE``. After ``PENDING`` call ``do_deferred``.
        """
        if (
            sample.flags & _WHOLE != _BOTH
            or dt_ms > _MISSED_MS
            or self.blind_ms
            or not self.known
        ):  # fmt: skip
            if sample.flags & CLIPPED:
                return self._step_clipped(sample, dt_ms)
            return self.step_alone(sample, dt_ms)
        if not self._period:
            self._dt_q17 = dt_ms * _MS // _TICK
        last = self._last
        dt_q17 = self._dt_q17
        x = sample.gx * dt_q17 >> 3
        y = sample.gy * dt_q17 >> 3
        z = sample.gz * dt_q17 >> 3
        p = x - last[0]
        q = y - last[1]
        r = z - last[2]
        leaps = (p + _LEAP | q + _LEAP | r + _LEAP) & _LEAP_MASK
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
            early[0] = sample.ax * _WEIGHT
            early[1] = sample.ay * _WEIGHT
            early[2] = sample.az * _WEIGHT
            early[3] = dt_ms
            self._pending = 1
            if self._update_ms > _UPDATE_MAX_MS or self._weight > _WEIGHT_MAX:
                self._update(sample)
            return PENDING
        self._pending = 0
        return self._take_pair(sample, dt_ms, x, y, z)

    def _take_pair(self, sample: "Sample", dt_ms: int, x: int, y: int, z: int) -> int:
        """Process the pending sample and this one, given its measured angle."""
        last = self._last
        early = self._early  # it was measured before the rotation of this sample
        a = early[0]
        b = early[1]
        c = early[2]
        late_x = sample.ax * _WEIGHT
        late_y = sample.ay * _WEIGHT
        late_z = sample.az * _WEIGHT
        if (late_x - a + _KICK | late_y - b + _KICK | late_z - c + _KICK) & _KICK_MASK:
            number = spike_of(self, early, late_x, late_y, late_z)
            if number == EARLY:
                a = late_x
                b = late_y
                c = late_z
            elif number == LATE:
                late_x = a
                late_y = b
                late_z = c
            if number:
                self.accel_spikes += 1
        p = a >> 6
        q = b >> 6
        r = c >> 6
        u = x >> 9
        v = y >> 9
        w = z >> 9
        more_x = a - ((v * r - w * q) >> 8) + late_x
        more_y = b - ((w * p - u * r) >> 8) + late_y
        more_z = c - ((u * q - v * p) >> 8) + late_z
        a = last[0]
        b = last[1]
        c = last[2]
        dt_q17 = self._dt_q17
        both_q14 = last[3] + dt_q17 >> 3
        last[0] = x
        last[1] = y
        last[2] = z
        last[3] = dt_q17
        self._update_ms += early[3] + dt_ms
        self._weight += 2 * _WEIGHT
        x += a
        y += b
        z += c
        if (a + _ONE | b + _ONE | c + _ONE | (x + _TWO | y + _TWO | z + _TWO) >> 1) & _FAR_MASK:
            self._turn(a, b, c, both_q14 >> 1)  # large: one after the other
            self._turn(x - a, y - b, z - c, both_q14 >> 1)
            force = self._force
            force[0] += more_x
            force[1] += more_y
            force[2] += more_z
        else:
            drift = self._drift
            x = ((x << 9) - drift[0] * both_q14 + 16384) >> 15
            y = ((y << 9) - drift[1] * both_q14 + 16384) >> 15
            z = ((z << 9) - drift[2] * both_q14 + 16384) >> 15
            a >>= 5
            b >>= 5
            c >>= 5
            p = x + ((b * z - c * y + 262144) >> 19)
            q = y + ((c * x - a * z + 262144) >> 19)
            r = z + ((a * y - b * x + 262144) >> 19)
            turned = self._turned
            turned[0] += p
            turned[1] += q
            turned[2] += r
            turn(self.lowpass.up_q20, self._force, p, q, r, more_x, more_y, more_z)
        lowpass = self.lowpass
        up = self._mean_q20 if lowpass.lost_ms else lowpass.up_q20
        self.ux = up[0] >> 6
        self.uy = up[1] >> 6
        self.uz = up[2] >> 6
        return 0 if lowpass.lost_ms else NEW

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

    def flush(self) -> None:
        """Process a pending sample without its pair."""
        if not self._pending:
            return
        last = self._last
        early = self._early
        force = self._force
        self._pending = 0
        self._update_ms += early[3]
        self._weight += _WEIGHT
        self._turn(last[0], last[1], last[2], last[3] >> 3)
        for i in range(3):
            force[i] += early[i]
        self._point(self._mean_q20 if self.lowpass.lost_ms else self.lowpass.up_q20)

    def now(self) -> "Vector":
        """Return the vertical of this sample (a list, Q14), including a pending one."""
        last = self._last  # one by one: a tuple would take heap
        x = last[0] >> 8
        y = last[1] >> 8
        z = last[2] >> 8
        if not self._pending or self.lowpass.lost_ms:
            x = y = z = 0
        now = self._now
        now[0] = self.ux - ((y * self.uz - z * self.uy) >> 15)
        now[1] = self.uy - ((z * self.ux - x * self.uz) >> 15)
        now[2] = self.uz - ((x * self.uy - y * self.ux) >> 15)
        return now

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
        dt_ms = min(dt_ms, _DT_MAX_MS)
        weight = _WEIGHT
        if not self._period:
            self._dt_q17 = min(dt_ms, _MISSED_MS) * _MS // _TICK
        self._bridge(sample, blind_ms)
        if dt_ms > _MISSED_MS or flags & _TOLD != _BOTH:
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
        return ALONE if not lost and self.blind_ms < _GAP_MS else 0

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

    def _is_doubtful(self, x: int, y: int, z: int) -> bool:
        """Whether a reading (as an angle) is too far from the previous one to accept at once."""
        last = self._last
        p = x - last[0]
        q = y - last[1]
        r = z - last[2]
        most = _SPIKE if x | y | z else _STOP
        if (p + most | q + most | r + most) & -2 * most:
            return True
        if (p + _LEAP | q + _LEAP | r + _LEAP) & _LEAP_MASK:
            self.leap.note_leap(p, q, r)
        return False

    def _repeats(self, sample: "Sample") -> bool:
        """Whether the gyroscope repeats its last reading on all axes while the wearer travels.

        A moving pelvis never does that, so no measurement was made. A gyroscope frozen for a tenth
        of a second in a swing at 5 rad/s would otherwise turn the vertical by 30°.
        """
        x = sample.gx
        y = sample.gy
        z = sample.gz
        last = self._last
        dt_q17 = last[3]
        return (
            self.travelling != 0
            and last[0] == x * dt_q17 >> 3
            and last[1] == y * dt_q17 >> 3
            and last[2] == z * dt_q17 >> 3
            and abs(x) + abs(y) + abs(z) >= _SPINNING_Q9
            and max(abs(x), abs(y), abs(z)) < G_LIMIT_Q9  # else it is saturated
        )

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
        early[3] = _DOUBT
        return fresh

    def _start(self, sample: "Sample") -> int:
        if not self.lowpass.start(sample.ax << 8, sample.ay << 8, sample.az << 8):
            return 0
        self.known = 1
        self._point(self.lowpass.up_q20)
        return ALONE

    def _point(self, up_q20: "Vector") -> None:
        self.ux = up_q20[0] >> 6
        self.uy = up_q20[1] >> 6
        self.uz = up_q20[2] >> 6

    def _bridge(self, sample: "Sample", blind_ms: int) -> None:
        """Bridge gyroscope readings that may be missing before this one."""
        if blind_ms >= _GAP_MS and self._steady and self.settled_ms >= SETTLE_MS:
            self.lowpass.start_from_mean(self._mean_q20)
            self.bias.forget()
        repeats = self.blind_ms and sample.flags & HAS_G and self._repeats(sample)
        if repeats or not sample.flags & HAS_G:
            if repeats and self.blind_ms <= _MISSED_MS:  # twice in a row: not by chance
                self.gyro_spikes += 1
            self.blind_ms = min(blind_ms, _BLIND_MAX_MS)
            return
        rate = self._now
        rate[0] = sample.gx
        rate[1] = sample.gy
        rate[2] = sample.gz
        last = self._last
        doubt = self._early
        goes_on = 0
        for i in range(3):
            last[i] = was = (last[i] << 3) // last[3]  # as a rate
            goes_on += abs(rate[i] - was) - abs(rate[i] - doubt[i])
        dt_q17 = self._dt_q17
        missed_q17 = min(blind_ms, _DT_MAX_MS) * _MS // _TICK - dt_q17
        if doubt[3] == _DOUBT:
            doubt[3] = 0
            if not doubt[0] | doubt[1] | doubt[2]:
                goes_on = _STILL_Q9 - abs(rate[0]) - abs(rate[1]) - abs(rate[2])
            missed_q17 = max(missed_q17, dt_q17)
            self.gyro_spikes += goes_on <= 0
        else:
            goes_on = 0
            if blind_ms <= _MISSED_MS and (
                2 * missed_q17 <= dt_q17 or not self.blind_ms | sample.flags & GAP
            ):
                missed_q17 = 0
                self._note_leap(last, rate, dt_q17)
        if missed_q17 and goes_on <= 0:
            self.leap.reset()  # the rotation since is a guess
        for i in range(3):
            if goes_on > 0:  # the doubtful reading was right
                last[i] = 2 * doubt[i] - rate[i]
            last[i] = (last[i] + rate[i]) * (missed_q17 >> 1) + rate[i] * dt_q17 >> 3
        self._turn(last[0], last[1], last[2], missed_q17 + dt_q17 >> 3)
        for i in range(3):
            last[i] = rate[i] * dt_q17 >> 3
        last[3] = dt_q17
        self.blind_ms = 0

    def _note_leap(self, was: "Vector", rate: "Vector", dt_q17: int) -> None:
        x = (rate[0] - was[0]) * dt_q17 >> 3
        y = (rate[1] - was[1]) * dt_q17 >> 3
        z = (rate[2] - was[2]) * dt_q17 >> 3
        if (x + _LEAP | y + _LEAP | z + _LEAP) & _LEAP_MASK:
            self.leap.note_leap(x, y, z)

    def _turn(self, x: int, y: int, z: int, dt_q14: int) -> None:
        """Rotate everything by a measured angle, in as many small steps as needed."""
        x = clamp(x, -_FAR, _FAR)
        y = clamp(y, -_FAR, _FAR)
        z = clamp(z, -_FAR, _FAR)
        shift = 0
        while (x + _TWO | y + _TWO | z + _TWO) & -2 * _TWO:
            x >>= 1
            y >>= 1
            z >>= 1
            shift += 1
        drift = self._drift
        x = ((x << 9) - (drift[0] * dt_q14 >> shift) + 16384) >> 15
        y = ((y << 9) - (drift[1] * dt_q14 >> shift) + 16384) >> 15
        z = ((z << 9) - (drift[2] * dt_q14 >> shift) + 16384) >> 15
        turned = self._turned
        turned[0] += x << shift
        turned[1] += y << shift
        turned[2] += z << shift
        for _ in range(1 << shift):
            turn(self.lowpass.up_q20, self._force, x, y, z, 0, 0, 0)

    def _turn_more(self, angle_q17: "Vector") -> None:
        """Rotate everything by an angle (rad) that the gyroscope did not report."""
        x = angle_q17[0]
        y = angle_q17[1]
        z = angle_q17[2]
        turned = self._turned
        turned[0] += x
        turned[1] += y
        turned[2] += z
        while max(abs(x), abs(y), abs(z)) >= _STEP_Q17:
            part_x = clamp(x, 1 - _STEP_Q17, _STEP_Q17 - 1)
            part_y = clamp(y, 1 - _STEP_Q17, _STEP_Q17 - 1)
            part_z = clamp(z, 1 - _STEP_Q17, _STEP_Q17 - 1)
            turn(self.lowpass.up_q20, self._force, part_x, part_y, part_z, 0, 0, 0)
            x -= part_x
            y -= part_y
            z -= part_z
        turn(self.lowpass.up_q20, self._force, x, y, z, 0, 0, 0)

    # ---- the deferred work --------------------------------------------------------------------

    def _update(self, sample: "Sample") -> None:
        """Filter the force accumulated since the last update."""
        ms = self._update_ms
        if not ms:
            return
        if self._is_even:
            self._learn_period(ms)
        turned = self._turned
        leap = self.leap
        if leap.judge(self.chip_trusted, turned):
            self.gyro_spikes += 1
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
                lowpass.remove_curve_pull(force, turned, self.travel_q8, ms, self.curve)
            self._filter(force, ms)
        whole = self.bias.turned_q17
        whole[0] += turned[0]
        whole[1] += turned[1]
        whole[2] += turned[2]
        self._learn_ms += ms
        self._begin_update()

    def _begin_update(self) -> None:
        self._update_ms = self._weight = 0
        self._is_even = 1
        force = self._force
        turned = self._turned
        force[0] = force[1] = force[2] = turned[0] = turned[1] = turned[2] = 0

    def _learn_period(self, ms: int) -> None:
        """Estimate the interval of evenly spaced samples from an update of ``ms``.

        The time counted with the estimated interval is kept in step with the sample times.
        """
        count = self._weight // _WEIGHT
        time_error = self._time_error + ms * _MS - count * self._dt_q17 * _TICK
        if self._period and -_LATE_MAX < time_error < _LATE_MAX:
            self._period += time_error // (count << 6)
        else:
            self._period = ms * _MS // count
            time_error = 0
        self._time_error = time_error
        self._dt_q17 = (self._period + time_error // (count << 2)) // _TICK

    def _drop_pending(self) -> None:
        self._pending = 0
        early = self._early
        early[0] = early[1] = early[2] = 0

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
        self._follow_ms = ms = min(self._learn_ms, _BLIND_MAX_MS)
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
