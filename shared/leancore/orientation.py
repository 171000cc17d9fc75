"""Our own orientation: which way is up, from gyroscope and accelerometer alone.

In the manner of VQF, Laidig & Seel 2023, Information Fusion 91:187,
doi 10.1016/j.inffus.2022.10.014: the gyroscope is integrated, the specific force is low-passed
(second order Butterworth, 3 s) in the nearly inertial frame so made, its direction is the
vertical; the gyroscope's bias is estimated at rest from its mean and in motion from the rate at
which the vertical has to be corrected, with the covariance of a Kalman filter.

Deviations: nothing is kept in an inertial frame. The low-passed force and its rate, two vectors,
live in the sensor frame and are turned against each measured rotation, which is the same in
exact arithmetic and needs no quaternion; heading is not computed. The bias in motion then is
(vertical × rate) / g at once. One covariance serves all three axes. The filter is integrated
over the sensor's own times, so that the granted rate may be any. After a gap, in which the
sensor turned nobody knows how far, the vertical starts from the posture before it: for two
seconds the mean vertical of then takes the accelerometer's place.

Fixed point: force m/s² Q16, its rate m/s³ Q22, half angles Q16 with the remainder carried to
the next sample, bias rad/s Q30.
"""

from leancore.fixed import clamp, isqrt
from leancore.sample import HAS_A, HAS_G

_DT_MAX_MS = 60  # more rotation than this cannot be known from one reading
_GAP_MS = 120
_ANCHOR_MS = 2000
_MEAN_MS = 3000
_SETTLE_MS = 3000  # at first a plain mean, which needs no memory of before
_FORCE_MAX_Q16 = 1_200_000  # 18 m/s²: the low-passed force is near 9.81
_RATE_MAX_Q22 = 1 << 24
_HALF_MAX_Q16 = 9400  # of one axis: 0.29 rad a sample

_TURN_MAX_Q9 = 2560  # 5 rad/s

_BIAS_MAX_Q30 = 37_480_661  # 2 °/s
_ERROR_MAX_Q17 = 4575  # 2 °/s
_VARIANCE_START_Q14 = 2500 << 14  # (0.01 °/s)²: 0.5 °/s
_REST_GAIN_MAX_Q16 = 16384
_MOTION_GAIN_MAX_Q24 = 168_000  # of one sample: 0.01
_REST_NOISE = 1_296_000  # (0.01 °/s)² ms, for a standard deviation of 0.06 °/s
_REST_MS = 1500
_REST_G_Q9 = 4  # 0.45 °/s: a standing body trembles more, and its sway is no bias
_REST_A_Q8 = 40  # 0.16 m/s² on each axis
_REST_SMOOTH_MS = 500


