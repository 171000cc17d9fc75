"""The gyroscope's bias: at rest from the mean rate, in motion from corrections of the vertical.

A Kalman filter similar to VQF (Laidig & Seel 2023, doi 10.1016/j.inffus.2022.10.014,
section 3.4), stepped eight times a second with the rotation accumulated since the last step.

In motion the measurement is the rate at which the vertical must be corrected, which is horizontal
by definition. The contribution of a bias on each sensor axis is the low-passed history of that
axis: VQF's low-passed rotation matrix. Its columns are kept in the sensor frame and rotated like
the force. An axis that keeps changing direction is barely observable, so a tumbling sensor learns
slowly, and the bias about a vertical axis cannot be observed at all.

Deviations: the covariance is diagonal. At rest the uncertainty of the mean follows from the
variation of the rate: a standing body sways, a clip on a table does not.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.fixed import clamp, isqrt
from leancore.numeric.rotation import rotate

if TYPE_CHECKING:
    from leancore.hints import Vector, Vertical
    from leancore.sensor.sample import Sample

VARIANCE_START_Q14 = 2500 << 14  # (0.01 °/s)²: 0.5 °/s; it grows by (0.1 °/s)² in 100 s
BIAS_MAX_Q30 = 1 << 29  # 0.5 rad/s, 29 °/s: more than a faulty gyroscope was seen to be off by
_ERROR_MAX_Q17 = const(4575)  # 2 °/s
_OBSERVED_MAX_Q17 = const(1 << 20)  # 8 rad per step: beyond what the sensor can measure
_TURNED_MAX_Q16 = const(14000)  # half angle of one axis: 0.21 rad per step

_ONE_Q20 = const(1 << 20)
_MEMORY_MS = const(3000)  # mean delay of the force's low pass

_REST_MS = const(1500)
_REST_G_Q17 = const(3200)  # 1.4 °/s, of a mean over a step: a standing body sways by less
_REST_A_Q16 = const(32768)  # 0.5 m/s² on each axis
_REST_SMOOTH_MS = const(500)
_REST_NOISE = const(81_000)  # (0.01 °/s)² ms: VQF's, for a standard deviation of 0.03 °/s
_DEVIATION_TIMES = const(2)  # twice for a rate that deviates by 0.09 °/s
_HELD = const(65_000)  # 0.01 °/s × ms: 0.65°
_HOLDS_MAX_MS = const(6000)  # twice the time constant of the force's low pass
_REST_GAIN_MAX_Q16 = const(16384)
_CORRECT_GAIN = const(384)  # of an angle Q17 to a rate Q30: 3/64 a second
_MOTION_GAIN_MAX_Q23 = const(230_000)  # of one step; its noise is (0.01 °/s)² 10000 s, as VQF's


class GyroBias:
    """``q30``: the bias on each axis, rad/s. ``turned_q17``: angles since the last step, rad.

    ``rest_ms``: how long the sensor has been at rest, up to 3 s.
    """

    FIELDS = (
        "q30", "turned_q17", "rest_ms", "_observed_q17", "_observed_ms", "_deviation_q17",
        "_variance_q14", "_steady_g", "_steady_a", "_effect_x", "_effect_y", "_effect_z", "_up",
        "_error",
    )  # fmt: skip

    def __init__(self) -> None:
        self.q30 = [0, 0, 0]
        self.turned_q17 = [0, 0, 0]
        self._observed_q17 = [0, 0, 0]  # the same at the last ``observe``
        self._variance_q14 = [0, 0, 0]
        self._steady_g = [0, 0, 0]  # Q17
        self._steady_a = [0, 0, 0]  # Q16
        self._effect_x = [0, 0, 0]  # effect of each axis' bias on the vertical, Q20
        self._effect_y = [0, 0, 0]
        self._effect_z = [0, 0, 0]
        self._effects = (self._effect_x, self._effect_y, self._effect_z)
        self._up = [0, 0, 0]  # the vertical at ``observe``, Q14
        self._error = [0, 0, 0]  # and the rate of its correction, rad/s Q17
        self.rest_ms = self._deviation_q17 = self._observed_ms = 0
        for i in range(3):
            self.q30[i] = self.turned_q17[i] = self._observed_q17[i] = 0
            self._steady_g[i] = self._steady_a[i] = 0
            self._variance_q14[i] = VARIANCE_START_Q14
        self.forget()

    def forget(self) -> None:
        """Forget the observations: the vertical was moved and shows nothing of the bias yet."""
        for i in range(3):
            self._effect_x[i] = self._effect_y[i] = self._effect_z[i] = 0

    @property
    def resting(self) -> int:
        """1 while the sensor is at rest."""
        return 1 if self.rest_ms >= _REST_MS else 0

    @property
    def holds_ms(self) -> int:
        """Time in which the bias uncertainty tilts the vertical by 0.65°, at most 6 s."""
        variance = self._variance_q14
        deviation = isqrt(max(variance[0], variance[1], variance[2]) >> 14)
        return min(_HELD // (deviation + 1), _HOLDS_MAX_MS)

    def observe(self, up: "Vertical", rate_q22: "Vector", dt_ms: int) -> None:
        """Take the rotation of the last ``dt_ms`` (0: unknown) and what is observed of it.

        ``up``: has the vertical ``ux uy uz``. ``rate_q22``: rate of the low-passed force, m/s³.
        Call ``rest`` and then ``learn`` afterwards.
        """
        self._observed_ms = dt_ms
        turned = self.turned_q17
        observed = self._observed_q17
        for i in range(3):
            observed[i] = clamp(turned[i], -_OBSERVED_MAX_Q17, _OBSERVED_MAX_Q17)
            turned[i] = 0
        if not dt_ms:
            return
        self._update_effects(dt_ms)
        at = self._up
        at[0] = up.ux
        at[1] = up.uy
        at[2] = up.uz
        _correction(self._error, up.ux, up.uy, up.uz, rate_q22)

    def learn(self, moving: int) -> None:
        """Update from the last ``observe``; ``moving``: 0 while the rate is unreliable."""
        dt_ms = self._observed_ms
        self._observed_ms = 0
        if not dt_ms:
            return
        variance = self._variance_q14
        for i in range(3):
            variance[i] = min(variance[i] + dt_ms * 16, VARIANCE_START_Q14)
        if self.rest_ms >= _REST_MS:
            self._learn_at_rest(dt_ms)
        elif moving:
            self._learn_in_motion(dt_ms)

    def _update_effects(self, dt_ms: int) -> None:
        """Rotate the effect of each axis with the sensor, and update it."""
        turned = self._observed_q17
        x = clamp(turned[0] >> 2, -_TURNED_MAX_Q16, _TURNED_MAX_Q16)
        y = clamp(turned[1] >> 2, -_TURNED_MAX_Q16, _TURNED_MAX_Q16)
        z = clamp(turned[2] >> 2, -_TURNED_MAX_Q16, _TURNED_MAX_Q16)
        effects = self._effects
        rotate(effects, 6, x, y, z)
        for effect in effects:
            effect[0] -= effect[0] * dt_ms // _MEMORY_MS
            effect[1] -= effect[1] * dt_ms // _MEMORY_MS
            effect[2] -= effect[2] * dt_ms // _MEMORY_MS
        anew = _ONE_Q20 * dt_ms // _MEMORY_MS
        effects[0][0] += anew
        effects[1][1] += anew
        effects[2][2] += anew

    def correct(self, up: "Vertical", off_q14: "Vector") -> None:
        """Correct the bias by what the vertical is off (rad); it is uncertain from then on."""
        x = off_q14[0]
        y = off_q14[1]
        z = off_q14[2]
        self._move(0, (up.uy * z - up.uz * y) >> 11, _CORRECT_GAIN, 0)
        self._move(1, (up.uz * x - up.ux * z) >> 11, _CORRECT_GAIN, 0)
        self._move(2, (up.ux * y - up.uy * x) >> 11, _CORRECT_GAIN, 0)
        for i in range(3):
            self._variance_q14[i] = VARIANCE_START_Q14

    def rest(self, sample: "Sample") -> None:
        """Count the time at rest."""
        dt_ms = self._observed_ms
        if not dt_ms:
            return
        deviation_q17 = self._deviation(dt_ms)
        still = _is_near(self._steady_a, sample.ax << 8, sample.ay << 8, sample.az << 8, dt_ms)
        mean = self._steady_g
        slow = max(abs(mean[0]), abs(mean[1]), abs(mean[2])) <= _ERROR_MAX_Q17
        if not still or not slow or deviation_q17 > _REST_G_Q17:
            self.rest_ms = self._deviation_q17 = 0
            return
        if self.rest_ms >= _REST_SMOOTH_MS:
            self._deviation_q17 = max(self._deviation_q17, deviation_q17)
        self.rest_ms = min(self.rest_ms + dt_ms, 2 * _REST_MS)

    def _deviation(self, dt_ms: int) -> int:
        """Update the mean rate of the last half second; return the last step's deviation."""
        steady = self._steady_g
        deviation_q17 = 0
        for i in range(3):
            rate_q17 = self._observed_q17[i] * 1000 // dt_ms + (self.q30[i] >> 13)
            off = rate_q17 - steady[i]
            deviation_q17 = max(deviation_q17, abs(off))
            steady[i] = _followed(steady[i], off, _REST_G_Q17, dt_ms)
        return deviation_q17

    def _learn_at_rest(self, dt_ms: int) -> None:
        deviation_q17 = self._deviation_q17
        noise = (_REST_NOISE + deviation_q17 * deviation_q17 * _DEVIATION_TIMES) // dt_ms
        for i in range(3):
            variance_q14 = self._variance_q14[i]
            whole = variance_q14 >> 14
            gain = min((whole << 16) // (whole + noise), _REST_GAIN_MAX_Q16)
            self._move(i, self._steady_g[i] - (self.q30[i] >> 13), gain, 3)
            self._variance_q14[i] = variance_q14 - ((variance_q14 >> 12) * gain >> 4)

    def _learn_in_motion(self, dt_ms: int) -> None:
        ux, uy, uz = self._up
        error = self._error
        for i in range(3):
            effect = self._effects[i]
            x = effect[0] >> 9
            y = effect[1] >> 9
            z = effect[2] >> 9
            upright = (x * ux + y * uy + z * uz) >> 14
            seen_q8 = max(x * x + y * y + z * z - upright * upright, 0) >> 14
            error_q17 = (x * error[0] + y * error[1] + z * error[2]) >> 11
            variance_q14 = self._variance_q14[i]
            gain_q23 = min((variance_q14 >> 6) * dt_ms // 304, _MOTION_GAIN_MAX_Q23)
            self._move(i, error_q17, gain_q23, 10)
            lost = (variance_q14 >> 8) * ((gain_q23 >> 5) * seen_q8 >> 8) >> 10
            self._variance_q14[i] = variance_q14 - lost

    def _move(self, i: int, error_q17: int, gain: int, shift: int) -> None:
        step_q30 = clamp(error_q17, -_ERROR_MAX_Q17, _ERROR_MAX_Q17) * gain >> shift
        self.q30[i] = clamp(self.q30[i] + step_q30, -BIAS_MAX_Q30, BIAS_MAX_Q30)


def _correction(error_q17: "Vector", ux: int, uy: int, uz: int, rate_q22: "Vector") -> None:
    """Compute the rate of the vertical's correction: vertical × rate / g, rad/s Q17."""
    x = clamp(rate_q22[0] >> 10, -16384, 16384)
    y = clamp(rate_q22[1] >> 10, -16384, 16384)
    z = clamp(rate_q22[2] >> 10, -16384, 16384)
    # Q14 × Q12 over 9.81 m/s² to Q17: >> 9, / 9.81
    error_q17[0] = clamp((uy * z - uz * y) // 5023, -_ERROR_MAX_Q17, _ERROR_MAX_Q17)
    error_q17[1] = clamp((uz * x - ux * z) // 5023, -_ERROR_MAX_Q17, _ERROR_MAX_Q17)
    error_q17[2] = clamp((ux * y - uy * x) // 5023, -_ERROR_MAX_Q17, _ERROR_MAX_Q17)


def _is_near(steady: "Vector", x: int, y: int, z: int, dt_ms: int) -> bool:
    """Update the mean of the last half second (Q16); return whether (x, y, z) is near it."""
    off_x = x - steady[0]
    off_y = y - steady[1]
    off_z = z - steady[2]
    steady[0] = _followed(steady[0], off_x, _REST_A_Q16, dt_ms)
    steady[1] = _followed(steady[1], off_y, _REST_A_Q16, dt_ms)
    steady[2] = _followed(steady[2], off_z, _REST_A_Q16, dt_ms)
    return max(abs(off_x), abs(off_y), abs(off_z)) <= _REST_A_Q16


def _followed(steady: int, off: int, limit: int, dt_ms: int) -> int:
    """Return the mean after a value ``off`` from it; one beyond the limit restarts it."""
    return steady + (off if abs(off) > limit else off * dt_ms // _REST_SMOOTH_MS)
