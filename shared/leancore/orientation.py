"""Our own orientation: which way is up, from gyroscope and accelerometer alone.

In the manner of VQF, Laidig & Seel 2023, Information Fusion 91:187,
doi 10.1016/j.inffus.2022.10.014: the gyroscope is integrated, the specific force is low-passed
in the nearly inertial frame so made (``lowpass``), its direction is the vertical; the gyroscope's
bias is estimated beside it (``gyro_bias``).

Deviations: nothing is kept in an inertial frame. All vectors live in the sensor frame and are
turned against each measured rotation, which is the same in exact arithmetic and needs no
quaternion; heading is not computed. Each sample turns the vertical and the sum of the force; every
0.05 s (a beat) the sum is weighed. Where a reading of the gyroscope is missing, the turn is the
mean of the readings before and after. After a longer gap, in which a runner's pelvis turned nobody
knows how far, the vertical starts from the posture before it, if that was a steady one.

Fixed point: the vertical Q20, angles rad Q16 with the remainder carried to the next sample.
"""

from leancore.fixed import clamp
from leancore.gyro_bias import GyroBias
from leancore.lowpass import LowPass
from leancore.rotation import SMALL_Q16, turn
from leancore.sample import HAS_A, HAS_G

SETTLE_MS = 3000  # at first a plain mean, which needs no memory of before

_MISSED_MS = 18  # longer than the slowest granted rate: a reading was missed
_GAP_MS = 45  # a running pelvis' turn is better left out than guessed: 0.9° against 1.3° RMS
_DT_MAX_MS = 60  # more rotation than in this cannot be known from two readings
_BLIND_MAX_MS = 1000
_BEAT_MS = 50
_LEARN_MS = 100
_STEADY_Q14 = 15730  # square of the mean vertical's length: the tilt varies by 11° RMS at most
_MEAN_MS = 3000
_FAR_Q16 = 37600  # of one axis: 0.57 rad a sample
# Q9 rad/s to Q18 rad × 1.024 / s, so that × ms >> 12 is rad in Q16.
_RATE_MUL, _RATE_SHIFT = 8389, 4


