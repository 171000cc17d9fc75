"""Our own orientation: which way is up, from gyroscope and accelerometer alone.

In the manner of VQF, Laidig & Seel 2023, Information Fusion 91:187,
doi 10.1016/j.inffus.2022.10.014: the gyroscope is integrated, the specific force is low-passed
(second order Butterworth, 3 s) in the nearly inertial frame so made, its direction is the
vertical; the gyroscope's bias is estimated beside it (``gyro_bias``).

Deviations: nothing is kept in an inertial frame. The low-passed force and its rate, two vectors,
live in the sensor frame and are turned against each measured rotation, which is the same in
exact arithmetic and needs no quaternion; heading is not computed. The filter is integrated over
the sensor's own times, so that the granted rate may be any. Where a reading of the gyroscope is
missing, the turn is the mean of the readings before and after. After a longer gap, in which a
runner's pelvis turned nobody knows how far, the vertical starts from the posture before it, if
that was a steady one: for two seconds the mean vertical of then takes the accelerometer's place.
While the gyroscope alone is silent, that mean is the vertical.

Fixed point: force m/s² Q16, its rate m/s³ Q22, half angles Q16 with the remainder carried to
the next sample.
"""

from leancore.fixed import clamp, isqrt
from leancore.gyro_bias import GyroBias, rotate
from leancore.sample import HAS_A, HAS_G

_MISSED_MS = 18  # longer than the slowest granted rate: a reading was missed
_GAP_MS = 45  # a running pelvis' turn is better left out than guessed: 0.9° against 1.3° RMS
_DT_MAX_MS = 60  # more rotation than in this cannot be known from two readings
_BLIND_MAX_MS = 1000
_STEADY_Q8 = 246  # square of the mean vertical's length: the tilt varies by 11° RMS at most
_ANCHOR_MS = 2000
_MEAN_MS = 3000
_LEARN_MS = 100
_SETTLE_MS = 3000  # at first a plain mean, which needs no memory of before
_FORCE_MAX_Q16 = 1_200_000  # 18 m/s²: the low-passed force is near 9.81
_RATE_MAX_Q22 = 1 << 24
_HALF_MAX_Q16 = 9400  # of one axis: 0.29 rad a sample

_TURN_MAX_Q13 = 40960  # 5 rad/s


