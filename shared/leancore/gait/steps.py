"""Foot strikes and cadence, from the vertical velocity of the lower back.

Needs: vertical specific force in m/s² (Q8), 80 to 125 Hz, real sample times. How: the vertical
acceleration is integrated with a slow leak; the resulting velocity has one fall (flight) and one
rise (stance) per step, and hardly any ringing from the impact. The foot strikes where the force
returns after a flight (half of the body weight), or, without a flight, where the fall ends. A
turning point counts once the velocity has reversed by a share of its usual swing, so drift,
clipping at 0 g and a limp do not shift it. Cf. integration before peak search in McCamley 2012 (doi
10.1016/j.gaitpost.2012.02.019); here without the wavelet, and with a threshold that follows the
runner.
"""

from leancore.numeric.const import const
from leancore.numeric.ticks import LAST_MS, ticks_add

_G_Q8 = const(2511)
_FLIGHT_Q8 = const(880)  # 0.35 g: in the air
_TOUCH_Q8 = const(1255)  # 0.5 g: down again
_PERHAPS = const(1)
_SURELY = const(2)
_LEAK_MS = const(1000)
_SWING_MIN_Q8 = const(250 * 256)  # mm/s in Q8: less is not a step
_SWING_MAX_Q8 = const(2500 * 256)
_VELOCITY_MAX_Q8 = const(1 << 22)
_RING_MS = const(130)  # after a strike: stance; oscillations now are those of the clip
_PAUSE_MS = const(1500)  # without a strike for so long, the next one starts a new count
_STRIDE_STEPS = const(4)  # cadence is taken over two strides