class Orientation:
    """The vertical ``ux uy uz`` (Q14, sensor frame) and ``known`` (1 once there was a sample).

    ``travel_q8``: velocity of the wearer in the sensor frame, m/s, as far as it is known;
    while ``travelling`` the pull to the inside of a curve is taken off the force, as long as the
    tilt is as steady as a runner's.
    ``settled_ms``: time since the start, up to 3 s. ``blind_ms``: time without gyroscope.
    """

    FIELDS = (
        "ux", "uy", "uz", "known", "settled_ms", "travel_q8", "travelling", "bias", "blind_ms",
        "lowpass", "_gyro", "_bias_q18", "_rest", "_force", "_force_ms", "_turned", "_beat_ms",
        "_learn_ms", "_mean_q20", "_steady",
    )  # fmt: skip

    def __init__(self):
        self.travel_q8 = [0, 0, 0]
        self.travelling = 0
        self.bias = GyroBias()
        self.lowpass = LowPass()
        self._bias_q18 = [0, 0, 0]
        self._rest = [0, 0, 0]  # remainders of the angles
        self._gyro = [0, 0, 0]  # the last reading
        self._force = [0, 0, 0]  # m/s² Q8 × ms since the last beat
        self._turned = [0, 0, 0]  # rad Q16 since the last beat
        self._mean_q20 = [0, 0, 0]  # of the vertical over some seconds, as the sensor sees it
        self.reset()

    def reset(self):
        """Forget everything: start from the next sample."""
        self.ux = self.uy = self.uz = self.known = self.settled_ms = 0
        self.bias.reset()
        self.lowpass.reset()
        for vector in (self._bias_q18, self._rest, self._gyro, self._mean_q20):
            vector[0] = vector[1] = vector[2] = 0
        self._learn_ms = self.blind_ms = self._steady = 0
        self._begin_beat()

    @property
    def resting(self):
        """1 while the sensor is at rest."""
        return self.bias.resting

    def put(self, ux, uy, uz):
        """Go on from another vertical (Q14): ours is not to be believed."""
        self.lowpass.put(ux << 6, uy << 6, uz << 6)
        self.bias.forget()
        self._begin_beat()
        self._point(self.lowpass.up_q20)

    def step(self, sample, dt_ms):
        """Take a sample that came ``dt_ms`` after the last one; return 1 if the vertical is new."""
        flags = sample.flags
        if not self.known:
            return self._start(sample) if flags & HAS_A else 0
        blind_ms = self.blind_ms + dt_ms
        if dt_ms > _DT_MAX_MS:
            dt_ms = _DT_MAX_MS
        if flags & HAS_G and blind_ms <= _MISSED_MS:
            gyro = self._gyro
            gyro[0] = x = sample.gx
            gyro[1] = y = sample.gy
            gyro[2] = z = sample.gz
            self.blind_ms = 0
            self._turn(x, y, z, dt_ms)
        else:
            self._bridge(sample, blind_ms)
        if flags & HAS_A:
            force = self._force
            force[0] += sample.ax * dt_ms
            force[1] += sample.ay * dt_ms
            force[2] += sample.az * dt_ms
            self._force_ms += dt_ms
        self._beat_ms += dt_ms
        if self._beat_ms >= _BEAT_MS:
            self._beat()
        elif self._learn_ms >= _LEARN_MS:
            self._learn(sample)
        if self.lowpass.lost_ms:
            return self._point(self._mean_q20)
        up = self.lowpass.up_q20
        self.ux = up[0] >> 6
        self.uy = up[1] >> 6
        self.uz = up[2] >> 6
        return 1 if self.blind_ms < _GAP_MS else 0

    def _start(self, sample):
        if not self.lowpass.start(sample.ax << 8, sample.ay << 8, sample.az << 8):
            return 0
        self.known = 1
        self._point(self.lowpass.up_q20)
        return 1

    def _point(self, up_q20):
        self.ux = up_q20[0] >> 6
        self.uy = up_q20[1] >> 6
        self.uz = up_q20[2] >> 6
        return 0

    def _turn(self, gx, gy, gz, dt_ms):
        """Turn everything against the rotation of the last ``dt_ms``."""
        bias = self._bias_q18
        rest = self._rest
        x = ((gx * _RATE_MUL >> _RATE_SHIFT) - bias[0]) * dt_ms + rest[0]
        y = ((gy * _RATE_MUL >> _RATE_SHIFT) - bias[1]) * dt_ms + rest[1]
        z = ((gz * _RATE_MUL >> _RATE_SHIFT) - bias[2]) * dt_ms + rest[2]
        rest[0] = x & 4095
        rest[1] = y & 4095
        rest[2] = z & 4095
        x >>= 12
        y >>= 12
        z >>= 12
        turned = self._turned
        if (
            -SMALL_Q16 < x < SMALL_Q16
            and -SMALL_Q16 < y < SMALL_Q16
            and -SMALL_Q16 < z < SMALL_Q16
        ):
            turned[0] += x
            turned[1] += y
            turned[2] += z
            turn(self.lowpass.up_q20, self._force, x, y, z)
        else:
            self._turn_far(clamp(x, -_FAR_Q16, _FAR_Q16), clamp(y, -_FAR_Q16, _FAR_Q16),
                           clamp(z, -_FAR_Q16, _FAR_Q16))  # fmt: skip

    def _turn_far(self, x, y, z):
        """In as many small turns as it takes; what does not divide waits for the next sample."""
        shift = 0
        most = max(abs(x), abs(y), abs(z))
        while most >= SMALL_Q16:
            most >>= 1
            shift += 1
        rest = self._rest
        turned = self._turned
        mask = (1 << shift) - 1
        rest[0] += (x & mask) << 12
        rest[1] += (y & mask) << 12
        rest[2] += (z & mask) << 12
        turned[0] += x - (x & mask)
        turned[1] += y - (y & mask)
        turned[2] += z - (z & mask)
        x >>= shift
        y >>= shift
        z >>= shift
        for _ in range(1 << shift):
            turn(self.lowpass.up_q20, self._force, x, y, z)

    def _bridge(self, sample, blind_ms):
        """Readings of the gyroscope were missed; is this one there?"""
        if blind_ms >= _GAP_MS and self._steady and self.settled_ms >= SETTLE_MS:
            self.lowpass.anchor(self._mean_q20)
            self.bias.forget()
        if not sample.flags & HAS_G:
            self.blind_ms = min(blind_ms, _BLIND_MAX_MS)
            return
        gyro = self._gyro
        x = gyro[0] + sample.gx >> 1
        y = gyro[1] + sample.gy >> 1
        z = gyro[2] + sample.gz >> 1
        self._turn(x, y, z, min(blind_ms, _DT_MAX_MS))
        gyro[0] = sample.gx
        gyro[1] = sample.gy
        gyro[2] = sample.gz
        self.blind_ms = 0

    def _beat(self):
        """Weigh what the accelerometer said since the last beat."""
        ms = self._beat_ms
        lowpass = self.lowpass
        turned = self._turned
        is_small = lowpass.turn_rate(turned)
        if self._force_ms:
            force = self._force
            for i in range(3):
                force[i] = (force[i] << 8) // self._force_ms
            if is_small and self.travelling and self._steady:
                lowpass.uncurve(force, turned, self._mean_q20, self.travel_q8, ms)
            self._weigh(force, ms)
        whole = self.bias.turned_q16
        for i in range(3):
            whole[i] += turned[i]
        self._learn_ms += ms
        self._begin_beat()

    def _begin_beat(self):
        self._beat_ms = self._force_ms = 0
        force = self._force
        turned = self._turned
        force[0] = force[1] = force[2] = turned[0] = turned[1] = turned[2] = 0

    def _weigh(self, force_q16, ms):
        lowpass = self.lowpass
        if lowpass.anchored:
            lowpass.hold(self._mean_q20, ms)
        elif self.settled_ms >= SETTLE_MS:
            if self.bias.resting:
                lowpass.average(force_q16, ms, self.bias.rest_ms)
            else:
                lowpass.step(force_q16, ms)
        else:
            self.settled_ms += ms
            lowpass.average(force_q16, ms, self.settled_ms)

    def _learn(self, sample):
        """The mean posture, and the gyroscope's bias: ten times a second."""
        ms = min(self._learn_ms, _BLIND_MAX_MS)
        self._learn_ms = 0
        lowpass = self.lowpass
        if not lowpass.anchored:
            mean = self._mean_q20
            up = lowpass.up_q20
            for i in range(3):
                mean[i] += (up[i] - mean[i]) * ms // _MEAN_MS
            self._steady = self._is_steady()
        bias = self.bias
        if self.blind_ms:
            bias.skip()
            return
        moving = 0 if lowpass.anchored or self.settled_ms < SETTLE_MS else 1
        bias.step(sample, self, lowpass.rate_q22, moving, ms)
        for i in range(3):
            self._bias_q18[i] = (bias.q30[i] >> 12) * 1049 >> 10

    def _is_steady(self):
        """Whether the tilt stayed about the same in the last seconds, as a runner's does.

        By the length of the mean vertical: 1 for a sensor that keeps its tilt.
        """
        x, y, z = self._mean_q20[0] >> 7, self._mean_q20[1] >> 7, self._mean_q20[2] >> 7
        return 1 if (x * x + y * y + z * z) >> 12 >= _STEADY_Q14 else 0
