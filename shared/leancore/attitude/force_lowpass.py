"""The low-passed specific force, whose direction is the vertical, in the sensor frame.

Second-order Butterworth, time constant 3.06 s, as in VQF (Laidig & Seel 2023, doi
10.1016/j.inffus.2022.10.014, section 3.2). Its state is kept as a unit vector (Q20), which
``OwnOrientation`` rotates with every sample, a length (m/s² Q16), and its rate (m/s³ Q22).

Deviation: the vertical is known best at rest, and in the first steps of a run that follow the
runner accelerates forward. So after a rest the force starts with no weight and regains it with the
square of time, while the gyroscope holds the vertical: the better its bias is known, the longer.
It has no weight either while the runner's speed changes (``SpeedChange``).
"""

from leancore.attitude.speed_change import SpeedChange
from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.fixed import clamp, isqrt
from leancore.numeric.rotation import rotate

if TYPE_CHECKING:
    from leancore.hints import Vector

_G_Q16 = const(642_908)
_G_Q10 = const(10_045)
_OFF_MAX_Q16 = const(1_286_000)  # two g
_LENGTH_MIN_Q16 = const(1 << 16)  # 1 to 35 m/s²
_LENGTH_MAX_Q16 = const(2_300_000)
_RATE_MAX_Q22 = const(9_600_000)  # 2.3 m/s³
_HALF_MAX_Q16 = const(1 << 14)  # half an angle of one axis: 0.25
_HOLD_MS = const(2000)  # after a gap
_MEAN_MIN_MS = const(250)  # less is a single push of a foot, not a mean
_LOST_MS = const(800)  # a stride
_REST_UNSEEN_MS = const(1250)  # of a rest, before it is told: what is known then weighs 250 ms
_REST_FULL_MS = const(2200)  # after so long a rest the vertical is known
_HEALTHY_Q16 = const(5243)  # 0.08 m/s²: shortfall from gravity in a normal run
_SHORT_MAX_Q16 = const(1 << 16)  # 1 m/s²
_RISES_MIN_Q14 = const(4915)  # 0.3
_RESTORE_MS = const(300)  # time constant of restoring the length