class Orientation:
    """The vertical ``ux uy uz`` (Q14, sensor frame) and ``known`` (1 once there was a sample).

    ``travel_q8``: velocity of the wearer in the sensor frame, m/s, as far as it is known: in a
    curve the pull to the inside is taken off the force. ``resting``: 1 while the sensor is at rest. ``settled_ms``: time since the start, up to 3 s.
    """

    FIELDS = (
        "ux", "uy", "uz", "known", "settled_ms", "travel_q8", "_force", "_rate", "_rest", "_bias", "_steady_g",
        "_steady_a", "_rest_ms", "_variance_q14", "_mean", "_anchor_ms",
    )  # fmt: skip

    def __init__(self):
        self.travel_q8 = [0, 0, 0]
        self._pull_q8 = [0, 0, 0]
        self._force = [0, 0, 0]
        self._rate = [0, 0, 0]
        self._rest = [0, 0, 0]  # remainders of the half angles
        self._bias = [0, 0, 0]
        self._steady_g = [0, 0, 0]
        self._steady_a = [0, 0, 0]
        self._mean = [0, 0, 0]  # of the force over about a second, as the sensor sees it
        self.reset()

    def reset(self):
        """Forget everything but the bias' place: start from the next sample."""
        self.ux = self.uy = self.uz = self.known = self.settled_ms = 0
        for vector in (
            self._force, self._rate, self._rest, self._bias, self._steady_g, self._steady_a,
            self._mean,
        ):  # fmt: skip
            vector[0] = vector[1] = vector[2] = 0
        self._rest_ms = 0
        self._anchor_ms = _ANCHOR_MS
        self._variance_q14 = _VARIANCE_START_Q14

    @property
    def resting(self):
        """1 while the sensor is at rest."""
        return 1 if self._rest_ms >= _REST_MS else 0

    def step(self, sample, dt_ms):
        """Take a sample that came ``dt_ms`` after the last one; return 1 if the vertical is new."""
        if not sample.flags & HAS_A:
            return 0
        if not self.known:
            return self._start(sample)
        if dt_ms >= _GAP_MS and self.settled_ms >= _SETTLE_MS:
            self._anchor()
        if dt_ms > _DT_MAX_MS:
            dt_ms = _DT_MAX_MS
        if sample.flags & HAS_G:
            self._turn(sample, dt_ms)
        self._curve(sample)
        self._filter(sample, dt_ms)
        self._point()
        if sample.flags & HAS_G:
            self._learn(sample, dt_ms)
        return 1

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

    def _turn(self, sample, dt_ms):
        """Turn force and rate against the rotation of the last ``dt_ms``.

        Cayley's form of the rotation with k = tan(angle / 2), to the third order of the angle:
        v' = v + 2 / (1 + k²) (v × k + (v × k) × k).
        """
        x = self._half_angle(0, sample.gx, dt_ms)
        y = self._half_angle(1, sample.gy, dt_ms)
        z = self._half_angle(2, sample.gz, dt_ms)
        square_q14 = (x * x + y * y + z * z) >> 18
        third_q14 = square_q14 // 3
        x += (x * third_q14) >> 14
        y += (y * third_q14) >> 14
        z += (z * third_q14) >> 14
        square_q14 = (x * x + y * y + z * z) >> 18
        shrink_q14 = (square_q14 << 14) // (16384 + square_q14)
        _rotate(self._force, 6, x, y, z, shrink_q14)
        _rotate(self._rate, 9, x, y, z, shrink_q14)

    def _half_angle(self, axis, g_q9, dt_ms):
        turned = ((g_q9 << 9) - (self._bias[axis] >> 12)) * dt_ms + self._rest[axis]
        half_q16 = turned // 8000
        self._rest[axis] = turned - half_q16 * 8000
        return clamp(half_q16, -_HALF_MAX_Q16, _HALF_MAX_Q16)

    def _curve(self, sample):
        """The pull to the inside of a curve: turning rate × (vertical × velocity)."""
        x, y, z = self.travel_q8[0], self.travel_q8[1], self.travel_q8[2]
        pull = self._pull_q8
        if not (x or y or z) or not sample.flags & HAS_G:
            pull[0] = pull[1] = pull[2] = 0
            return
        ux, uy, uz = self.ux, self.uy, self.uz
        turn_q9 = clamp(
            (sample.gx * ux + sample.gy * uy + sample.gz * uz) >> 14, -_TURN_MAX_Q9, _TURN_MAX_Q9
        )
        pull[0] = ((uy * z - uz * y) >> 14) * turn_q9 >> 9
        pull[1] = ((uz * x - ux * z) >> 14) * turn_q9 >> 9
        pull[2] = ((ux * y - uy * x) >> 14) * turn_q9 >> 9

    def _filter(self, sample, dt_ms):
        settled_ms = self.settled_ms
        mean = self._mean
        pull = self._pull_q8
        if self._anchor_ms < _ANCHOR_MS:
            self._anchor_ms += dt_ms
            self._average(0, mean[0] >> 8, dt_ms, self._anchor_ms)
            self._average(1, mean[1] >> 8, dt_ms, self._anchor_ms)
            self._average(2, mean[2] >> 8, dt_ms, self._anchor_ms)
            return
        for i in range(3):
            mean[i] += (self._force[i] - mean[i]) * dt_ms // _MEAN_MS
        if settled_ms < _SETTLE_MS:
            settled_ms += dt_ms
            self.settled_ms = settled_ms
            self._average(0, sample.ax - pull[0], dt_ms, settled_ms)
            self._average(1, sample.ay - pull[1], dt_ms, settled_ms)
            self._average(2, sample.az - pull[2], dt_ms, settled_ms)
        else:
            self._smooth(0, sample.ax - pull[0], dt_ms)
            self._smooth(1, sample.ay - pull[1], dt_ms)
            self._smooth(2, sample.az - pull[2], dt_ms)

    def _average(self, axis, a_q8, dt_ms, settled_ms):
        force = self._force
        force[axis] = clamp(
            force[axis] + ((a_q8 << 8) - force[axis]) * dt_ms // settled_ms,
            -_FORCE_MAX_Q16, _FORCE_MAX_Q16,
        )  # fmt: skip

    def _smooth(self, axis, a_q8, dt_ms):
        """Butterworth, 3.06 s: rate' = w² (a - force) - √2 w rate, force' = rate, w² = 0.2136."""
        force = self._force[axis]
        rate = self._rate[axis]
        rate += (((((a_q8 << 8) - force) >> 3) * dt_ms * 7) >> 6) - (rate >> 4) * dt_ms // 96
        rate = clamp(rate, -_RATE_MAX_Q22, _RATE_MAX_Q22)
        self._rate[axis] = rate
        self._force[axis] = clamp(
            force + ((rate >> 2) * dt_ms + 8000) // 16000, -_FORCE_MAX_Q16, _FORCE_MAX_Q16
        )

    def _point(self):
        x, y, z = self._force[0], self._force[1], self._force[2]
        length = isqrt((x >> 7) * (x >> 7) + (y >> 7) * (y >> 7) + (z >> 7) * (z >> 7))
        if length < 512:  # 1 m/s²: falling for seconds; keep the last vertical
            return
        self.ux = (x >> 5) * 4096 // length
        self.uy = (y >> 5) * 4096 // length
        self.uz = (z >> 5) * 4096 // length

    # ---- gyroscope bias -------------------------------------------------------------------

    def _learn(self, sample, dt_ms):
        """Bias at rest from the mean rate, in motion from the correction of the vertical."""
        variance_q14 = min(self._variance_q14 + dt_ms * 16, _VARIANCE_START_Q14)
        if self._is_resting(sample, dt_ms):
            whole = variance_q14 >> 14
            gain_q16 = (whole << 16) // (whole + _REST_NOISE // dt_ms)
            gain_q16 = min(gain_q16, _REST_GAIN_MAX_Q16)
            mean = self._steady_g
            self._correct(0, mean[0] - (self._bias[0] >> 13), gain_q16, 3)
            self._correct(1, mean[1] - (self._bias[1] >> 13), gain_q16, 3)
            self._correct(2, mean[2] - (self._bias[2] >> 13), gain_q16, 3)
            variance_q14 -= (variance_q14 >> 12) * gain_q16 >> 4
        elif self.settled_ms >= _SETTLE_MS:
            seen_q8 = self._seen_q8()
            gain_q24 = min((variance_q14 >> 6) * dt_ms // 152, _MOTION_GAIN_MAX_Q24)
            x, y, z = self._rate[0] >> 10, self._rate[1] >> 10, self._rate[2] >> 10
            # Q14 × Q12 over 9.81 m/s² to Q17: >> 9, / 9.81
            self._correct(0, (self.uy * z - self.uz * y) // 5023, gain_q24, 11)
            self._correct(1, (self.uz * x - self.ux * z) // 5023, gain_q24, 11)
            self._correct(2, (self.ux * y - self.uy * x) // 5023, gain_q24, 11)
            variance_q14 -= (variance_q14 >> 8) * ((gain_q24 >> 6) * seen_q8 >> 8) >> 10
        self._variance_q14 = variance_q14

    def _seen_q8(self):
        """How much of the bias shows: little where the sensor turns about itself meanwhile.

        1 (Q8) for a sensor that keeps its tilt; the square of the mean vertical's length.
        """
        x, y, z = self._mean[0] >> 9, self._mean[1] >> 9, self._mean[2] >> 9
        return min((x * x + y * y + z * z) // 6160, 256)

    def _correct(self, axis, error_q17, gain, shift):
        """Move the bias of one axis; ``error_q17 * gain >> shift`` is in rad/s Q30."""
        error_q17 = clamp(error_q17, -_ERROR_MAX_Q17, _ERROR_MAX_Q17)
        self._bias[axis] = clamp(
            self._bias[axis] + (error_q17 * gain >> shift), -_BIAS_MAX_Q30, _BIAS_MAX_Q30
        )

    def _is_resting(self, sample, dt_ms):
        quiet = (
            self._quiet(self._steady_g, 0, sample.gx, _REST_G_Q9, dt_ms)
            & self._quiet(self._steady_g, 1, sample.gy, _REST_G_Q9, dt_ms)
            & self._quiet(self._steady_g, 2, sample.gz, _REST_G_Q9, dt_ms)
            & self._quiet(self._steady_a, 0, sample.ax, _REST_A_Q8, dt_ms)
            & self._quiet(self._steady_a, 1, sample.ay, _REST_A_Q8, dt_ms)
            & self._quiet(self._steady_a, 2, sample.az, _REST_A_Q8, dt_ms)
        )
        mean = self._steady_g
        slow = max(abs(mean[0]), abs(mean[1]), abs(mean[2])) <= _ERROR_MAX_Q17
        self._rest_ms = min(self._rest_ms + dt_ms, 2 * _REST_MS) if quiet and slow else 0
        return self._rest_ms >= _REST_MS

    @staticmethod
    def _quiet(steady, axis, value, limit, dt_ms):
        """Whether ``value`` is near its mean of the last half second (kept with 8 more bits)."""
        off = (value << 8) - steady[axis]
        steady[axis] += off * min(dt_ms, _REST_SMOOTH_MS) // _REST_SMOOTH_MS
        return -limit << 8 < off < limit << 8


def _rotate(vector, shift, x, y, z, shrink_q14):
    """Turn ``vector`` in place by -2 atan(k), k = (x, y, z) in Q16; ``shift`` brings it to 15 bits."""
    half = 1 << (shift - 1)
    a = (vector[0] + half) >> shift
    b = (vector[1] + half) >> shift
    c = (vector[2] + half) >> shift
    down = 16 - shift
    half = 1 << (down - 1)
    p = (b * z - c * y + half) >> down
    q = (c * x - a * z + half) >> down
    r = (a * y - b * x + half) >> down
    pre = shift - 2
    post = 16 - pre
    a, b, c = p >> pre, q >> pre, r >> pre
    p += (b * z - c * y) >> post
    q += (c * x - a * z) >> post
    r += (a * y - b * x) >> post
    vector[0] += 2 * (p - ((p >> 4) * shrink_q14 >> 10))
    vector[1] += 2 * (q - ((q >> 4) * shrink_q14 >> 10))
    vector[2] += 2 * (r - ((r >> 4) * shrink_q14 >> 10))