class Steps:
    """``strike_ms``, ``interval_ms`` (0 = first), ``cadence_cspm`` (1/100 steps/min, 0 = none).

    ``velocity_swing_q8``: fall of the vertical velocity in the last step, mm/s in Q8.
    ``velocity_q8``: the velocity now.
    """

    FIELDS = (
        "strike_ms", "interval_ms", "cadence_cspm", "velocity_swing_q8",
        "velocity_q8", "_rising", "_turn_q8", "_top_q8", "_mark_ms", "_mark_rate", "_open",
        "_usual_q8", "_last", "_count",
        "_before_q8", "_flies", "_touched",
    )  # fmt: skip

    def __init__(self) -> None:
        self._last = [0] * _STRIDE_STEPS
        self.reset()

    def reset(self) -> None:
        """Restart, for instance after a gap."""
        self.strike_ms = self.interval_ms = self.cadence_cspm = 0
        self.velocity_swing_q8 = self.velocity_q8 = self._turn_q8 = self._top_q8 = 0
        self._rising = 1
        self._mark_ms = self._mark_rate = self._open = 0
        self._usual_q8 = _SWING_MIN_Q8
        self._count = 0
        self._before_q8 = _G_Q8
        self._flies = self._touched = 0

    def step(self, up_q8: int, t_ms: int, dt_ms: int) -> int:
        """Take the vertical specific force (m/s² Q8) at ``t_ms``; return 1 at a strike.

        A strike is confirmed some hundredths of a second after ``strike_ms``, when it happened.
        """
        before = self.velocity_q8
        change = (up_q8 - _G_Q8) * dt_ms - before * dt_ms // _LEAK_MS
        velocity = before + change
        if velocity > _VELOCITY_MAX_Q8 or velocity < -_VELOCITY_MAX_Q8:
            self.reset()
            return 0
        self.velocity_q8 = velocity
        before_q8 = self._before_q8
        self._before_q8 = up_q8
        if self._rising:
            return self._rise(velocity, t_ms, change)
        return self._fall(up_q8, before_q8, velocity, change, t_ms, dt_ms)

    def _rise(self, velocity: int, t_ms: int, change: int) -> int:
        """After a strike: check whether the velocity has reversed far enough."""
        if velocity > self._turn_q8 or self._count and (t_ms - self.strike_ms) & LAST_MS < _RING_MS:
            self._turn_q8 = velocity
        elif self._turn_q8 - velocity > self._threshold(t_ms):
            self._begin_fall(velocity, t_ms, change)
        return 0

    def _begin_fall(self, velocity: int, t_ms: int, change: int) -> None:
        self._rising = 0
        self._top_q8 = self._turn_q8
        self._turn_q8 = velocity
        self._flies = self._touched = 0
        self._mark(t_ms, change)

    def _fall(
        self, up_q8: int, before_q8: int, velocity: int, change: int, t_ms: int, dt_ms: int
    ) -> int:
        """Before a strike: in the air, or on the other foot."""
        if up_q8 < _FLIGHT_Q8:
            self._fly(t_ms)
        elif self._flies and up_q8 >= _TOUCH_Q8:
            self._touch(before_q8, up_q8, t_ms, dt_ms)
            return self._confirm(velocity, t_ms)
        elif self._touched == _PERHAPS:
            self._judge_touch(up_q8)
        if velocity < self._turn_q8:
            self._turn_q8 = velocity
            if not self._touched:
                self._mark(t_ms, change)
            return 0
        if self._open and change > 0:
            self._refine_mark(change, dt_ms)
        return self._confirm(velocity, t_ms)

    def _fly(self, t_ms: int) -> None:
        if not self._flies and (
            self._touched != _SURELY or (t_ms - self._mark_ms) & LAST_MS > _RING_MS
        ):
            self._flies = 1
            self._touched = 0

    def _judge_touch(self, up_q8: int) -> None:
        """Decide whether a foot has touched down or the runner is still in the air."""
        if up_q8 >= _G_Q8:
            self._touched = _SURELY
        elif up_q8 < _TOUCH_Q8:
            self._touched = 0
            self._flies = 1

    def _refine_mark(self, change: int, dt_ms: int) -> None:
        """Move the mark to the lowest point, which came after the marked sample."""
        self._open = 0
        slid_ms = dt_ms * -self._mark_rate // (change - self._mark_rate)
        self._mark_ms = ticks_add(self._mark_ms, slid_ms)

    def _threshold(self, t_ms: int) -> int:
        if (t_ms - self.strike_ms) & LAST_MS > _PAUSE_MS:
            self._usual_q8 = _SWING_MIN_Q8  # small steps must be detected again after large ones
        return self._usual_q8 * 3 >> 3

    def _touch(self, before_q8: int, up_q8: int, t_ms: int, dt_ms: int) -> None:
        """Interpolate the touchdown between the last sample and this one."""
        self._flies = self._open = 0
        self._touched = _SURELY if up_q8 >= _G_Q8 else _PERHAPS
        slid_ms = dt_ms * (_TOUCH_Q8 - before_q8) // (up_q8 - before_q8)
        self._mark_ms = ticks_add(t_ms, slid_ms - dt_ms)

    def _confirm(self, velocity: int, t_ms: int) -> int:
        """End the fall once the velocity has reversed by a share of its usual swing."""
        if velocity < self._turn_q8:
            self._turn_q8 = velocity
        if velocity - self._turn_q8 <= self._threshold(t_ms):
            return 0
        self._strike(velocity)
        return 1

    def _mark(self, t_ms: int, change: int) -> None:
        """Mark a possible strike."""
        self._mark_ms = t_ms
        self._mark_rate = change if change < 0 else 0
        self._open = 1

    def _strike(self, velocity: int) -> None:
        self._follow_swing(self._top_q8 - self._turn_q8)
        self._rising = 1
        self._turn_q8 = velocity
        strike_ms = self._mark_ms
        interval_ms = (strike_ms - self.strike_ms) & LAST_MS
        count = self._count
        if not 0 < interval_ms <= _PAUSE_MS:
            count = 0
        self.interval_ms = interval_ms if count else 0
        self.strike_ms = strike_ms
        self._take_cadence(count, strike_ms)
        self._count = count + 1

    def _follow_swing(self, velocity_swing_q8: int) -> None:
        """Let the usual swing follow that of the steps, within limits."""
        self.velocity_swing_q8 = velocity_swing_q8
        usual_q8 = self._usual_q8
        usual_q8 += (velocity_swing_q8 - usual_q8) >> 2
        if usual_q8 < _SWING_MIN_Q8:
            usual_q8 = _SWING_MIN_Q8
        self._usual_q8 = usual_q8 if usual_q8 < _SWING_MAX_Q8 else _SWING_MAX_Q8

    def _take_cadence(self, count: int, strike_ms: int) -> None:
        """Compute the cadence from a ring of the strikes of the last two strides."""
        last = self._last
        span = count if count < _STRIDE_STEPS else _STRIDE_STEPS
        if span:
            ms = (strike_ms - last[(count - span) % _STRIDE_STEPS]) & LAST_MS
            self.cadence_cspm = 6_000_000 * span // (ms if ms > 100 else 100)
        else:
            self.cadence_cspm = 0
        last[count % _STRIDE_STEPS] = strike_ms