class LowPass:
    """``up_q20``, ``rate_q22`` (lists of three), ``length_q16``; ``lost_ms``: time since a gap,
    0 once the phase of a runner's swing is known again.
    """

    FIELDS = (
        "up_q20", "rate_q22", "length_q16", "_hold_ms", "lost_ms", "_since_rest_ms", "_regain_ms",
        "speed_change",
    )  # fmt: skip

    def __init__(self) -> None:
        self.up_q20 = [0, 0, 0]
        self.rate_q22 = [0, 0, 0]
        self._rates = (self.rate_q22,)  # the argument of ``rotate``
        self._off = [0, 0, 0]  # scratch
        self.speed_change = SpeedChange()
        self.length_q16 = _G_Q16
        self._hold_ms = self.lost_ms = 0
        self._since_rest_ms = self._regain_ms = 0

    @property
    def holds_mean(self) -> int:
        """1 while the mean posture before a gap has the same weight as the force."""
        return 1 if self._hold_ms else 0

    def start(self, x: int, y: int, z: int) -> int:
        """Begin with a force (m/s² Q16); return 0 if it is too short to have a direction."""
        return self._set(x, y, z)

    def restart_at(self, x: int, y: int, z: int) -> None:
        """Continue from another vertical (Q20)."""
        self._hold_ms = self.lost_ms = 0
        self._since_rest_ms = self._regain_ms = 0
        self.speed_change.restart()
        up = self.up_q20
        rate = self.rate_q22
        up[0] = x
        up[1] = y
        up[2] = z
        rate[0] = rate[1] = rate[2] = 0
        self.length_q16 = _G_Q16

    def coast(self) -> None:
        """Without force: the vertical follows the gyroscope only."""
        rate = self.rate_q22
        rate[0] = rate[1] = rate[2] = 0

    def turn_rate(self, turned_q17: "Vector") -> int:
        """Rotate the rate against the rotation since the last update (rad); 1 if it was small."""
        x = turned_q17[0] >> 2
        y = turned_q17[1] >> 2
        z = turned_q17[2] >> 2
        if not (x + _HALF_MAX_Q16 | y + _HALF_MAX_Q16 | z + _HALF_MAX_Q16) & -2 * _HALF_MAX_Q16:
            rotate(self._rates, 9, x, y, z)
            return 1
        x = clamp(x >> 1, -_HALF_MAX_Q16, _HALF_MAX_Q16)
        y = clamp(y >> 1, -_HALF_MAX_Q16, _HALF_MAX_Q16)
        z = clamp(z >> 1, -_HALF_MAX_Q16, _HALF_MAX_Q16)
        rotate(self._rates, 9, x, y, z)
        rotate(self._rates, 9, x, y, z)
        return 0

    def step(self, force_q16: "Vector", ms: int) -> None:
        """Butterworth: rate' = w² (a - force) - √2 w rate, force' = rate, w² = 0.2136."""
        up = self.up_q20
        off = self._off
        speed_change = self.speed_change
        zero = speed_change.accel_shift.zero_q16
        length_q10 = self.length_q16 >> 6
        for i in range(3):
            off[i] = force_q16[i] - zero[i] - ((up[i] >> 6) * length_q10 >> 8)
        share_q8 = self._share_q8()
        pull = ms * 7 * share_q8 * share_q8 >> 16
        self._since_rest_ms = min(self._since_rest_ms + ms, self._regain_ms)
        speed_change.add(off, up, ms)
        if speed_change.changing:
            self.coast()
            return
        rates = self.rate_q22
        moved = speed_change.moved_q20
        over = length_q10 * 125 >> 7
        half = over >> 1
        for i in range(3):
            rate = rates[i]
            rate += ((off[i] >> 4) * pull >> 5) - (rate >> 4) * ms // 96
            if rate > _RATE_MAX_Q22:
                rate = _RATE_MAX_Q22
            elif rate < -_RATE_MAX_Q22:
                rate = -_RATE_MAX_Q22
            rates[i] = rate
            by = ((rate >> 2) * ms + half) // over
            moved[i] += by
            up[i] += by
        self._normalize()

    def strike(self, runs: int) -> None:
        """Take a foot strike, of a run if ``runs``."""
        if self.speed_change.strike(runs, self.up_q20):
            self._normalize()

    def _share_q8(self) -> int:
        """Return the root of the force's weight: less for some time after a rest."""
        if self._since_rest_ms < self._regain_ms:
            return (self._since_rest_ms << 8) // self._regain_ms
        return 256

    def average(self, force_q16: "Vector", ms: int, over_ms: int) -> None:
        """Update the plain mean over ``over_ms``, while the filter has no history."""
        up = self.up_q20
        zero = self.speed_change.accel_shift.zero_q16
        length_q10 = self.length_q16 >> 6
        for i in range(3):
            at = (((up[i] + 32) >> 6) * length_q10 + 128) >> 8
            force_q16[i] = at + (((force_q16[i] - zero[i] - at) >> 4) * ms << 3) // over_ms * 2
        self._set(force_q16[0], force_q16[1], force_q16[2])
        rates = self.rate_q22
        rates[0] = rates[1] = rates[2] = 0

    def average_rest(self, force_q16: "Vector", ms: int, rest_ms: int, holds_ms: int) -> None:
        """Update the plain mean of a rest that has lasted ``rest_ms``.

        ``holds_ms``: how long the gyroscope can hold the vertical after it.
        """
        self.average(force_q16, ms, rest_ms - _REST_UNSEEN_MS)
        if rest_ms >= _REST_FULL_MS:
            self._since_rest_ms = 0
            self._regain_ms = holds_ms

    def start_from_mean(self, mean_q20: "Vector") -> None:
        """After a gap: continue from the mean posture before it."""
        up = self.up_q20
        self.restart_at(mean_q20[0], mean_q20[1], mean_q20[2])
        self._set(up[0] >> 1, up[1] >> 1, up[2] >> 1)
        self.length_q16 = _G_Q16
        self._hold_ms = self.lost_ms = 1

    def hold_mean(self, mean_q20: "Vector", force_q16: "Vector", ms: int) -> None:
        """After a gap: average the mean posture before it and the mean force since.

        The posture alone is wrong for a runner whose lean has changed, the force alone for one who
        gains speed.
        """
        self._hold_ms += ms
        self.lost_ms = self._hold_ms if self._hold_ms < _LOST_MS else 0
        up = self.up_q20
        for i in range(3):
            at = up[i]
            off = clamp(force_q16[i] - ((at >> 6) * _G_Q10 >> 8), -_OFF_MAX_Q16, _OFF_MAX_Q16)
            posture = (mean_q20[i] - at >> 1) * ms // self._hold_ms
            force = (off * 13 // 16) * ms // max(self._hold_ms, _MEAN_MIN_MS)
            up[i] = at + posture + force
        self._normalize()
        self.length_q16 = _G_Q16
        if self._hold_ms >= _HOLD_MS:
            self._hold_ms = self.lost_ms = 0
            self.speed_change.accel_shift.restart()

    def restore_length(self, along_q14: "Vector", ms: int) -> None:
        """Restore, along a unit vector, part of the force's shortfall from gravity.

        Only if that vector is near the vertical: otherwise the length does not show the loss.
        """
        short_q16 = min(_G_Q16 - self.length_q16 - _HEALTHY_Q16, _SHORT_MAX_Q16)
        up = self.up_q20
        x = along_q14[0]
        y = along_q14[1]
        z = along_q14[2]
        rises_q14 = x * (up[0] >> 6) + y * (up[1] >> 6) + z * (up[2] >> 6) >> 14
        if short_q16 <= 0 or abs(rises_q14) < _RISES_MIN_Q14:
            return
        by_q14 = (short_q16 * ms // _RESTORE_MS << 14) // rises_q14 >> 2
        length_q6 = self.length_q16 >> 10
        moved = self.speed_change.moved_q20
        for i in range(3):
            by = (along_q14[i] * by_q14 >> 8 << 6) // length_q6
            up[i] += by
            moved[i] += by
        self._normalize()

    def _normalize(self) -> None:
        """Bring the vertical back to unit length; the excess goes to the length."""
        up = self.up_q20
        x = up[0] >> 6
        y = up[1] >> 6
        z = up[2] >> 6
        excess_q15 = ((x * x + y * y + z * z) >> 13) - 32768
        up[0] -= x * excess_q15 >> 10
        up[1] -= y * excess_q15 >> 10
        up[2] -= z * excess_q15 >> 10
        length_q16 = self.length_q16 + ((self.length_q16 >> 6) * excess_q15 >> 10)
        self.length_q16 = clamp(length_q16, _LENGTH_MIN_Q16, _LENGTH_MAX_Q16)

    def _set(self, x: int, y: int, z: int) -> int:
        """Point along a vector (m/s² Q16); 0 if it is shorter than 1 m/s²: falling."""
        while max(abs(x), abs(y), abs(z)) > _LENGTH_MAX_Q16:  # only the direction matters
            x >>= 1
            y >>= 1
            z >>= 1
        x = (x + 16) >> 5
        y = (y + 16) >> 5
        z = (z + 16) >> 5
        length_q9 = isqrt((x >> 2) * (x >> 2) + (y >> 2) * (y >> 2) + (z >> 2) * (z >> 2))
        if length_q9 < 512:
            return 0
        up = self.up_q20
        half = length_q9 >> 1
        up[0] = (x * 4096 + half) // length_q9 << 6
        up[1] = (y * 4096 + half) // length_q9 << 6
        up[2] = (z * 4096 + half) // length_q9 << 6
        self.length_q16 = clamp(length_q9 << 7, _LENGTH_MIN_Q16, _LENGTH_MAX_Q16)
        return 1