class Orientation:
    """The vertical ``ux uy uz`` (Q14, sensor frame) and ``known`` (1 once there was a sample).

    ``travel_q8``: velocity of the wearer in the sensor frame, m/s, as far as it is known;
    while ``travelling`` the pull to the inside of a curve is taken off the force, as long as the
    tilt is as steady as a runner's.
    ``resting``: 1 while the sensor is at rest. ``settled_ms``: time since the start, up to 3 s.
    """

    FIELDS = (
        "ux", "uy", "uz", "known", "settled_ms", "travel_q8", "travelling", "bias",
        "_blind_ms", "_gyro", "_learn_ms", "_force", "_rate", "_rest", "_mean", "_anchor_ms",
        "_steady",
    )  # fmt: skip

    def __init__(self):
        self.travel_q8 = [0, 0, 0]
        self.travelling = 0
        self.bias = GyroBias()
        self._force = [0, 0, 0]
        self._rate = [0, 0, 0]
        self._rest = [0, 0, 0]  # remainders of the half angles
        self._gyro = [0, 0, 0]  # the last reading
        self._half = [0, 0, 0]  # scratch, as the next
        self._measured = [0, 0, 0]
        self._mean = [0, 0, 0]  # of g × the vertical over some seconds, Q16, as the sensor sees it
        self.reset()

    def reset(self):
        """Forget everything: start from the next sample."""
        self.ux = self.uy = self.uz = self.known = self.settled_ms = 0
        self.bias.reset()
        for vector in (self._force, self._rate, self._rest, self._mean, self._gyro):
            vector[0] = vector[1] = vector[2] = 0
        self._learn_ms = self._blind_ms = self._steady = 0
        self._anchor_ms = _ANCHOR_MS

    @property
    def resting(self):
        """1 while the sensor is at rest."""
        return self.bias.resting

    def step(self, sample, dt_ms):
        """Take a sample that came ``dt_ms`` after the last one; return 1 if the vertical is new."""
        flags = sample.flags
        if not self.known:
            return self._start(sample) if flags & HAS_A else 0
        blind_ms = self._blind_ms + dt_ms
        if dt_ms > _DT_MAX_MS:
            dt_ms = _DT_MAX_MS
        if blind_ms >= _GAP_MS and self._steady and self.settled_ms >= _SETTLE_MS:
            self._anchor()
        gyro = self._gyro
        if flags & HAS_G:
            self._follow(sample, gyro, blind_ms)
            blind_ms = 0
        self._blind_ms = min(blind_ms, _BLIND_MAX_MS)
        if flags & HAS_A:
            self._weigh(sample, gyro, dt_ms)
        self._point()
        self._learn_ms += dt_ms
        if self._learn_ms >= _LEARN_MS:
            self._learn(sample, self._learn_ms)
            self._learn_ms = 0
        return 1

    def _follow(self, sample, gyro, dt_ms):
        """Turn with the sensor; ``gyro`` becomes the reading of ``sample``."""
        if dt_ms > _MISSED_MS:  # the mean of before and now
            gyro[0] = (gyro[0] + sample.gx) >> 1
            gyro[1] = (gyro[1] + sample.gy) >> 1
            gyro[2] = (gyro[2] + sample.gz) >> 1
            self._turn(gyro, min(dt_ms, _DT_MAX_MS))
        gyro[0] = sample.gx
        gyro[1] = sample.gy
        gyro[2] = sample.gz
        if dt_ms <= _MISSED_MS:
            self._turn(gyro, dt_ms)

    def _weigh(self, sample, gyro, dt_ms):
        """The accelerometer's word, through the low pass."""
        measured = self._measured
        measured[0] = sample.ax
        measured[1] = sample.ay
        measured[2] = sample.az
        if self.travelling and self._steady and sample.flags & HAS_G:
            self._curve(measured, gyro)
        if self.settled_ms >= _SETTLE_MS and self._anchor_ms >= _ANCHOR_MS:
            self._filter(measured, dt_ms)
        else:
            self._settle(measured, dt_ms)

    def _start(self, sample):
        force = self._force
        force[0] = clamp(sample.ax << 8, -_FORCE_MAX_Q16, _FORCE_MAX_Q16)
        force[1] = clamp(sample.ay << 8, -_FORCE_MAX_Q16, _FORCE_MAX_Q16)
        force[2] = clamp(sample.az << 8, -_FORCE_MAX_Q16, _FORCE_MAX_Q16)
        if abs(force[0]) + abs(force[1]) + abs(force[2]) < 1 << 17:  # free fall has no up
            return 0
        self.known = 1
        self._point()
        return 1

    def _anchor(self):
        """A gap: go on from the mean posture before it."""
        self._anchor_ms = 0
        for i in range(3):
            self._force[i] = self._mean[i]
            self._rate[i] = 0
        self.bias.forget()

    def _turn(self, gyro, dt_ms):
        """Turn force and rate against the rotation of the last ``dt_ms``.

        By Cayley's form with k = tan(angle / 2), to the third order of the angle.
        """
        half = self._half
        rest = self._rest
        bias = self.bias.q30
        whole = self.bias.turned_q16
        for i in range(3):
            turned = ((gyro[i] << 9) - (bias[i] >> 12)) * dt_ms + rest[i]
            half_q16 = turned // 8000
            rest[i] = turned - half_q16 * 8000
            if half_q16 > _HALF_MAX_Q16:
                half_q16 = _HALF_MAX_Q16
            elif half_q16 < -_HALF_MAX_Q16:
                half_q16 = -_HALF_MAX_Q16
            half[i] = half_q16
            whole[i] += half_q16
        x = half[0]
        y = half[1]
        z = half[2]
        square_q18 = (x * x + y * y + z * z) >> 14
        third_q18 = (square_q18 + 1) // 3
        x += (x * third_q18 + 131072) >> 18
        y += (y * third_q18 + 131072) >> 18
        z += (z * third_q18 + 131072) >> 18
        square_q14 = (square_q18 + 8) >> 4
        shrink_q14 = (square_q14 << 14) // (16384 + square_q14)
        rotate(self._force, 6, x, y, z, shrink_q14)
        rotate(self._rate, 9, x, y, z, shrink_q14)

    def _curve(self, force, gyro):
        """Take the pull to the inside of a curve off ``force``: turning rate × (up × velocity).

        The turning rate is that about the middle of up as it is and up as it is in the mean: about
        either alone, a pelvis that circles in its swing would seem to turn (ω = r' ± r × r' / 2
        for a small rotation vector r, in the one frame and in the other).
        """
        ux = self.ux
        uy = self.uy
        uz = self.uz
        mean = self._mean
        x = (ux >> 1) + (mean[0] * 209 >> 14)
        y = (uy >> 1) + (mean[1] * 209 >> 14)
        z = (uz >> 1) + (mean[2] * 209 >> 14)
        bias = self.bias.q30
        turn_q13 = (gyro[0] * x + gyro[1] * y + gyro[2] * z) >> 10
        turn_q13 -= ((bias[0] >> 12) * x + (bias[1] >> 12) * y + (bias[2] >> 12) * z) >> 19
        turn_q13 = clamp(turn_q13, -_TURN_MAX_Q13, _TURN_MAX_Q13)
        travel = self.travel_q8
        x = travel[0]
        y = travel[1]
        z = travel[2]
        force[0] -= ((uy * z - uz * y) >> 14) * turn_q13 >> 13
        force[1] -= ((uz * x - ux * z) >> 14) * turn_q13 >> 13
        force[2] -= ((ux * y - uy * x) >> 14) * turn_q13 >> 13

    def _filter(self, measured, dt_ms):
        """Butterworth, 3.06 s: rate' = w² (a - force) - √2 w rate, force' = rate, w² = 0.2136."""
        force = self._force
        rates = self._rate
        for i in range(3):
            at = force[i]
            rate = rates[i]
            rate += ((((measured[i] << 8) - at) >> 3) * dt_ms * 7 >> 6) - (rate >> 4) * dt_ms // 96
            if rate > _RATE_MAX_Q22:
                rate = _RATE_MAX_Q22
            elif rate < -_RATE_MAX_Q22:
                rate = -_RATE_MAX_Q22
            rates[i] = rate
            at += ((rate >> 2) * dt_ms + 8000) // 16000
            if at > _FORCE_MAX_Q16:
                at = _FORCE_MAX_Q16
            elif at < -_FORCE_MAX_Q16:
                at = -_FORCE_MAX_Q16
            force[i] = at

    def _average(self, measured_q16, dt_ms, over_ms):
        """The plain mean since ``over_ms``, while the filter has no past to stand on."""
        force = self._force
        for i in range(3):
            at = force[i] + (measured_q16[i] - force[i]) * dt_ms // over_ms
            force[i] = clamp(at, -_FORCE_MAX_Q16, _FORCE_MAX_Q16)

    def _settle(self, measured, dt_ms):
        """The first seconds: of all, or after a gap."""
        if self._anchor_ms < _ANCHOR_MS:
            self._anchor_ms += dt_ms
            self._average(self._mean, dt_ms, self._anchor_ms)
            return
        self.settled_ms += dt_ms
        for i in range(3):
            measured[i] <<= 8
        self._average(measured, dt_ms, self.settled_ms)

    def _point(self):
        force = self._force
        x = force[0] >> 5
        y = force[1] >> 5
        z = force[2] >> 5
        length = isqrt((x >> 2) * (x >> 2) + (y >> 2) * (y >> 2) + (z >> 2) * (z >> 2))
        if length < 512:  # 1 m/s²: falling for seconds; keep the last vertical
            return
        self.ux = x * 4096 // length
        self.uy = y * 4096 // length
        self.uz = z * 4096 // length

    def _learn(self, sample, dt_ms):
        """The mean posture, and the gyroscope's bias: ten times a second."""
        anchored = self._anchor_ms < _ANCHOR_MS
        if not anchored:
            mean = self._mean
            mean[0] += ((self.ux * 157 >> 2) - mean[0]) * dt_ms // _MEAN_MS
            mean[1] += ((self.uy * 157 >> 2) - mean[1]) * dt_ms // _MEAN_MS
            mean[2] += ((self.uz * 157 >> 2) - mean[2]) * dt_ms // _MEAN_MS
            self._steady = self._is_steady()
        if self._blind_ms:
            self.bias.skip()
            return
        moving = 0 if anchored or self.settled_ms < _SETTLE_MS else 1
        self.bias.step(sample, self, self._rate, moving, dt_ms)

    def _is_steady(self):
        """Whether the tilt stayed about the same in the last seconds, as a runner's does.

        By the length of the mean vertical: 1 for a sensor that keeps its tilt.
        """
        x, y, z = self._mean[0] >> 9, self._mean[1] >> 9, self._mean[2] >> 9
        return 1 if (x * x + y * y + z * z) // 6160 >= _STEADY_Q8 else 0
